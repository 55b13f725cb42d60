"""What notifications plug into the platform."""

from backend.kernel.module import Module, Services
from backend.notifications.jobs import TICKS, jobs
from backend.notifications.personal import PERSONAL
from backend.notifications.ports import Messenger
from backend.notifications.routes import NotificationController
from backend.notifications.subscribers import subscribers


def module(services: Services, messenger: Messenger) -> Module:
    """Messages in the app, and by `messenger`."""
    return Module(
        name="notifications",
        routes=(NotificationController,),
        jobs=jobs(services.vault, messenger),
        subscribers=subscribers(services.vault),
        ticks=TICKS,
        personal=PERSONAL,
    )
