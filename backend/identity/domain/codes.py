"""One-time codes: how many may be sent, how long one lives, how often one may be tried, and what it is good for."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

DIGITS = 6


class Purpose(StrEnum):
    """What a challenge proves once it is met."""

    SIGN_IN = "sign_in"  # that the caller holds a phone or an e-mail address
    LINK = "link"  # the same, by a link instead of a code
    VERIFY = "verify"  # that a signed-in person holds a further phone or address
    STEP_UP = "step_up"  # that the person behind the session agrees to one action
    SECOND_FACTOR = "second_factor"  # the first factor is proven; the second is awaited
    SIGN_UP = "sign_up"  # the contact is proven; the person is not known yet


class CodeRules(Struct, frozen=True, kw_only=True):
    """The limits. Five tries of a code and fifteen codes a day leave a guesser 75 in a million a day.

    Codes that were answered rightly bother nobody, so they count towards `sends_a_day` only.
    """

    lives: timedelta = timedelta(minutes=10)
    tries: int = 5
    resend_after: timedelta = timedelta(seconds=30)
    unmet_an_hour: int = 5
    unmet_a_day: int = 15
    sends_a_day: int = 50


RULES = CodeRules()


class Challenge(Struct, frozen=True, kw_only=True):
    """Something to be proven once. `tries` counts the wrong ones; once closed it was either met or given up."""

    id: UUID
    purpose: Purpose
    expires_at: datetime
    tries: int = 0
    closed_at: datetime | None = None
    met: bool = False


class Sent(Struct, frozen=True, kw_only=True):
    """A message that went out earlier, and whether its challenge was met."""

    at: datetime
    met: bool


class Verdict(StrEnum):
    """What became of one try."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"  # met before, or tried too often


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def wait_before_sending(sent: Sequence[Sent], now: datetime, rules: CodeRules = RULES) -> timedelta:
    """How long to wait before a destination may get its next code; zero when it may now.

    `sent` are the earlier ones, in any order; those older than a day do not matter.
    """
    every = sorted((one.at for one in sent), reverse=True)
    unmet = sorted((one.at for one in sent if not one.met), reverse=True)
    hour, day = timedelta(hours=1), timedelta(days=1)
    waits = [timedelta(0)]
    for instants, count, window in (
        (unmet, 1, rules.resend_after),
        (unmet, rules.unmet_an_hour, hour),
        (unmet, rules.unmet_a_day, day),
        (every, rules.sends_a_day, day),
    ):
        if len(instants) >= count:
            waits.append(instants[count - 1] + window - now)
    return max(waits)


def may_call(sent: Sequence[Sent], now: datetime, rules: CodeRules = RULES) -> bool:
    """Whether a code may be read out by a call: only where one was sent lately and not answered, as it may be lost.

    So nobody is called out of the blue, and no dear number rung for its fee.
    """
    return any(not one.met and now - one.at < rules.lives for one in sent)


def attempt(
    challenge: Challenge, *, matches: bool, now: datetime, rules: CodeRules = RULES
) -> tuple[Challenge, Verdict]:
    """Judges one try; returns the challenge as it is to be stored, which a right answer or the last try closes."""
    if challenge.closed_at is not None or challenge.tries >= rules.tries:
        return challenge, Verdict.SPENT
    if now >= challenge.expires_at:
        return challenge, Verdict.EXPIRED
    if matches:
        return replace(challenge, closed_at=now, met=True), Verdict.RIGHT
    tries = challenge.tries + 1
    return replace(challenge, tries=tries, closed_at=now if tries >= rules.tries else None), Verdict.WRONG


def binding(purpose: Purpose, challenge_id: UUID, action: str = "", subject: str = "") -> tuple[bytes, ...]:
    """What a code is hashed together with: a code for one action on one subject says nothing about another."""
    return purpose.encode(), challenge_id.bytes, action.encode(), subject.encode()
