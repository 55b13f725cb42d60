"""What notifications need from outside: somebody who carries messages."""

from typing import Protocol
from uuid import UUID

from msgspec import Struct

from shared.api.notifications import Channel


class Message(Struct, frozen=True, kw_only=True):
    """A message to be carried. Handing the same `id` over again never sends it twice.

    `to` is a phone number (E.164), an e-mail address, or for a notice on a phone `service:token`, such as
    `onesignal:` and the phone's name there. E-mails have a `subject`; a notice's is its title. A call reads `text` out
    in `language` (BCP 47).
    """

    id: UUID
    channel: Channel
    to: str
    subject: str | None
    text: str
    language: str | None = None


class Messenger(Protocol):
    """Carries text messages, e-mails, codes by WhatsApp or by a call, and notices to phones."""

    async def send(self, message: Message) -> bool:
        """Hands `message` over; False when it can't reach its address for good. Raises MessengerSilent."""
        ...
