"""What arrears plugs into the platform."""

from backend.arrears.invariants import INVARIANTS
from backend.arrears.jobs import JOBS
from backend.arrears.personal import PERSONAL
from backend.arrears.routes import ArrearsController
from backend.arrears.subscribers import SUBSCRIBERS
from backend.kernel.module import Module, Services


def module(_services: Services) -> Module:
    """Arrears, promises to pay and hardship."""
    return Module(
        name="arrears",
        routes=(ArrearsController,),
        jobs=JOBS,
        subscribers=SUBSCRIBERS,
        invariants=INVARIANTS,
        personal=PERSONAL,
    )
