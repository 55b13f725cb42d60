"""The events of a living loan: facts about it, in the order in which they were entered."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from backend.servicing.domain.living.contract import Unit
from shared.terms import Part


class Kind(StrEnum):
    """What moved money, or what the loan was changed by."""

    DISBURSEMENT = "disbursement"
    REPAYMENT = "repayment"
    DOWN_PAYMENT = "down_payment"
    MERCHANT_REFUND = "merchant_refund"
    PAYOUT_REFUND = "payout_refund"
    GOODWILL = "goodwill"
    INTEREST_REFUND = "interest_refund"
    INTEREST_WAIVER = "interest_waiver"  # interest forgiven, booked as a payment
    CHARGE_ADJUSTMENT = "charge_adjustment"
    CHARGE_PAYMENT = "charge_payment"
    REPAYMENT_AT_DISBURSEMENT = "repayment_at_disbursement"
    RECOVERY = "recovery"
    REFUND = "refund"
    CREDIT_REFUND = "credit_refund"
    CHARGEBACK = "chargeback"
    CHARGE_WAIVER = "charge_waiver"
    WRITE_OFF = "write_off"
    CHARGE_OFF = "charge_off"
    RE_AGE = "re_age"
    RE_AMORTISE = "re_amortise"
    CAPITALISED_INCOME = "capitalised_income"
    CAPITALISED_INCOME_ADJUSTMENT = "capitalised_income_adjustment"
    BUY_DOWN_FEE = "buy_down_fee"
    BUY_DOWN_FEE_ADJUSTMENT = "buy_down_fee_adjustment"
    TERMINATION = "termination"


# Money that comes in and is allocated to what is owed.
PAYMENTS = frozenset(
    {
        Kind.REPAYMENT,
        Kind.DOWN_PAYMENT,
        Kind.MERCHANT_REFUND,
        Kind.PAYOUT_REFUND,
        Kind.GOODWILL,
        Kind.INTEREST_REFUND,
        Kind.INTEREST_WAIVER,
        Kind.CHARGE_ADJUSTMENT,
        Kind.CAPITALISED_INCOME_ADJUSTMENT,
    }
)
# What changes the loan without moving money: it stands beside the running balance.
BESIDE_BALANCE = frozenset(
    {Kind.CHARGE_OFF, Kind.RE_AGE, Kind.RE_AMORTISE, Kind.TERMINATION, Kind.BUY_DOWN_FEE, Kind.BUY_DOWN_FEE_ADJUSTMENT}
)


class ChargeTime(StrEnum):
    """When a charge falls due."""

    ON_DATE = "on_date"
    EACH_INSTALMENT = "each_instalment"
    DISBURSEMENT = "disbursement"  # with the first draw, out of it
    EACH_DRAW = "each_draw"
    OVERDUE = "overdue"


class ChargeBase(StrEnum):
    """What a charge is a share of."""

    FLAT = "flat"
    PRINCIPAL = "principal"
    PRINCIPAL_AND_INTEREST = "principal_and_interest"
    INTEREST = "interest"


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened to a loan on `on`, entered as number `seq` on `entered_on`."""

    seq: int
    on: date
    entered_on: date


class Moved(Event, frozen=True, kw_only=True, tag=True):
    """Money moved, or the loan was changed as `kind` says. `of` is the event that it answers."""

    kind: Kind
    amount_minor: int = 0
    of: int | None = None
    channel: str = ""
    reason: str = ""
    fraud: bool = False
    charge: int | None = None


class ReAged(Event, frozen=True, kw_only=True, tag=True):
    """What is owed is spread over new instalments from `first_due_on`."""

    first_due_on: date
    count: int
    every: int
    unit: Unit
    equal_parts: bool = False  # principal and interest in equal parts, instead of a new level instalment
    earned_interest_only: bool = False  # with equal parts: only interest earned so far


class ReAmortised(Event, frozen=True, kw_only=True, tag=True):
    """What is overdue is spread over the instalments to come."""

    split_interest: bool = False


class Charged(Event, frozen=True, kw_only=True, tag=True):
    """A fee or penalty was added; `on` is when it falls due."""

    name: str
    time: ChargeTime
    base: ChargeBase
    value: Decimal  # minor units where flat, else per cent
    penalty: bool


class RateChanged(Event, frozen=True, kw_only=True, tag=True):
    """Another annual rate from `on`."""

    rate_pct: Decimal


class DueMoved(Event, frozen=True, kw_only=True, tag=True):
    """The instalment due on `on` falls due on `to`."""

    to: date


class Extended(Event, frozen=True, kw_only=True, tag=True):
    """More periods at the end."""

    count: int


class Paused(Event, frozen=True, kw_only=True, tag=True):
    """No interest from `on` to `to`."""

    to: date


class Undone(Event, frozen=True, kw_only=True, tag=True):
    """An earlier event never was."""

    of: int


AnyEvent = Moved | ReAged | ReAmortised | Charged | RateChanged | DueMoved | Extended | Paused | Undone

__all__ = [
    "BESIDE_BALANCE",
    "PAYMENTS",
    "AnyEvent",
    "ChargeBase",
    "ChargeTime",
    "Charged",
    "DueMoved",
    "Event",
    "Extended",
    "Kind",
    "Moved",
    "Part",
    "Paused",
    "RateChanged",
    "ReAged",
    "ReAmortised",
    "Undone",
]
