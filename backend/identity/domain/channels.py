"""Chat identities: how a code links one, how sure we are of who holds it, and for how long."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.identity.domain.second_factor import canonical_recovery_code
from shared.api.channels import ChannelStepUpStatus, ChatChannel, StepUpMethod
from shared.assurance import Assurance

# Eight characters are 40 bits: with a thousand codes alive, a million guesses hit one in a thousand times.
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=10)
CODES_AN_HOUR = 10
STEP_UP_WITHIN = timedelta(minutes=10)
IDLE = timedelta(minutes=10)
LONGEST = timedelta(minutes=30)
TOKEN_LIVES = timedelta(minutes=2)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Link(Struct, frozen=True, kw_only=True):
    """A chat identity that belongs to a person. `step_up_id` is the confirmation that it stands on, if any."""

    id: UUID
    person_id: UUID
    channel: ChatChannel
    is_agent: bool
    linked_at: datetime
    active_at: datetime
    step_up_id: UUID | None = None
    stepped_up_at: datetime | None = None
    ended_at: datetime | None = None

    def assured_until(self, now: datetime) -> datetime | None:
        """When the confirmation ends if nothing more is said; None where there is none in force."""
        if self.stepped_up_at is None:
            return None
        until = min(self.active_at + IDLE, self.stepped_up_at + LONGEST)
        return until if now < until else None

    def assurance(self, now: datetime) -> Assurance:
        """How sure we are that its owner speaks."""
        if self.is_agent:
            return Assurance.AGENT
        return Assurance.LINKED if self.assured_until(now) is None else Assurance.STEPPED_UP

    def heard(self, now: datetime) -> "Link":
        """Something was said in it. A confirmation that ran out before is not brought back to life."""
        if self.stepped_up_at is not None and self.assured_until(now) is None:
            return replace(self, active_at=now, step_up_id=None, stepped_up_at=None)
        return replace(self, active_at=now)

    def stepped_up(self, step_up_id: UUID, now: datetime) -> "Link":
        """Its owner confirmed that it is them."""
        return replace(self, step_up_id=step_up_id, stepped_up_at=now, active_at=now)

    def locked(self) -> "Link":
        """Back to being linked only."""
        return replace(self, step_up_id=None, stepped_up_at=None)

    def token_lives(self, now: datetime) -> timedelta:
        """How long a token for it is good: never longer than what it stands on."""
        until = self.assured_until(now)
        return TOKEN_LIVES if until is None else min(TOKEN_LIVES, until - now)


class StepUp(Struct, frozen=True, kw_only=True):
    """One confirmation that was asked for."""

    id: UUID
    link_id: UUID
    person_id: UUID
    method: StepUpMethod
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None
    refused_at: datetime | None = None

    def status(self, now: datetime) -> ChannelStepUpStatus:
        """Where it stands."""
        if self.confirmed_at is not None:
            return ChannelStepUpStatus.CONFIRMED
        if self.refused_at is not None:
            return ChannelStepUpStatus.REFUSED
        return ChannelStepUpStatus.WAITING if now < self.expires_at else ChannelStepUpStatus.EXPIRED


def new_link_code() -> str:
    """A fresh code such as `K7QX-2M9D`."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


def canonical_link_code(typed: str) -> str:
    """A code as it is looked up: upper case, without dashes, with look-alikes as one."""
    return canonical_recovery_code(typed)


def masked(subject: str) -> str:
    """Enough of a chat identity for its owner to know it by."""
    return f"••{subject[-4:]}" if len(subject) > 4 else "••"
