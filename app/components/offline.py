"""What can't be done without a network: said with the button, as nothing that moves money ever queues."""

from typing import Any

from app.stores.joined import Read
from app.stores.state import Offline
from app.ui import Ui

_AGAIN_S = 5.0


def offline_reason(ui: Ui, *read: Read[Any]) -> str:
    """Why an action on what was `read` has to wait; empty where the platform was reached."""
    return ui.say("You are offline. Connect to the internet to go on.") if is_offline(*read) else ""


def looked_for(*read: Read[Any]) -> float | None:
    """How often to read again while the platform is out of reach, in seconds; None where it was reached."""
    return _AGAIN_S if is_offline(*read) else None


def is_offline(*read: Read[Any]) -> bool:
    """Whether any of these could not be read last."""
    return any(isinstance(each.state, Offline) for each in read)
