"""What goes out, as the outbox keeps it until it is sent."""

from msgspec import Struct

from bot.conversation.views import View


class Template(Struct, frozen=True, kw_only=True, tag="template"):
    """An approved template with what fills it; `payloads` are those of its buttons, `suffix` ends its web address."""

    name: str
    language: str
    values: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()
    suffix: str = ""


class Message(Struct, frozen=True, kw_only=True):
    """One message to one address, a view or a template. `fallback` is the template to use outside the window."""

    line: str
    address: str
    content: View | Template
    fallback: Template | None = None


class Mirror(Struct, frozen=True, kw_only=True):
    """A line of the one thread that people at the desk read; `is_ours` tells the bot's from the borrower's."""

    line: str
    address: str
    text: str
    is_ours: bool
    media: str = ""
    waits_for_person: bool = False
