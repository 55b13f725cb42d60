"""A loan as it is kept: its contract, its frozen schedule and its events, and what the ledger shows for it."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from backend.servicing.domain.events import LoanEvent
from backend.servicing.domain.loan import LoanState, replay
from backend.servicing.domain.outlook import Outlook, outlook
from backend.servicing.domain.schedule import Schedule
from shared.api.servicing import CreditLineStatus, LoanStatus
from shared.terms import LoanTerms


class Contract(Struct, frozen=True, kw_only=True):
    """What the borrower signed, and never changes."""

    id: UUID
    application_id: UUID
    agreement_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    credit_line_id: UUID | None = None
    product_kind: str
    lender: str
    terms: LoanTerms
    payout_account_id: UUID
    created_at: datetime


class LoanFile(Struct, frozen=True, kw_only=True):
    """Everything that a loan is computed from."""

    contract: Contract
    status: LoanStatus  # as it was saved last
    schedule: Schedule | None = None
    events: tuple[LoanEvent, ...] = ()
    as_of: date | None = None  # the day up to which it is posted
    closed_through: date | None = None  # the day up to which close of business has dealt with it
    closed_on: date | None = None
    loss_bucket: str | None = None  # as it was saved last
    non_accrual_since: date | None = None
    posted: dict[str, int]  # what the ledger shows for it: debit balances by account

    @property
    def id(self) -> UUID:
        """The loan's id."""
        return self.contract.id

    @property
    def currency(self) -> str:
        """The loan's currency."""
        return self.contract.terms.currency

    def state(self, as_of: date) -> LoanState:
        """The loan on `as_of`."""
        return replay(self.contract.terms, self.schedule, self.events, as_of)

    def outlook(self, state: LoanState) -> Outlook:
        """The quiet days that follow `state`, which is this loan's."""
        coming = min((event.effective_on for event in self.events if event.effective_on > state.as_of), default=None)
        return outlook(state, self.contract.terms, before=coming)

    def event(self, event_id: UUID) -> LoanEvent | None:
        """The event with this id."""
        return next((event for event in self.events if event.id == event_id), None)


class LoanSummary(Struct, frozen=True, kw_only=True):
    """A loan at a glance, as it was saved last. Amounts are minor units."""

    contract: Contract
    status: LoanStatus
    principal_outstanding_minor: int
    outstanding_minor: int
    past_due_minor: int
    credit_minor: int
    days_past_due: int
    next_due_on: date | None
    next_due_minor: int
    disbursed_on: date | None
    closed_on: date | None
    as_of: date | None
    loss_bucket: str | None
    non_accrual_since: date | None
    recoverable_minor: int
    posted: dict[str, int]


class CreditLine(Struct, frozen=True, kw_only=True):
    """A line of credit. `terms` are those of its first draw."""

    id: UUID
    application_id: UUID
    agreement_id: UUID
    user_id: UUID
    business_id: UUID | None = None
    product_kind: str
    lender: str
    currency: str
    limit_minor: int
    terms: LoanTerms
    payout_account_id: UUID
    status: CreditLineStatus
    opened_on: date | None = None
    created_at: datetime


class LineUse(Struct, frozen=True, kw_only=True):
    """What is drawn under a line, in minor units: principal outstanding, and principal on its way out."""

    drawn_minor: int = 0
    past_due_minor: int = 0
    is_lost: bool = False  # a draw was written off

    def available_minor(self, line: CreditLine) -> int:
        """What can still be drawn."""
        return max(line.limit_minor - self.drawn_minor, 0) if line.status is CreditLineStatus.OPEN else 0
