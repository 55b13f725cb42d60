"""A hardship case and its plans: opened, agreed, kept or broken, or closed. Every decision about it is made here."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.arrears.domain.promise import Promise
from backend.arrears.errors import HardshipNotOpen, PlanOutdated
from shared.api.arrears import BudgetIn, CloseReason, HardshipKind, HardshipStatus, PaymentPlanned, PromiseStatus

REVIEW_AFTER = timedelta(days=30)  # how long nobody is chased while no plan is found
PLAN_HOLDS = timedelta(days=3)

_S = HardshipStatus
LIVING = frozenset({_S.OPEN, _S.AGREED})


class Told(Struct, frozen=True, kw_only=True):
    """What a borrower confides; stored sealed."""

    circumstances: str | None = None
    budget: BudgetIn | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """A plan that was offered, with what it costs. Amounts are minor units."""

    id: UUID
    case_id: UUID
    kind: HardshipKind
    payments: tuple[PaymentPlanned, ...]
    covers_minor: int
    total_to_pay_minor: int
    extra_cost_minor: int
    reported_late: bool
    by_staff: bool
    offered_on: date

    def require_fresh(self, today: date) -> None:
        """Raises PlanOutdated."""
        if today > self.offered_on + PLAN_HOLDS or today > self.payments[0].on:
            raise PlanOutdated


class Case(Struct, frozen=True, kw_only=True):
    """One case about one loan. `opened_at` and `closed_at` are instants in UTC, other days those of the business."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    currency: str
    kind: HardshipKind
    status: HardshipStatus
    needs_person: bool
    opened_at: datetime
    review_on: date
    agreed_plan_id: UUID | None = None
    close_reason: CloseReason | None = None
    closed_at: datetime | None = None

    @property
    def is_living(self) -> bool:
        """Whether reminders are held for it."""
        return self.status in LIVING

    def require_open(self) -> None:
        """Raises HardshipNotOpen."""
        if self.status is not _S.OPEN:
            raise HardshipNotOpen(status=self.status.value)

    def agreed(self, plan: Plan, today: date) -> "Case":
        """The borrower takes `plan`. Raises HardshipNotOpen, PlanOutdated."""
        self.require_open()
        plan.require_fresh(today)
        assert plan.case_id == self.id, "a plan belongs to its case"
        return replace(self, status=_S.AGREED, agreed_plan_id=plan.id, needs_person=False)

    def awaiting(self, today: date) -> "Case":
        """A plan was proposed by staff: the borrower has time again to choose. Raises HardshipNotOpen."""
        self.require_open()
        return replace(self, needs_person=False, review_on=today + REVIEW_AFTER)

    def closed(self, reason: CloseReason, now: datetime) -> "Case":
        """Ended without a plan, or with its loan. Raises HardshipNotOpen."""
        if not self.is_living:
            raise HardshipNotOpen(status=self.status.value)
        return replace(self, status=_S.CLOSED, close_reason=reason, closed_at=now, needs_person=False)

    def judged(self, promises: Sequence[Promise], now: datetime) -> "Case":
        """Kept once every promise of the plan is, broken once one is; otherwise as it was."""
        if self.status is not _S.AGREED:
            return self
        states = {promise.status for promise in promises if promise.case_id == self.id}
        if PromiseStatus.BROKEN in states:
            return replace(self, status=_S.BROKEN, closed_at=now)
        if states == {PromiseStatus.KEPT}:
            return replace(self, status=_S.KEPT, closed_at=now)
        return self
