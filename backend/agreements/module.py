"""What agreements plugs into the platform."""

from collections.abc import Sequence

from backend.agreements.invariants import INVARIANTS
from backend.agreements.jobs import TICKS, setting
from backend.agreements.personal import PERSONAL
from backend.agreements.ports import Typesetter
from backend.agreements.routes import AgreementsController
from backend.agreements.subscribers import SUBSCRIBERS
from backend.kernel.module import Module, Services
from backend.offers import Lender


def module(services: Services, typesetter: Typesetter, lenders: Sequence[Lender]) -> Module:
    """Agreements with `lenders`, set by `typesetter`."""
    return Module(
        name="agreements",
        routes=(AgreementsController,),
        jobs=(setting(services.vault, typesetter, tuple(lender.profile for lender in lenders)),),
        subscribers=SUBSCRIBERS,
        ticks=TICKS,
        invariants=INVARIANTS,
        personal=PERSONAL,
    )
