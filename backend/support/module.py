"""What support plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.support.jobs import JOBS, TICKS
from backend.support.personal import PERSONAL
from backend.support.routes import ROUTES
from backend.support.subscribers import subscribers


def module(services: Services) -> Module:
    """Conversations, the desk, and what bots need of both."""
    return Module(
        name="support",
        routes=ROUTES,
        jobs=JOBS,
        ticks=TICKS,
        subscribers=subscribers(services.vault),
        personal=PERSONAL,
    )
