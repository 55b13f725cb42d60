"""The first screen, what lies before it, and what is said there."""

from dataclasses import dataclass
from uuid import UUID

from app.routes.route import Route


@dataclass(frozen=True)
class Home(Route):
    pattern = "/"
    tab = "home"


@dataclass(frozen=True)
class Welcome(Route):
    pattern = "/welcome"
    public = True
    next: str = ""


@dataclass(frozen=True)
class SignIn(Route):
    """Signing in or up; `step` is the page of it."""

    pattern = "/sign-in"
    public = True
    parent = "/welcome"
    next: str = ""
    step: str = ""


@dataclass(frozen=True)
class MagicLink(Route):
    """Where the link of an e-mail leads."""

    pattern = "/sign-in/link"
    public = True
    parent = "/welcome"
    token: str = ""


@dataclass(frozen=True)
class PasskeyDone(Route):
    """Where the page of a passkey leads back to; without a code when nothing was done."""

    pattern = "/passkey/done"
    public = True
    parent = "/welcome"
    code: str = ""


@dataclass(frozen=True)
class Chat(Route):
    """Writing with us. `origin` is the path from which help was asked for, and to which back leads."""

    pattern = "/chat"
    origin: str = ""

    @property
    def back(self) -> str:
        """Where one was."""
        return self.origin if self.origin.startswith("/") else self.parent


class Inbox(Route):
    pattern = "/inbox"
    tab = "inbox"


@dataclass(frozen=True)
class ConfirmChat(Route):
    """Where a linked chat sends somebody to say that it is them."""

    pattern = "/confirm/{step_up_id}"
    parent = "/profile/chats"
    step_up_id: UUID


class Gallery(Route):
    """Every component, for those who build with them."""

    pattern = "/gallery"
    public = True


@dataclass(frozen=True)
class NotThere(Route):
    """A path that leads nowhere."""

    pattern = "/not-there"
    public = True
    asked: str = ""
