"""What notifications need from outside: somebody who carries messages."""

from typing import Protocol
from uuid import UUID

from msgspec import Struct

from shared.api.notifications import Channel


class Message(Struct, frozen=True, kw_only=True):
    """A message to be carried. Handing the same `id` over again never sends it twice."""

    id: UUID
    channel: Channel
    to: str
    subject: str | None
    text: str


class Messenger(Protocol):
    """Carries messages by text message, WhatsApp and e-mail."""

    async def send(self, message: Message) -> bool:
        """Hands `message` over; False when it can't reach its address for good. Raises MessengerSilent."""
        ...
