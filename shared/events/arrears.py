"""What arrears publishes: promises, hardship cases, and how late loans are."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.events import Event
from shared.money import Money


class HardshipOpened(Event, frozen=True, kw_only=True):
    """A borrower said that they can't pay as agreed; the loan is not chased while the case lives."""

    topic: ClassVar[str] = "arrears.hardship_opened"

    case_id: UUID
    loan_id: UUID
    user_id: UUID
    kind: str
    needs_person: bool


class HardshipAgreed(Event, frozen=True, kw_only=True):
    """A plan is agreed. Its promises are judged as payments come in and days close."""

    topic: ClassVar[str] = "arrears.hardship_agreed"

    case_id: UUID
    plan_id: UUID
    loan_id: UUID
    user_id: UUID
    payments: int
    first_on: date
    first_amount: Money
    last_on: date
    total: Money


class HardshipEnded(Event, frozen=True, kw_only=True):
    """A case is over: `outcome` is kept, broken, or why it was closed without a plan."""

    topic: ClassVar[str] = "arrears.hardship_ended"

    case_id: UUID
    loan_id: UUID
    user_id: UUID
    outcome: str


class PromiseMade(Event, frozen=True, kw_only=True):
    """A borrower promised to pay."""

    topic: ClassVar[str] = "arrears.promise_made"

    promise_id: UUID
    loan_id: UUID
    user_id: UUID
    on: date
    amount: Money


class PromiseKept(Event, frozen=True, kw_only=True):
    """What was promised has come in."""

    topic: ClassVar[str] = "arrears.promise_kept"

    promise_id: UUID
    loan_id: UUID
    user_id: UUID
    amount: Money


class PromiseBroken(Event, frozen=True, kw_only=True):
    """The day of a promise is over and it was not kept; `open` is what is missing of it."""

    topic: ClassVar[str] = "arrears.promise_broken"

    promise_id: UUID
    loan_id: UUID
    user_id: UUID
    on: date
    open: Money


class ArrearsStageChanged(Event, frozen=True, kw_only=True):
    """A loan became later, or less late."""

    topic: ClassVar[str] = "arrears.stage_changed"

    loan_id: UUID
    user_id: UUID
    stage: str
    was: str
    days_past_due: int
