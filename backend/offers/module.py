"""What offers plugs into the platform."""

from collections.abc import Sequence

from backend.kernel.module import Module, Services
from backend.offers.invariants import INVARIANTS
from backend.offers.jobs import EXPIRING, RESUMING, asking
from backend.offers.ports import Lender
from backend.offers.routes import OffersController
from backend.offers.subscribers import SUBSCRIBERS


def module(services: Services, lenders: Sequence[Lender]) -> Module:
    """Offers from `lenders`."""
    del services  # what offers needs comes with each transaction
    return Module(
        name="offers",
        routes=(OffersController,),
        jobs=(asking(lenders),),
        subscribers=SUBSCRIBERS,
        ticks=(EXPIRING, RESUMING),
        invariants=INVARIANTS,
        dependencies={"lenders": tuple(lenders)},
    )
