"""What the bot remembers of one conversation between two messages. Sealed when it is stored."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from shared.api.channels import ChatChannel
from shared.i18n import Language

WINDOW = timedelta(hours=24)
FLOW_TIMEOUT = timedelta(minutes=15)
TRAIL = 8


class Owner(StrEnum):
    """Who answers."""

    BOT = "bot"
    PERSON = "person"


class Place(Struct, frozen=True, kw_only=True):
    """A step of a flow, with what the flow has learnt so far."""

    flow: str
    step: str
    version: int
    data: dict[str, str] = {}


class StepUp(Struct, frozen=True, kw_only=True):
    """Proof that the person is who they are, for a while: 10 minutes idle, 30 at most."""

    at: datetime
    used_at: datetime

    IDLE = timedelta(minutes=10)
    MOST = timedelta(minutes=30)

    def holds(self, now: datetime) -> bool:
        """Whether it still counts."""
        return now - self.used_at < self.IDLE and now - self.at < self.MOST


class State(Struct, frozen=True, kw_only=True):
    """One conversation. `turn` counts what we asked, so that a button of an earlier turn is known for stale."""

    address: str
    line: str
    channel: ChatChannel = ChatChannel.WHATSAPP
    phone: str | None = None
    name: str = ""
    language: Language = Language.ENGLISH
    language_chosen: bool = False
    owner: Owner = Owner.BOT
    place: Place | None = None
    trail: tuple[Place, ...] = ()
    turn: int = 0
    misses: int = 0
    step_up: StepUp | None = None
    link_id: UUID | None = None
    identity_key: str | None = None  # changes when the number may have another owner
    greeted: bool = False
    held: tuple[str, ...] = ()  # what an agent wrote and the person may not have seen, should the window be closed
    stopped: bool = False
    rating: UUID | None = None  # asked with the last message: a figure or "not now" that is typed answers it
    last_inbound_at: datetime | None = None

    def may_be_written_to(self, now: datetime) -> bool:
        """Whether the channel takes more than a template: on WhatsApp for a day after the person's last word."""
        if self.channel is not ChatChannel.WHATSAPP or self.last_inbound_at is None:
            return True
        return now - self.last_inbound_at < WINDOW

    def is_timed_out(self, now: datetime) -> bool:
        """Whether the flow was left alone for too long to go on with."""
        return self.last_inbound_at is not None and now - self.last_inbound_at > FLOW_TIMEOUT
