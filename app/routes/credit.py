"""Proving who one is, applying, and the life of a loan."""

from dataclasses import dataclass
from uuid import UUID

from app.routes.route import Route


class Kyc(Route):
    pattern = "/kyc"


@dataclass(frozen=True)
class KycTask(Route):
    pattern = "/kyc/{task}"
    parent = "/kyc"
    task: str = ""


@dataclass(frozen=True)
class Apply(Route):
    """Choosing what to apply for; for a business where one is named."""

    pattern = "/apply"
    business_id: UUID | None = None


@dataclass(frozen=True)
class Draft(Route):
    """Filling in an application; `step` is the page of it."""

    pattern = "/apply/{application_id}"
    application_id: UUID
    step: str = ""


class Applications(Route):
    """Every application, and what became of it."""

    pattern = "/applications"
    parent = "/profile"


@dataclass(frozen=True)
class Application(Route):
    """Where an application stands: decision, offers, or the wait for them."""

    pattern = "/applications/{application_id}"
    application_id: UUID


@dataclass(frozen=True)
class Agreement(Route):
    pattern = "/agreements/{agreement_id}"
    agreement_id: UUID


class Loans(Route):
    pattern = "/loans"
    tab = "loans"


@dataclass(frozen=True)
class Loan(Route):
    pattern = "/loans/{loan_id}"
    also = ("/loans/{loan_id}/statement",)
    parent = "/loans"
    loan_id: UUID


@dataclass(frozen=True)
class Draw(Route):
    """Drawing on a line of credit."""

    pattern = "/credit-lines/{line_id}/draw"
    line_id: UUID


@dataclass(frozen=True)
class LoanPlace(Route):
    """A place below a loan."""

    parent = "/loans/{loan_id}"
    loan_id: UUID


class Payout(LoanPlace):
    """Where a loan's money is."""

    pattern = "/loans/{loan_id}/payout"


@dataclass(frozen=True)
class Pay(LoanPlace):
    """Paying; `choice` is the amount that is chosen at first."""

    pattern = "/loans/{loan_id}/pay"
    choice: str = ""


class Payoff(LoanPlace):
    pattern = "/loans/{loan_id}/payoff"


class AutoDebit(LoanPlace):
    pattern = "/loans/{loan_id}/auto-debit"


class Hardship(LoanPlace):
    """Help for who can't pay as agreed."""

    pattern = "/loans/{loan_id}/help"


class Disputes(LoanPlace):
    """What was said to be wrong with a loan."""

    pattern = "/loans/{loan_id}/disputes"


@dataclass(frozen=True)
class NewDispute(LoanPlace):
    """Saying what is wrong; `about` is the transaction that it is about, where it is known already, `step` the page."""

    pattern = "/loans/{loan_id}/disputes/new"
    parent = "/loans/{loan_id}/disputes"
    about: UUID | None = None
    step: str = ""


@dataclass(frozen=True)
class Dispute(Route):
    """Where one dispute stands."""

    pattern = "/disputes/{dispute_id}"
    parent = "/loans"
    dispute_id: UUID


@dataclass(frozen=True)
class Calendar(Route):
    pattern = "/calendar"
    also = ("/loans/{loan_id}/schedule",)
    loan_id: UUID | None = None
