"""What identity plugs into the platform."""

from backend.identity.jobs import TICKS
from backend.identity.keys import SessionKeys
from backend.identity.personal import PERSONAL
from backend.identity.routes import ROUTES
from backend.kernel.module import Module, Services


def module(services: Services) -> Module:
    """Tenants, people, sign-in, sessions and businesses."""
    return Module(
        name="identity",
        routes=ROUTES,
        ticks=TICKS,
        dependencies={
            "identity_keys": SessionKeys.of(services.tokens, services.masters),
            "identity_public_url": services.public_url,
        },
        personal=PERSONAL,
    )
