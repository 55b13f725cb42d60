"""What the ledger plugs into the platform."""

from backend.kernel.module import Module
from backend.ledger.invariants import INVARIANTS
from backend.ledger.jobs import SEALING
from backend.ledger.routes import LedgerController


def module() -> Module:
    """The ledger's routes, its sealing and its truths."""
    return Module(name="ledger", routes=(LedgerController,), ticks=(SEALING,), invariants=INVARIANTS)
