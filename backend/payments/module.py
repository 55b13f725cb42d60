"""What payments plugs into the platform."""

from backend.kernel.module import Module, Services
from backend.payments.invariants import INVARIANTS
from backend.payments.jobs import jobs_with, ticks_with
from backend.payments.personal import PERSONAL
from backend.payments.ports import Rail
from backend.payments.routes import PaymentsController, SuspenseController
from backend.payments.subscribers import SUBSCRIBERS
from backend.payments.webhook import rail_webhook


def module(services: Services, rail: Rail) -> Module:
    """Payments over `rail`."""
    return Module(
        name="payments",
        routes=(PaymentsController, SuspenseController, rail_webhook),
        jobs=jobs_with(rail, services.vault, services.public_url),
        subscribers=SUBSCRIBERS,
        ticks=ticks_with(rail),
        invariants=INVARIANTS,
        dependencies={"rail": rail},
        personal=PERSONAL,
    )
