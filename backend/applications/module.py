"""What applications plug into the platform."""

from backend.applications.invariants import INVARIANTS
from backend.applications.jobs import EXPIRY
from backend.applications.personal import PERSONAL
from backend.applications.ports import StatementCheck
from backend.applications.routes import ROUTES
from backend.applications.subscribers import SUBSCRIBERS
from backend.kernel.module import Module, Services


def module(services: Services, statement_check: StatementCheck) -> Module:
    """Products and applications; `statement_check` reads a bank statement when it is attached."""
    del services
    return Module(
        name="applications",
        routes=ROUTES,
        subscribers=SUBSCRIBERS,
        ticks=(EXPIRY,),
        invariants=INVARIANTS,
        dependencies={"statement_check": statement_check},
        personal=PERSONAL,
    )
