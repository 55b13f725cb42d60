"""What servicing plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.servicing.invariants import INVARIANTS
from backend.servicing.jobs import JOBS, TICKS
from backend.servicing.personal import PERSONAL
from backend.servicing.routes import BusinessDayController, CreditLineController, LoanController, simulate_schedule
from backend.servicing.subscribers import SUBSCRIBERS


def module(_services: Services) -> Module:
    """Loans, credit lines, the simulator and close of business."""
    return Module(
        name="servicing",
        routes=(LoanController, CreditLineController, BusinessDayController, simulate_schedule),
        jobs=JOBS,
        ticks=TICKS,
        subscribers=SUBSCRIBERS,
        invariants=INVARIANTS,
        personal=PERSONAL,
    )
