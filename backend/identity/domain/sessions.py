"""Sessions of a device and the rotation of their refresh tokens (RFC 9700, 4.14).

Each refresh replaces the token. An old one that turns up again was copied: the whole session ends. One exception keeps
an honest client signed in when an answer is lost on its way: the very request that rotated the token (same token, same
idempotency key) gets the very same successor again, for a day and while that successor is unused. Nothing new is made,
so there is never more than one live token; and whoever copied the token alone does not know the key.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace


class SessionRules(Struct, frozen=True, kw_only=True):
    """How long a session lives: unused, at most, and how long a lost answer may be asked for again."""

    idle: timedelta = timedelta(days=30)
    longest: timedelta = timedelta(days=180)
    repeat_within: timedelta = timedelta(days=1)


STAFF_RULES = SessionRules(idle=timedelta(hours=12), longest=timedelta(days=7))
RULES = SessionRules()


def rules_for(*, staff: bool) -> SessionRules:
    """What holds for a session: those of the tenant's own people are short."""
    return STAFF_RULES if staff else RULES


class Session(Struct, frozen=True, kw_only=True):
    """The part of a session that decides about its refresh tokens. `token_hash` is of the only live one."""

    id: UUID
    started_at: datetime
    refreshed_at: datetime
    generation: int
    token_hash: bytes
    revoked_at: datetime | None = None


class Presented(Struct, frozen=True, kw_only=True):
    """A token that is ours by its tag, and what this request would make its successor."""

    generation: int
    hash: bytes
    successor_hash: bytes


class Refresh(StrEnum):
    """What to do with a presented token."""

    ROTATE = "rotate"
    REPEAT = "repeat"  # the answer got lost: give the same one again
    REUSED = "reused"  # copied: end the session
    REFUSED = "refused"  # ended or too old; nothing to do


def expires_at(session: Session, rules: SessionRules = RULES) -> datetime:
    """When the session ends if nobody refreshes it."""
    return min(session.refreshed_at + rules.idle, session.started_at + rules.longest)


def judge(session: Session, presented: Presented, now: datetime, rules: SessionRules = RULES) -> Refresh:
    """Decides about a presented refresh token."""
    if session.revoked_at is not None or now >= expires_at(session, rules):
        return Refresh.REFUSED
    if presented.hash == session.token_hash:
        return Refresh.ROTATE
    if presented.generation >= session.generation:
        return Refresh.REFUSED
    lost = (
        presented.generation == session.generation - 1
        and presented.successor_hash == session.token_hash
        and now - session.refreshed_at <= rules.repeat_within
    )
    return Refresh.REPEAT if lost else Refresh.REUSED


def rotated(session: Session, successor_hash: bytes, now: datetime) -> Session:
    """The session once its token was replaced."""
    return replace(session, generation=session.generation + 1, token_hash=successor_hash, refreshed_at=now)
