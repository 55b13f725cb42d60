"""What the store gives and takes."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Claim(Struct, frozen=True, kw_only=True):
    """A conversation that is ours to work on until `until`. `state` is sealed; none where nobody wrote before."""

    tenant: str
    conversation_id: UUID
    line: str
    lease: UUID
    state: bytes | None
    owed: bool
    waiting: int


class Arrived(Struct, frozen=True, kw_only=True):
    """A message that waits to be handled; `body` is sealed."""

    event_id: str
    body: bytes
    attempts: int


class Outgoing(Struct, frozen=True, kw_only=True):
    """A message that is to be sent; `body` is sealed."""

    id: UUID
    channel: str
    body: bytes
    about: UUID | None = None
    attempts: int = 0
    not_before: datetime | None = None


class Noted(Struct, frozen=True, kw_only=True):
    """What a notice was about: whose conversation, and the platform's id of the message if somebody else wrote it."""

    conversation_id: UUID
    about: UUID | None
    body: bytes | None


class Sent(Struct, frozen=True, kw_only=True):
    """What became of one that was tried: sent with the channel's own id, to be tried again later, or given up."""

    id: UUID
    provider_id: str | None = None
    again_at: datetime | None = None
    error: str | None = None
    has_another_owner: bool = False
