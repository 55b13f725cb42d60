"""A tester's phone and mailbox: everything that was sent to anyone."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from backend.sandbox.errors import Unknown, VoiceMissing
from backend.sandbox.store import Message, World
from shared.api.sandbox import InboxMessage

MAX_INBOX = 200


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    VOICE = "voice"
    PUSH = "push"


class MessageIn(Struct, frozen=True, kw_only=True):
    """A message to be sent; its `id` is the sender's, and makes sending it again harmless.

    A call needs the `language` (BCP 47) of the voice that reads its text out.
    """

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    channel: Channel
    to: Annotated[str, Meta(min_length=1, max_length=320)]
    text: Annotated[str, Meta(max_length=20_000)]
    subject: Annotated[str, Meta(max_length=500)] | None = None
    language: Annotated[str, Meta(pattern="^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")] | None = None
    callback_url: str | None = None


class MessageSent(Struct, frozen=True, kw_only=True):
    """What became of a message."""

    id: str
    channel: str
    to: str
    status: str
    at: datetime
    reason: str | None = None


@post("/messages", operation_id="sandboxSendMessage")
async def send(data: JSONBody[MessageIn], world: NamedDependency[World]) -> MessageSent:
    """Delivers a message at once, or fails to. Raises VoiceMissing."""
    if data.channel is Channel.VOICE and data.language is None:
        raise VoiceMissing
    async with world.open() as tx:
        message = Message(
            id=data.id,
            channel=data.channel.value,
            address=data.to,
            subject=data.subject,
            text=data.text,
            language=data.language,
            status="failed" if is_unreachable(data.to) else "delivered",
            sent_at=tx.now,
        )
        fresh = await tx.add_message(message)
        stored = await tx.message(data.id)
        assert stored is not None, "it was just added, or was there"
        sent = _sent(stored)
        if fresh and data.callback_url is not None:
            await tx.notify(data.callback_url, f"message.{sent.status}", sent, after=world.pace.soon())
    return sent


@get("/messages/{message_id:str}", operation_id="sandboxGetMessage")
async def get_message(message_id: FromPath[str], world: NamedDependency[World]) -> MessageSent:
    """What became of a message."""
    async with world.open() as tx:
        message = await tx.message(message_id)
    if message is None:
        raise Unknown(what="message", key=message_id)
    return _sent(message)


@get("/inbox", operation_id="sandboxReadInbox", opt={"public": True})
async def inbox(
    world: NamedDependency[World],
    to: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_INBOX)] = 50,
) -> list[InboxMessage]:
    """What arrived at an address, or at all, the newest first."""
    async with world.open() as tx:
        messages = await tx.inbox(to, limit)
    return [
        InboxMessage(
            id=message.id,
            channel=message.channel,
            to=message.address,
            subject=message.subject,
            text=message.text,
            language=message.language,
            sent_at=message.sent_at,
        )
        for message in messages
    ]


def is_unreachable(address: str) -> bool:
    """Whether messages to `address` bounce: numbers that end in 0001, mailboxes called bounce."""
    if "@" in address:
        return address.lower().startswith("bounce")
    return re.sub(r"\D", "", address).endswith("0001")


def _sent(message: Message) -> MessageSent:
    return MessageSent(
        id=message.id,
        channel=message.channel,
        to=message.address,
        status=message.status,
        at=message.sent_at,
        reason="unreachable" if message.status == "failed" else None,
    )


routes = (send, get_message, inbox)
