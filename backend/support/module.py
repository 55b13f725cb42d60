"""What support plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.support.jobs import JOBS, TICKS
from backend.support.personal import PERSONAL
from backend.support.routes import ROUTES
from backend.support.subscribers import SUBSCRIBERS


def module(_services: Services) -> Module:
    """Conversations, the desk, and what bots need of both."""
    return Module(name="support", routes=ROUTES, jobs=JOBS, ticks=TICKS, subscribers=SUBSCRIBERS, personal=PERSONAL)
