"""The schedule that payments leave: what early money makes cheaper, and what late money costs in interest.

Interest is recomputed each period, so a payment counts from the end of the period in which it is made.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext

from msgspec import Struct

from backend.servicing.domain.calendar import IsDayOff, never_off
from backend.servicing.domain.cost import Meter, fees_minor
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.levelling import level_minor
from backend.servicing.domain.periods import PRECISION, Period, periods_of
from backend.servicing.domain.portion import stepped
from backend.servicing.domain.schedule import Row, build_schedule, with_fees
from shared.terms import EarlyRepayment, FeeWhen, InterestKind, LoanTerms, RepaymentMethod

_RECAST = frozenset({RepaymentMethod.EQUAL_INSTALMENTS, RepaymentMethod.EQUAL_PRINCIPAL})


class Paid(Struct, frozen=True):
    """Money that the borrower paid, or means to pay, on a day."""

    on: date
    amount_minor: int


class Recast(Struct, frozen=True, kw_only=True):
    """The rows after the payments, and what of the payments no row took."""

    rows: tuple[Row, ...]
    credit_minor: int
    overdue_minor: int  # what fell due before the day of reckoning and is unpaid

    @property
    def interest_minor(self) -> int:
        """All interest of the rows."""
        return sum(row.interest_minor for row in self.rows)


def recast(
    terms: LoanTerms,
    disbursed_on: date,
    payments: Sequence[Paid],
    *,
    as_of: date,
    effect: EarlyRepayment,
    on_top: bool = False,
    is_day_off: IsDayOff = never_off,
) -> Recast:
    """The rows of a loan of `terms` with `payments`, as known on `as_of`.

    What fell due before that day and is unpaid bears interest until then; all later rows are taken to be paid when
    due. With `on_top`, every row is, and `payments` come besides.
    Raises TermsNotServiceable for terms whose interest doesn't follow the balance.
    """
    build_schedule(terms, disbursed_on, is_day_off)  # refuses terms that contradict themselves
    if terms.method not in _RECAST or terms.interest is not InterestKind.DECLINING:
        raise TermsNotServiceable(reason="only equal instalments or equal principal on a declining balance are recast")
    if terms.down_payment or terms.interest_grace or terms.principal_grace or terms.fixed_instalment_minor:
        raise TermsNotServiceable(reason="a loan with a down payment, grace or a fixed instalment is not recast")
    with localcontext(prec=PRECISION):
        periods = periods_of(terms, disbursed_on, terms.instalments, is_day_off, first=1)
        in_turn = sorted(payments, key=lambda paid: paid.on)
        return _Walk(terms, periods, in_turn, as_of=as_of, effect=effect, on_top=on_top).recast()


def payoff_minor(recast: Recast, on: date) -> int:
    """What closes the loan on a due date, once what fell due by then is paid: all principal that is yet to come."""
    return sum(row.principal_minor for row in recast.rows if row.ends_on > on)


class _Walk:
    """One pass over the periods; every amount in minor units."""

    def __init__(
        self,
        terms: LoanTerms,
        periods: Sequence[Period],
        payments: list[Paid],
        *,
        as_of: date,
        effect: EarlyRepayment,
        on_top: bool,
    ) -> None:
        self.terms, self.periods, self.payments = terms, periods, payments
        self.as_of, self.effect, self.on_top = as_of, effect, on_top
        self.meter = Meter(terms)
        self.fee = fees_minor(terms, FeeWhen.INSTALMENT)
        self.balance = terms.principal_minor
        self.money = self.overdue = self.overdue_principal = self.ahead = 0
        self.level = self._level(0)

    def recast(self) -> Recast:
        rows: list[Row] = []
        for index, period in enumerate(self.periods):
            late = self.overdue_principal if period.starts_on < self.as_of else 0
            interest = self.meter.charge(self.balance + late, period)
            principal = self._principal(index, interest)
            self._collect(period, last=index == len(self.periods) - 1)
            principal += self._early(index, period, interest + principal + self.fee, principal)
            self.balance -= principal
            rows.append(_row(period, principal, interest, self.balance))
            if self.balance == 0:
                break
        left = self.money + sum(paid.amount_minor for paid in self.payments)
        rows = [with_fees(self.terms, row, last=row is rows[-1]) for row in rows]
        return Recast(rows=tuple(rows), credit_minor=left, overdue_minor=self.overdue)

    def _level(self, index: int) -> int:
        """The instalment, or the principal of one, for the periods from `index` on."""
        if self.terms.method is RepaymentMethod.EQUAL_INSTALMENTS:
            return level_minor(self.terms, self.balance, self.periods[index:])
        return stepped(self.terms, Decimal(self.balance) / (len(self.periods) - index))

    def _principal(self, index: int, interest: int) -> int:
        if index == len(self.periods) - 1:
            return self.balance
        equal = self.terms.method is RepaymentMethod.EQUAL_INSTALMENTS
        wanted = max(self.level - interest, 0) if equal else self.level
        already, self.ahead = min(self.ahead, wanted), max(self.ahead - wanted, 0)
        return min(wanted - already, self.balance)

    def _collect(self, period: Period, *, last: bool) -> None:
        """Takes the payments made by the end of the period, and pays with them first what is overdue."""
        while self.payments and (self.payments[0].on <= period.ends_on or last):
            self.money += self.payments.pop(0).amount_minor
        paid = min(self.money, self.overdue)
        self.money -= paid
        self.overdue -= paid
        self.overdue_principal = min(self.overdue_principal, self.overdue)

    def _early(self, index: int, period: Period, due: int, principal: int) -> int:
        """Pays what is due; the principal that money beyond it repays ahead of its time."""
        due = 0 if self.on_top else due
        if self.money < due:
            if period.ends_on < self.as_of:
                unpaid = due - self.money
                self.overdue += unpaid
                self.overdue_principal += min(unpaid, principal)
                self.money = 0
            return 0
        early = min(self.money - due, self.balance - principal)
        self.money -= due + early
        left = self.balance - principal - early
        if early and left and self.effect is EarlyRepayment.REDUCE_INSTALMENT:
            before, self.balance = self.balance, left
            self.level = self._level(index + 1)
            self.balance = before
        if self.effect is EarlyRepayment.REDUCE_NEXT:
            self.ahead += early
        return early


def _row(period: Period, principal: int, interest: int, balance: int) -> Row:
    return Row(
        number=period.number,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        principal_minor=principal,
        interest_minor=interest,
        balance_minor=balance,
    )
