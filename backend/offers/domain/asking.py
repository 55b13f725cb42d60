"""What a lender is asked, and the three ways in which it can answer."""

import re
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.money import MAX_MINOR
from shared.terms import MAX_RATE_PCT, Fee, Frequency, RatePct, RepaymentMethod

MAX_FEES = 10
_RATE = re.compile(r"\d{1,4}(\.\d{1,6})?")


class LenderProfile(Struct, frozen=True, kw_only=True):
    """Who a lender is, as its contracts name it."""

    code: str
    name: str
    licence: str
    address: str


class Question(Struct, frozen=True, kw_only=True):
    """A loan that lenders are asked to price. `reference` is the same for every try at the same question."""

    reference: str
    amount_minor: int
    currency: str
    instalments: int
    frequency: Frequency
    method: RepaymentMethod
    product_kind: str
    score_band: str
    country: str


class Quoted(Struct, frozen=True, kw_only=True):
    """A price: a yearly rate, fees, the most it lends, and for how many seconds it holds."""

    rate_pct: RatePct
    fees: Annotated[tuple[Fee, ...], Meta(max_length=MAX_FEES)] = ()
    max_amount_minor: Annotated[int, Meta(ge=1, le=MAX_MINOR)]
    expires_in_s: Annotated[int, Meta(ge=60, le=90 * 86_400)]

    def __post_init__(self) -> None:
        """Refuses what terms would refuse as a rate: msgspec holds no bounds on a Decimal."""
        if not _RATE.fullmatch(str(self.rate_pct)) or self.rate_pct > MAX_RATE_PCT:
            raise ValueError(f"a rate is 0 to {MAX_RATE_PCT} per cent with at most 6 decimals")


class Declined(Struct, frozen=True, kw_only=True):
    """The lender does not want to. `reason` is its code for why."""

    reason: str


class SilentReason(StrEnum):
    """Why there is no answer."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    PAUSED = "paused"  # it failed so often lately that it is left alone for a while


class Silent(Struct, frozen=True, kw_only=True):
    """No usable answer."""

    reason: SilentReason


Answer = Quoted | Declined | Silent
