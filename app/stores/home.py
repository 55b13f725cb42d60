"""What the first screen shows, and the one thing it draws attention to."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.api.applications import ApplicationStatus, ApplicationSummary
from shared.api.onboarding import CaseOut, CaseState
from shared.api.products import BorrowerKind, ProductOut
from shared.api.servicing import CreditLineOut, CreditLineStatus, LoanOut, LoanStatus
from shared.money import Money

OWED = frozenset({LoanStatus.ACTIVE, LoanStatus.OVERDUE})


class NudgeKind(StrEnum):
    """What the borrower is reminded of, the most pressing first."""

    SIGN = "sign"
    CHOOSE_OFFER = "choose_offer"
    ADD_INFO = "add_info"
    PAYOUT = "payout"
    WAITING = "waiting"
    KYC_REDO = "kyc_redo"
    KYC = "kyc"
    RESUME = "resume"


@dataclass(frozen=True)
class Nudge:
    """One reminder, and what it is about."""

    kind: NudgeKind
    application_id: UUID | None = None


_BY_STATUS = {
    ApplicationStatus.AGREEMENT_READY: NudgeKind.SIGN,
    ApplicationStatus.OFFERED: NudgeKind.CHOOSE_OFFER,
    ApplicationStatus.MORE_INFO: NudgeKind.ADD_INFO,
    ApplicationStatus.SIGNED: NudgeKind.PAYOUT,
    ApplicationStatus.SUBMITTED: NudgeKind.WAITING,
    ApplicationStatus.REFERRED: NudgeKind.WAITING,
    ApplicationStatus.APPROVED: NudgeKind.WAITING,
    ApplicationStatus.ACCEPTED: NudgeKind.WAITING,
    ApplicationStatus.DRAFT: NudgeKind.RESUME,
}


@dataclass(frozen=True)
class Home:
    """As it was read; what follows from it is computed."""

    loans: list[LoanOut] = field(default_factory=list)
    lines: list[CreditLineOut] = field(default_factory=list)
    applications: list[ApplicationSummary] = field(default_factory=list)
    kyc: CaseOut | None = None
    products: list[ProductOut] = field(default_factory=list)

    @property
    def owed(self) -> list[LoanOut]:
        """The loans that are being paid back, what is overdue first, then by the next due date."""
        running = [loan for loan in self.loans if loan.status in OWED]
        return sorted(running, key=lambda loan: (loan.status is not LoanStatus.OVERDUE, loan.next_due_on or date.max))

    @property
    def next_due(self) -> LoanOut | None:
        """The loan whose payment comes next."""
        return next((loan for loan in self.owed if loan.next_due is not None or loan.past_due), None)

    def lines_of(self, firms: Collection[UUID]) -> list[CreditLineOut]:
        """The open lines: one's own, then those of `firms`, the businesses that one may bind."""
        mine = [each for each in self.lines if each.business_id is None or each.business_id in firms]
        return sorted(
            (each for each in mine if each.status is CreditLineStatus.OPEN),
            key=lambda each: each.business_id is not None,
        )

    @property
    def ceiling(self) -> Money | None:
        """The most that a person can apply for."""
        amounts = [
            Money.of(product.max_amount_minor, product.currency)
            for product in self.products
            if BorrowerKind.PERSON in product.borrowers
        ]
        return max(amounts, key=lambda amount: amount.amount_minor, default=None)

    @property
    def nudge(self) -> Nudge | None:
        """The most pressing reminder, if there is any."""
        found = [Nudge(_BY_STATUS[each.status], each.id) for each in self.applications if each.status in _BY_STATUS]
        if self.kyc is None or self.kyc.state in {CaseState.DRAFT, CaseState.COLLECTING, CaseState.EXPIRED}:
            found.append(Nudge(NudgeKind.KYC))
        elif self.kyc.state is CaseState.NEEDS_ACTION:
            found.append(Nudge(NudgeKind.KYC_REDO))
        order = list(NudgeKind)
        return min(found, key=lambda nudge: order.index(nudge.kind), default=None)
