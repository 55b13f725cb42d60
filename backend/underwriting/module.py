"""What underwriting plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.underwriting.invariants import invariants
from backend.underwriting.personal import PERSONAL
from backend.underwriting.routes import ROUTES
from backend.underwriting.subscribers import subscribers


def module(services: Services) -> Module:
    """Decisions, referrals and the policies behind them."""
    return Module(
        name="underwriting",
        routes=ROUTES,
        subscribers=subscribers(services.vault),
        invariants=invariants(services.vault),
        personal=PERSONAL,
    )
