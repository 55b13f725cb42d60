"""A dispute and its life: opened, asked about, decided, perhaps looked at again. Amounts are minor units."""

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.support.errors import DisputeNotEscalable, DisputeNotLiving, NothingDisputed, SamePersonAgain
from shared.api.disputes import DisputedKind, DisputeOutcome, DisputeReason, DisputeStatus, ResolveDisputeIn

ANSWER_AGAIN_WITHIN = timedelta(days=14)
ESCALATE_WITHIN = timedelta(days=30)

_S = DisputeStatus
LIVING = frozenset({_S.OPEN, _S.NEEDS_INFO, _S.ESCALATED})


class Dispute(Struct, frozen=True, kw_only=True):
    """One dispute about one thing of a loan. Days are business days of the tenant."""

    id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    kind: DisputedKind
    transaction_id: UUID | None
    instalment: int | None
    reason: DisputeReason
    amount_minor: int
    currency: str
    status: DisputeStatus
    answer_by: date
    opened_at: datetime
    outcome: DisputeOutcome | None = None
    found_minor: int | None = None
    resolved_at: datetime | None = None
    resolved_on: date | None = None
    resolved_by: str | None = None
    is_second_look: bool = False

    @property
    def number(self) -> str:
        """What people call it: the end of its id, which is random."""
        return f"D-{self.id.hex[-8:].upper()}"

    @property
    def is_living(self) -> bool:
        """Whether nobody is reminded because of it."""
        return self.status in LIVING

    def is_overdue(self, today: date) -> bool:
        """Whether an outcome should have been told by now."""
        return self.is_living and today > self.answer_by

    def require_living(self) -> None:
        """Raises DisputeNotLiving."""
        if not self.is_living:
            raise DisputeNotLiving(status=self.status.value)

    def asked(self) -> "Dispute":
        """Staff need to know more. Raises DisputeNotLiving."""
        self.require_living()
        return self if self.status is _S.ESCALATED else replace(self, status=_S.NEEDS_INFO)

    def told_more(self) -> "Dispute":
        """The borrower said or showed more. Raises DisputeNotLiving."""
        self.require_living()
        return self if self.status is _S.ESCALATED else replace(self, status=_S.OPEN)

    def resolved(self, given: ResolveDisputeIn, *, by: str, now: datetime, today: date) -> "Dispute":
        """Decided by `by`. Raises DisputeNotLiving, SamePersonAgain, NothingDisputed for more than is disputed."""
        self.require_living()
        if self.is_second_look and by == self.resolved_by:
            raise SamePersonAgain
        full = given.outcome is DisputeOutcome.UPHELD and given.amount_minor == 0
        found = self.amount_minor if full else given.amount_minor
        if found > self.amount_minor or (given.outcome is DisputeOutcome.REJECTED and found):
            raise NothingDisputed
        return replace(
            self,
            status=_S.RESOLVED,
            outcome=given.outcome,
            found_minor=found,
            resolved_at=now,
            resolved_on=today,
            resolved_by=by,
        )

    @property
    def may_escalate_until(self) -> date | None:
        """How long the borrower may ask for another look; None where they may not."""
        lost = self.outcome is not None and self.outcome is not DisputeOutcome.UPHELD
        if self.status is not _S.RESOLVED or self.is_second_look or not lost or self.resolved_on is None:
            return None
        return self.resolved_on + ESCALATE_WITHIN

    def escalated(self, today: date) -> "Dispute":
        """The borrower asks for another look. Raises DisputeNotEscalable."""
        until = self.may_escalate_until
        if until is None or today > until:
            raise DisputeNotEscalable
        return replace(
            self,
            status=_S.ESCALATED,
            answer_by=today + ANSWER_AGAIN_WITHIN,
            outcome=None,
            found_minor=None,
            resolved_at=None,
            resolved_on=None,
            is_second_look=True,
        )

    def withdrawn(self, now: datetime, today: date) -> "Dispute":
        """The borrower takes it back. Raises DisputeNotLiving."""
        self.require_living()
        return replace(self, status=_S.WITHDRAWN, resolved_at=now, resolved_on=today)
