"""Messages on their way to the part that sends them. Notifications stands above identity, so a job carries them there.

The queue sees sealed bytes only: a code that lies in a queue in the clear would be as good as none.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.identity.contacts import Contact
from backend.identity.errors import ChannelUnfit
from backend.kernel import jobs
from backend.kernel.crypto import Field, Keyring
from backend.kernel.db import Tx
from shared.api.identity import CodeChannel

SEND_JOB = "notifications.send_sealed"
_FIELD = Field("outgoing_message", "sealed")


class OutgoingMessage(Struct, frozen=True, kw_only=True):
    """A message to somebody who may not be known yet; after `expires_at` it is not worth sending."""

    channel: CodeChannel
    to: str
    locale: str
    template: str
    params: dict[str, str]
    expires_at: datetime
    person_id: UUID | None = None


class SealedMessage(Struct, frozen=True, kw_only=True):
    """An outgoing message as the queue holds it."""

    id: UUID
    sealed: bytes


def channel_for(contact: Contact, wanted: CodeChannel | None = None) -> CodeChannel:
    """The channel that reaches `contact`. Raises ChannelUnfit."""
    if contact.email:
        if wanted not in (None, CodeChannel.EMAIL):
            raise ChannelUnfit({"channel": "an e-mail address is reached by e-mail only"})
        return CodeChannel.EMAIL
    if wanted is CodeChannel.EMAIL:
        raise ChannelUnfit({"channel": "a phone is not reached by e-mail"})
    return wanted or CodeChannel.SMS


async def send(tx: Tx, ring: Keyring, message_id: UUID, message: OutgoingMessage) -> None:
    """Has `message` sent once the transaction commits, before a day's reminders and whatever else is to be done."""
    sealed = ring.encrypt(_FIELD, msgspec.json.encode(message), row_id=message_id)
    await jobs.enqueue(tx, SEND_JOB, SealedMessage(id=message_id, sealed=sealed), urgent=True)


def open_sealed(ring: Keyring, message: SealedMessage) -> OutgoingMessage:
    """What is inside a sealed message. Raises CiphertextError, DataErased."""
    return msgspec.json.decode(ring.decrypt(_FIELD, message.sealed, row_id=message.id), type=OutgoingMessage)
