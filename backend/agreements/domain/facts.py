"""Everything that an agreement states, as figures; the documents only put it into words."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from msgspec import Struct

from shared.i18n import Language
from shared.money import Money
from shared.terms import FeeWhen, LoanTerms


class Brand(Struct, frozen=True, kw_only=True):
    """How the tenant presents itself."""

    name: str
    accent: str = "#0f5c4c"
    logo: bytes | None = None  # PNG or JPEG
    support: str = ""  # where borrowers ask and complain: an address, a number, a page


class Lender(Struct, frozen=True, kw_only=True):
    """Who lends the money."""

    name: str
    licence: str = ""
    address: str = ""


class Borrower(Struct, frozen=True, kw_only=True):
    """Who owes the money: a person, or a business."""

    name: str
    address: str = ""


class StatedFee(Struct, frozen=True, kw_only=True):
    """A fee of the terms with the amount that it comes to over the whole loan."""

    code: str
    when: FeeWhen
    amount_minor: int


class Due(Struct, frozen=True, kw_only=True):
    """One line of the repayment schedule."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    fees_minor: int
    balance_minor: int  # principal still owed after it

    @property
    def total_minor(self) -> int:
        """What is paid on the day."""
        return self.principal_minor + self.interest_minor + self.fees_minor


class CoolingOff(Struct, frozen=True, kw_only=True):
    """The borrower's right to cancel: days from signing, and days to give the money back once it was paid out."""

    days: int
    return_days: int


class LoanFacts(Struct, frozen=True, kw_only=True):
    """What the two documents of an agreement say."""

    agreement_id: UUID
    language: Language
    drawn_up_on: date
    payout_on: date  # the day that the schedule assumes
    brand: Brand
    lender: Lender
    borrower: Borrower
    product_name: str
    terms: LoanTerms
    fees: tuple[StatedFee, ...]
    schedule: tuple[Due, ...]
    apr_pct: Decimal
    cooling_off: CoolingOff
    credit_limit: Money | None = None  # of the credit line that this loan is the first draw of
    country: str = ""  # ISO 3166, whose law applies

    def __post_init__(self) -> None:
        assert self.schedule, "an agreement has a schedule"
        repaid = sum(due.principal_minor for due in self.schedule)
        assert repaid == self.terms.principal_minor, "the schedule repays the principal, neither more nor less"
        spread = sum(fee.amount_minor for fee in self.fees if fee.when is not FeeWhen.DISBURSEMENT)
        assert spread == sum(due.fees_minor for due in self.schedule), "the schedule and the list of fees agree"
        assert self.schedule[-1].balance_minor == 0, "nothing is owed after the last instalment"

    def money(self, amount_minor: int) -> Money:
        """An amount in the loan's currency."""
        return Money.of(amount_minor, self.terms.currency)

    @property
    def principal(self) -> Money:
        """The amount of the loan."""
        return self.money(self.terms.principal_minor)

    @property
    def withheld(self) -> Money:
        """Fees that are taken from the payout."""
        return self.money(sum(fee.amount_minor for fee in self.fees if fee.when is FeeWhen.DISBURSEMENT))

    @property
    def received(self) -> Money:
        """What reaches the borrower."""
        return self.principal - self.withheld

    @property
    def interest(self) -> Money:
        """Interest over the whole loan when every payment is made on its day."""
        return self.money(sum(due.interest_minor for due in self.schedule))

    @property
    def repaid(self) -> Money:
        """Everything that the borrower pays after the payout."""
        return self.money(sum(due.total_minor for due in self.schedule))

    @property
    def cost(self) -> Money:
        """The total cost of credit: what is paid beyond what was received."""
        return self.repaid - self.received
