"""What the ledger plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.ledger.invariants import INVARIANTS
from backend.ledger.jobs import EXPIRY, sealing
from backend.ledger.routes import LedgerController


def module(services: Services) -> Module:
    """The ledger's routes, its sealing and its truths."""
    return Module(
        name="ledger",
        routes=(LedgerController,),
        ticks=(sealing(services.vault), EXPIRY),
        invariants=INVARIANTS,
    )
