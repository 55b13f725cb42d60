"""Arrears, promises to pay and hardship, as the API takes and gives them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.money import MAX_MINOR, Money

PositiveMinor = Annotated[int, Meta(ge=1, le=MAX_MINOR, description="Minor units of the loan's currency")]


class ArrearsStage(StrEnum):
    """How late a loan is, by days past due."""

    CURRENT = "current"
    DAYS_1_30 = "days_1_30"
    DAYS_31_60 = "days_31_60"
    DAYS_61_90 = "days_61_90"
    OVER_90 = "over_90"
    RECOVERY = "recovery"  # written off: what is past due is what can be recovered


class HardshipKind(StrEnum):
    """What a borrower says that would help."""

    SHORT_DELAY = "short_delay"
    SMALLER_AMOUNTS = "smaller_amounts"
    CANNOT_PAY = "cannot_pay"


class HardshipStatus(StrEnum):
    """Where a hardship case stands."""

    OPEN = "open"  # no plan is agreed yet
    AGREED = "agreed"
    KEPT = "kept"  # every promise of the plan was kept
    BROKEN = "broken"
    CLOSED = "closed"  # ended without a plan


class CloseReason(StrEnum):
    """Why a case ended without a plan."""

    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    LAPSED = "lapsed"
    LOAN_CLOSED = "loan_closed"
    LOAN_WRITTEN_OFF = "loan_written_off"


class PromiseStatus(StrEnum):
    """Where a promise to pay stands."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class Every(StrEnum):
    """How far apart the payments of a plan lie."""

    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"


class BudgetIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month of the household, roughly, in minor units of the loan's currency. Kept encrypted."""

    income_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)]
    essentials_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)]
    other_debts_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)] = 0


class HardshipIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What would help: `delay_until` with a short delay; `can_pay_minor`, `every`, `first_on` with smaller amounts.

    `circumstances` are the borrower's own words; they are kept encrypted, and read only by those who help.
    """

    kind: HardshipKind
    delay_until: date | None = None
    can_pay_minor: PositiveMinor | None = None
    every: Every = Every.TWO_WEEKS
    first_on: date | None = None
    circumstances: Annotated[str, Meta(max_length=2000)] | None = None
    budget: BudgetIn | None = None


class PaymentPlanned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One payment of a plan."""

    on: date
    amount_minor: PositiveMinor


class PlanIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan that staff propose."""

    payments: Annotated[list[PaymentPlanned], Meta(min_length=1, max_length=24)]


class AgreeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the offered plans the borrower takes."""

    plan_id: UUID


class CloseHardshipIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why staff end a case without a plan."""

    reason: Annotated[str, Meta(min_length=3, max_length=300)]


class PlannedPaymentOut(Struct, frozen=True, kw_only=True):
    """One payment of a plan."""

    on: date
    amount: Money


class PlanOut(Struct, frozen=True, kw_only=True):
    """A plan, as it stands beside the others.

    `total_to_pay` is everything from today to the end of the loan if the plan is kept and the rest is paid on its days;
    `extra_cost` is how much more that is than bringing the loan up to date today. `reported_late` says whether the days
    past due go on being counted, and so reach the borrower's credit file.
    """

    id: UUID
    kind: HardshipKind
    payments: list[PlannedPaymentOut]
    covers: Money
    total_to_pay: Money
    extra_cost: Money
    reported_late: bool
    by_staff: bool


class PromiseIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A promise to pay, within two weeks."""

    on: date
    amount_minor: PositiveMinor


class PromiseOut(Struct, frozen=True, kw_only=True):
    """A promise to pay; `paid` is what has come in towards it."""

    id: UUID
    loan_id: UUID
    case_id: UUID | None
    on: date
    amount: Money
    paid: Money
    status: PromiseStatus
    made_at: datetime


class HardshipOut(Struct, frozen=True, kw_only=True):
    """A hardship case. While it is open or agreed no reminders go out for the loan.

    `needs_person` says that nobody but staff can offer more; `circumstances` is shown to the borrower and to those who
    help.
    """

    id: UUID
    loan_id: UUID
    user_id: UUID
    kind: HardshipKind
    status: HardshipStatus
    needs_person: bool
    circumstances: str | None
    plans: list[PlanOut]
    agreed_plan_id: UUID | None
    promises: list[PromiseOut]
    close_reason: CloseReason | None
    review_on: date
    opened_at: datetime
    closed_at: datetime | None


class ArrearsOut(Struct, frozen=True, kw_only=True):
    """How a loan stands with what is past due."""

    loan_id: UUID
    stage: ArrearsStage
    days_past_due: int
    past_due: Money
    reminders_paused: bool
    case: HardshipOut | None
    promises: list[PromiseOut]


class ArrearsRow(Struct, frozen=True, kw_only=True):
    """A loan in arrears, for those who work on them."""

    loan_id: UUID
    user_id: UUID
    stage: ArrearsStage
    days_past_due: int
    past_due: Money
    since: date
    case_id: UUID | None
