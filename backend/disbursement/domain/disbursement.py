"""A disbursement and its life: ordered, paid out or failed, perhaps ordered again; every decision about it is here."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.disbursement.errors import DisbursementNotRetryable, TooManyAttempts
from shared.api.disbursement import DisbursementStatus
from shared.money import Money

MAX_ATTEMPTS = 5
# Beyond these a person decides, who then still has attempts left.
MAX_ATTEMPTS_BY_ITSELF = 3

_S = DisbursementStatus


class Disbursement(Struct, frozen=True, kw_only=True):
    """One loan's disbursement. `payout_id` is the attempt under way, or the last one."""

    id: UUID
    loan_id: UUID
    application_id: UUID
    user_id: UUID
    business_id: UUID | None
    payout_account_id: UUID
    amount_minor: int
    currency: str
    status: DisbursementStatus
    payout_id: UUID
    attempts: int
    created_at: datetime
    updated_at: datetime
    disbursed_on: date | None = None
    reason_code: str | None = None

    @property
    def amount(self) -> Money:
        """What is paid out."""
        return Money.of(self.amount_minor, self.currency)

    def awaits(self, payout_id: UUID) -> bool:
        """Whether news of this payout concerns the attempt under way."""
        return self.status is _S.ORDERED and self.payout_id == payout_id

    def paid_out(self, on: date, now: datetime) -> "Disbursement":
        """The money arrived."""
        assert self.status is _S.ORDERED, "only what is ordered arrives"
        return replace(self, status=_S.PAID_OUT, disbursed_on=on, reason_code=None, updated_at=now)

    def failed(self, reason_code: str, now: datetime) -> "Disbursement":
        """The payout under way did not arrive."""
        assert self.status is _S.ORDERED, "only what is ordered fails"
        return replace(self, status=_S.FAILED, reason_code=reason_code, updated_at=now)

    def cancelled(self, now: datetime) -> "Disbursement":
        """Called off before any money left."""
        assert self.status in {_S.ORDERED, _S.FAILED}, "what was paid out can't be called off"
        return replace(self, status=_S.CANCELLED, updated_at=now)

    @property
    def may_go_on_by_itself(self) -> bool:
        """Whether a payout that the bank never had is ordered anew without asking anyone."""
        return self.status is _S.FAILED and self.attempts < MAX_ATTEMPTS_BY_ITSELF

    def retried(self, payout_id: UUID, account_id: UUID | None, now: datetime) -> "Disbursement":
        """Ordered again as another payout. Raises DisbursementNotRetryable, TooManyAttempts."""
        if self.status is not _S.FAILED:
            raise DisbursementNotRetryable(status=self.status.value.replace("_", " "))
        if self.attempts >= MAX_ATTEMPTS:
            raise TooManyAttempts(attempts=self.attempts)
        return replace(
            self,
            status=_S.ORDERED,
            payout_id=payout_id,
            payout_account_id=account_id or self.payout_account_id,
            attempts=self.attempts + 1,
            reason_code=None,
            updated_at=now,
        )
