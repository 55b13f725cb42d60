"""What compliance plugs into the platform."""

from collections.abc import Mapping

from backend.compliance.jobs import exporting, ticks
from backend.compliance.routes import MyDataController, linked_export
from backend.kernel.module import Module, Services
from backend.kernel.personal import PersonalData
from backend.kernel.tokens import OpaqueTokens


def module(services: Services, parts: Mapping[str, PersonalData]) -> Module:
    """Copies and ends of accounts, over what every context holds of a person: `parts` by the context's name."""
    return Module(
        name="compliance",
        routes=(MyDataController, linked_export),
        jobs=(exporting(services.vault, parts),),
        ticks=ticks(services.vault, parts),
        dependencies={
            "personal_data": parts,
            "export_tokens": OpaqueTokens("cex", services.masters.subkeys("export")),
        },
    )
