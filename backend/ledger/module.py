"""What the ledger plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.ledger.group_commit import GroupCommit
from backend.ledger.invariants import INVARIANTS
from backend.ledger.jobs import EXPIRY, sealing
from backend.ledger.routes.books import LedgerController
from backend.ledger.routes.fx import FxController
from backend.ledger.routes.posting import PostingController
from backend.ledger.routes.reconciliation import ReconciliationController
from backend.ledger.routes.reports import ReportsController


def module(services: Services) -> Module:
    """The ledger's routes, its sealing and its truths."""
    return Module(
        name="ledger",
        routes=(LedgerController, PostingController, ReportsController, ReconciliationController, FxController),
        ticks=(sealing(services.vault), EXPIRY),
        invariants=INVARIANTS,
        dependencies={"group_commit": GroupCommit(services.database)},
    )
