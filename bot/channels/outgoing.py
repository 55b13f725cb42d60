"""What goes out, as the outbox keeps it until it is sent."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from bot.conversation.views import View
from shared.api.conversations import MessageStatus

WHATSAPP = "whatsapp"
THREAD = "thread"


class Template(Struct, frozen=True, kw_only=True, tag="template"):
    """An approved template with what fills it; `payloads` are those of its buttons, `suffix` ends its web address."""

    name: str
    language: str
    values: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()
    suffix: str = ""


class Message(Struct, frozen=True, kw_only=True):
    """One message to one address, a view or a template. `fallback` is the template to use outside the window.

    After `until` it is no longer worth sending: it is a nudge of the platform's, which then goes another way.
    """

    address: str
    content: View | Template
    fallback: Template | None = None
    until: datetime | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """One message for the thread that the desk and the app show, once by its `external_id`."""

    external_id: str
    text: str
    is_ours: bool
    sent_at: datetime
    media: str = ""


class Story(Struct, frozen=True, kw_only=True, tag="story"):
    """What was said in one turn."""

    address: str
    alternate: str | None
    language: str
    entries: tuple[Entry, ...]


class StatusNote(Struct, frozen=True, kw_only=True, tag="status"):
    """What became of a message that an agent wrote, or of a nudge."""

    message_id: UUID
    status: MessageStatus
    provider_id: str | None = None
    code: str | None = None


ThreadNote = Story | StatusNote
