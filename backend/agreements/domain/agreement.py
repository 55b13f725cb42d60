"""An agreement and its life: drafted, read, signed, perhaps cancelled. Every decision about it is made here."""

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.agreements.errors import AgreementNotCancellable, AgreementNotSignable, AgreementRunOut
from shared.api.agreements import AgreementStatus
from shared.money import Money
from shared.terms import LoanTerms

SIGN_WITHIN = timedelta(days=7)
RETURN_DAYS = 30  # the time that Directive 2008/48/EC, article 14 (3) (b), gives to pay back

DECLINED = "declined"
WITHDRAWN = "application_withdrawn"
RAN_OUT = "ran_out"
NOT_PAID_OUT = "not_paid_out"

_S = AgreementStatus


class Agreement(Struct, frozen=True, kw_only=True):
    """An agreement on one loan. Days are business days of the tenant; instants are UTC."""

    id: UUID
    application_id: UUID
    offer_id: UUID
    loan_id: UUID
    user_id: UUID
    business_id: UUID | None
    product_id: UUID
    product_kind: str
    lender: str
    lender_name: str
    terms: LoanTerms
    credit_limit_minor: int | None
    payout_account_id: UUID
    status: AgreementStatus
    drafted_at: datetime
    language: str | None = None
    cooling_off_days: int = 0
    expires_at: datetime | None = None
    signed_at: datetime | None = None
    cooling_off_until: date | None = None
    disbursed_on: date | None = None
    cancelled_on: date | None = None
    cancel_reason: str | None = None
    return_by: date | None = None

    @property
    def principal(self) -> Money:
        """The amount of the loan."""
        return Money.of(self.terms.principal_minor, self.terms.currency)

    @property
    def credit_limit(self) -> Money | None:
        """The limit of the credit line, if this opens one."""
        return None if self.credit_limit_minor is None else Money.of(self.credit_limit_minor, self.terms.currency)

    def ready(self, now: datetime, *, language: str, cooling_off_days: int) -> "Agreement":
        """The documents are set: it can be read and signed until SIGN_WITHIN has passed."""
        assert self.status is _S.DRAFTING, "documents are set once"
        return replace(
            self,
            status=_S.READY,
            language=language,
            cooling_off_days=cooling_off_days,
            expires_at=now + SIGN_WITHIN,
        )

    def require_signable(self, now: datetime) -> None:
        """Raises AgreementNotSignable, AgreementRunOut."""
        if self.status is not _S.READY:
            raise AgreementNotSignable(status=self.status.value)
        if self.expires_at is not None and now >= self.expires_at:
            raise AgreementRunOut

    def signed(self, now: datetime, today: date) -> "Agreement":
        """Signed: the cooling-off days begin to run today. Raises as require_signable does."""
        self.require_signable(now)
        until = today + timedelta(days=self.cooling_off_days)
        return replace(self, status=_S.SIGNED, signed_at=now, cooling_off_until=until)

    def may_cancel(self, today: date) -> bool:
        """Whether the borrower may cancel today.

        Always before the signature and before the payout; after the payout, while the cooling-off days run.
        """
        if self.status is _S.READY:
            return True
        if self.status is not _S.SIGNED:
            return False
        if self.disbursed_on is None:
            return True
        # Without such days not even that of the signature is one.
        return self.cooling_off_days > 0 and self.cooling_off_until is not None and today <= self.cooling_off_until

    def cancelled(self, today: date, reason: str) -> "Agreement":
        """Cancelled by the borrower: at once where no money is out, else once the loan is paid off by `return_by`.

        Raises AgreementNotCancellable.
        """
        if not self.may_cancel(today):
            raise AgreementNotCancellable(status=self.status.value)
        if self.disbursed_on is not None:
            return _to_be_paid_off(self, today, reason)
        return replace(self, status=_S.CANCELLED, cancelled_on=today, cancel_reason=reason)

    def paid_out(self, on: date, today: date) -> "Agreement":
        """The money arrived. Where it crossed a cancellation on its way, it is now to be given back."""
        if self.disbursed_on is not None:
            return self
        paid = replace(self, disbursed_on=on)
        if self.status is _S.CANCELLED and self.signed_at is not None:
            return _to_be_paid_off(paid, max(on, today), self.cancel_reason)
        return paid

    def never_paid_out(self, today: date) -> "Agreement":
        """Its payout was given up: nobody owes the other anything."""
        if self.status is not _S.SIGNED or self.disbursed_on is not None:
            return self
        return replace(self, status=_S.CANCELLED, cancelled_on=today, cancel_reason=NOT_PAID_OUT)

    def paid_off(self, on: date) -> "Agreement":
        """The loan is closed: a cancellation that waited for it is done."""
        return replace(self, status=_S.CANCELLED, cancelled_on=on) if self.status is _S.CANCELLING else self

    def lapsed(self, today: date) -> "Agreement":
        """A cancellation whose money did not come back in time is void, and the agreement holds as signed."""
        if self.status is not _S.CANCELLING or self.return_by is None or today <= self.return_by:
            return self
        return replace(self, status=_S.SIGNED, cancelled_on=None, cancel_reason=None, return_by=None)

    def expired(self, now: datetime) -> "Agreement":
        """Its time to be signed is over, if it is."""
        if self.status is not _S.READY or self.expires_at is None or now < self.expires_at:
            return self
        return replace(self, status=_S.EXPIRED)

    def withdrawn(self, today: date) -> "Agreement":
        """Ended with its application, as long as nobody has signed."""
        if self.status not in {_S.DRAFTING, _S.READY}:
            return self
        return replace(self, status=_S.CANCELLED, cancelled_on=today, cancel_reason=WITHDRAWN)


def _to_be_paid_off(agreement: Agreement, today: date, reason: str | None) -> Agreement:
    return replace(
        agreement,
        status=_S.CANCELLING,
        cancelled_on=today,
        cancel_reason=reason,
        return_by=today + timedelta(days=RETURN_DAYS),
    )
