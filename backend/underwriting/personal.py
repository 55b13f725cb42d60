"""What underwriting holds of a person: what was decided about them, and why."""

from backend import applications
from backend.kernel.db import ReadTx
from backend.kernel.personal import Kept, Part, PersonalData, as_json
from backend.kernel.vault import Vault
from backend.underwriting.usecases import read_decisions
from shared.i18n import Language, localizer


async def _export(tx: ReadTx, _vault: Vault) -> list[Part]:
    words = localizer(Language.match("en"))
    parts: list[Part] = []
    for application_id in await applications.own_ids(tx):
        decisions = await read_decisions.list_decisions(tx, application_id, words)
        parts.append(as_json(f"applications/{application_id}/decisions", decisions))
    return parts


PERSONAL = PersonalData(export=_export, kept=(Kept(what="decisions", why="explain_decisions", years=5),))
