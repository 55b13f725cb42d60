"""Turns terms and a day of disbursement into the rows that a borrower agrees to."""

from datetime import date
from decimal import Decimal, localcontext

from msgspec import Struct
from msgspec.structs import replace

from backend.servicing.domain.amortisation import Portion, amortise
from backend.servicing.domain.calendar import IsDayOff, never_off
from backend.servicing.domain.cost import fees_minor
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.periods import PRECISION, Period, periods_of
from shared.money import MAX_MINOR
from shared.rounding import to_minor
from shared.terms import FeeWhen, InterestKind, LoanTerms, Part, RepaymentMethod


class Row(Struct, frozen=True, kw_only=True):
    """One instalment. `balance_minor` is the principal left once it is paid."""

    number: int
    starts_on: date
    ends_on: date
    due_on: date
    principal_minor: int
    interest_minor: int
    fee_minor: int = 0
    maturity_fee_minor: int = 0  # the part of `fee_minor` that an early payoff does not save
    penalty_minor: int = 0
    balance_minor: int

    @property
    def total_minor(self) -> int:
        """What falls due with this row."""
        return self.principal_minor + self.interest_minor + self.fee_minor + self.penalty_minor


class Schedule(Struct, frozen=True, kw_only=True):
    """Everything that is fixed once a loan is paid out. Amounts are minor units of `currency`."""

    currency: str
    disbursed_on: date
    principal_minor: int
    upfront_fee_minor: int  # deducted from what is paid out
    rows: tuple[Row, ...]

    @property
    def paid_out_minor(self) -> int:
        """What reaches the borrower."""
        return self.principal_minor - self.upfront_fee_minor

    @property
    def interest_minor(self) -> int:
        """All interest, if every row is paid when due."""
        return sum(row.interest_minor for row in self.rows)

    @property
    def fee_minor(self) -> int:
        """All fees of the rows, without those deducted at disbursement."""
        return sum(row.fee_minor for row in self.rows)

    @property
    def total_minor(self) -> int:
        """What the borrower repays in all."""
        return sum(row.total_minor for row in self.rows)

    @property
    def cost_minor(self) -> int:
        """What the credit costs: interest and every fee."""
        return self.interest_minor + self.fee_minor + self.upfront_fee_minor

    @property
    def matures_on(self) -> date:
        """When the last row falls due."""
        return self.rows[-1].due_on


def build_schedule(terms: LoanTerms, disbursed_on: date, is_day_off: IsDayOff = never_off) -> Schedule:
    """The rows of a loan of `terms` paid out on `disbursed_on`.

    Interest runs between the unmoved dates, so a holiday changes when a row is due and never what is due.
    Raises TermsNotServiceable where the terms contradict themselves.
    """
    _check(terms)
    with localcontext(prec=PRECISION):
        rows = _rows(terms, disbursed_on, is_day_off)
        rows = [with_fees(terms, row, last=row is rows[-1]) for row in rows] if terms.fees else rows
        upfront = fees_minor(terms, FeeWhen.DISBURSEMENT)
    schedule = Schedule(
        currency=terms.currency,
        disbursed_on=disbursed_on,
        principal_minor=terms.principal_minor,
        upfront_fee_minor=upfront,
        rows=tuple(rows),
    )
    if schedule.paid_out_minor <= 0:
        raise TermsNotServiceable(reason="the fees at disbursement leave nothing to pay out")
    if schedule.total_minor > MAX_MINOR:
        raise TermsNotServiceable(reason=f"the borrower would repay more than {MAX_MINOR} minor units")
    return schedule


def _check(terms: LoanTerms) -> None:
    if terms.method is RepaymentMethod.PAY_IN_N and terms.annual_rate_pct:
        raise TermsNotServiceable(reason="pay_in_n carries no interest; set annual_rate_pct to 0")
    if terms.down_payment and terms.instalments < 2:
        raise TermsNotServiceable(reason="a down payment needs at least one more instalment")
    if terms.down_payment_bps and not terms.down_payment:
        raise TermsNotServiceable(reason="down_payment_bps is set, down_payment is not")
    if max(terms.principal_grace, terms.interest_grace) >= terms.instalments - terms.down_payment:
        raise TermsNotServiceable(reason="at least one instalment must come after those in grace")
    if terms.principal_share_bps and terms.method is not RepaymentMethod.EQUAL_PRINCIPAL:
        raise TermsNotServiceable(reason="principal_share_bps is a term of equal_principal alone")
    if terms.fixed_instalment_minor and _is_not_level(terms):
        raise TermsNotServiceable(reason="fixed_instalment_minor is a term of equal_instalments on a declining balance")
    if sorted(terms.allocation) != sorted(Part):
        raise TermsNotServiceable(reason="allocation must name penalty, fee, interest and principal once each")
    if terms.method is RepaymentMethod.BULLET and (terms.down_payment or terms.principal_grace or terms.interest_grace):
        raise TermsNotServiceable(reason="a bullet loan has no down payment and no grace")


def _is_not_level(terms: LoanTerms) -> bool:
    return terms.method is not RepaymentMethod.EQUAL_INSTALMENTS or terms.interest is not InterestKind.DECLINING


def _rows(terms: LoanTerms, disbursed_on: date, is_day_off: IsDayOff) -> list[Row]:
    rows: list[Row] = []
    balance = terms.principal_minor
    if terms.down_payment:
        down = _down_payment_minor(terms)
        balance -= down
        day = disbursed_on
        rows.append(
            Row(
                number=1,
                starts_on=day,
                ends_on=day,
                due_on=day,
                principal_minor=down,
                interest_minor=0,
                balance_minor=balance,
            )
        )
    count = terms.instalments - len(rows)
    periods = periods_of(terms, disbursed_on, count, is_day_off, first=len(rows) + 1)
    if terms.method is RepaymentMethod.BULLET:
        periods = [_merged(periods)]
    for period, portion in zip(periods, amortise(terms, balance, periods), strict=False):
        balance -= portion.principal_minor
        rows.append(_row(period, portion, balance))
    assert balance == 0, "a schedule repays exactly what was lent"
    return rows


def _row(period: Period, portion: Portion, balance: int) -> Row:
    return Row(
        number=period.number,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        principal_minor=portion.principal_minor,
        interest_minor=portion.interest_minor,
        balance_minor=balance,
    )


def _merged(periods: list[Period]) -> Period:
    """One period over them all, with simple interest."""
    rate = sum((period.rate for period in periods), Decimal(0))
    return replace(periods[-1], number=1, starts_on=periods[0].starts_on, rate=rate)


def _down_payment_minor(terms: LoanTerms) -> int:
    share = Decimal(terms.principal_minor)
    share = share * terms.down_payment_bps / 10_000 if terms.down_payment_bps else share / terms.instalments
    down = to_minor(share, terms.rounding, step=terms.instalment_step_minor)
    return min(down, terms.principal_minor)


def with_fees(terms: LoanTerms, row: Row, *, last: bool) -> Row:
    """`row` with what falls due with each instalment, and with the last one."""
    each = fees_minor(terms, FeeWhen.INSTALMENT)
    at_maturity = fees_minor(terms, FeeWhen.MATURITY) if last else 0
    return replace(row, fee_minor=each + at_maturity, maturity_fee_minor=at_maturity)
