"""Loans whose schedule is written once, when they are paid out; later events only pay or mark its rows."""

from datetime import date
from decimal import Decimal

from backend.servicing.domain.living import charges
from backend.servicing.domain.living.classic import pay_by_strategy, refund_rows
from backend.servicing.domain.living.contract import Contract, Unit
from backend.servicing.domain.living.credits import owe_again
from backend.servicing.domain.living.growth import CONTEXT
from backend.servicing.domain.living.happenings import (
    PAYMENTS,
    Charged,
    DueMoved,
    Extended,
    Kind,
    Moved,
    RateChanged,
)
from backend.servicing.domain.living.lend import down_payment_of
from backend.servicing.domain.living.rows import LEGS, Row, none
from backend.servicing.domain.living.run import Posting, Run
from backend.servicing.domain.living.spans import later, next_due, whole_units
from backend.servicing.domain.living.steps import keep_fees
from shared.rounding import to_minor
from shared.terms import InterestKind

_ONE = Decimal(1)


def run_cumulative(run: Run) -> None:
    """Writes the rows for all that was drawn, lays every charge on them, and replays what was paid."""
    draws = [event for event in run.events if isinstance(event, Moved) and event.kind is Kind.DISBURSEMENT]
    run.rows = write_rows(run, draws)
    start = draws[0].on if draws else run.contract.submitted_on
    for row in run.rows:
        row.recheck(start)
    for event in run.events:
        if isinstance(event, Charged):
            lent = sum(draw.amount_minor for draw in draws if draw.on <= event.on) if run.contract.multi_draw else 0
            charge = charges.Charge(event)
            run.charges.append(charge)
            charges.lay(charge, run.rows, start, lent)
            charges.waive(charge, run.rows, run.events)
    for event in run.events:
        if isinstance(event, Moved):
            posting = Posting(event, event.kind, event.on, event.amount_minor)
            _post(run, posting)
            run.posted.append(posting)
            if posting.kind is Kind.DISBURSEMENT:
                keep_fees(run, posting)


def _post(run: Run, posting: Posting) -> None:
    kind = posting.kind
    run.rows.sort(key=lambda row: row.due_on)
    if kind in PAYMENTS or kind is Kind.RECOVERY:
        left = pay_by_strategy(run, posting)
        posting.over = max(left, 0)
        run.credit = run.credit + left if left > 0 else 0
    elif kind in {Kind.CREDIT_REFUND, Kind.CHARGEBACK}:
        owe_again(run, posting, on_plan=False)
    elif kind is Kind.REFUND:
        refund_rows(run, posting)
    elif kind is Kind.WRITE_OFF:
        split = none()
        for row in run.rows:
            if not row.met:
                for leg in range(LEGS):
                    row.off[leg] = row.open(leg)
                    split[leg] += row.off[leg]
                row.check(posting.on)
        posting.becomes(split)
        run.written_off = True
    elif kind is Kind.CHARGE_OFF:
        posting.becomes([sum(row.open(leg) for row in run.rows if not row.met) for leg in range(LEGS)])
        run.charged_off = True


def write_rows(run: Run, draws: list[Moved]) -> list[Row]:
    """The rows of a schedule: each period's interest on what is out, a level instalment, the rest with the last."""
    contract = run.contract
    start = draws[0].on if draws and not contract.counts_from_submission else contract.submitted_on
    ends = _dates(run, start)
    total = sum(draw.amount_minor - down_payment_of(contract, draw.amount_minor) for draw in draws)
    levels = _Levels(run, start, ends, total)
    rows: list[Row] = []
    lent = balance = 0
    waiting = [(draw.on, draw.amount_minor) for draw in draws]
    if draws:
        waiting += contract.expected_draws
    begin = start
    for index, end in enumerate(ends):
        for day, amount in [each for each in waiting if each[0] <= end or index == len(ends) - 1]:
            waiting.remove((day, amount))
            down = down_payment_of(contract, amount)
            if contract.down_payment_pct is not None:
                rows.append(_down_payment(day, down))
            lent += amount - down
            balance += amount - down
        interest = levels.interest(index, begin, end, balance)
        principal = levels.principal(lent, balance, interest)
        if index == len(ends) - 1 or principal > balance:
            principal = balance
        row = Row(0, begin, end, [0, 0, interest, principal])
        balance -= principal
        rows.append(row)
        begin = end
        if not balance and not waiting:
            break
    rows.sort(key=lambda row: (row.due_on, not row.down_payment, row.starts_on))
    for number, row in enumerate(rows, start=1):
        row.number = number
    return rows


def _down_payment(day: date, amount: int) -> Row:
    row = Row(0, day, day, [0, 0, 0, amount])
    row.down_payment = True
    return row


def _dates(run: Run, start: date) -> list[date]:
    """The due dates; one that was moved takes all later ones with it, and terms that were added follow them."""
    contract = run.contract
    moved = {event.on: event.to for event in run.events if isinstance(event, DueMoved)}
    count = contract.instalments + sum(event.count for event in run.events if isinstance(event, Extended))
    ends: list[date] = []
    day = start
    for _ in range(count):
        day = next_due(day, contract.unit, contract.every, start)
        day = moved.get(day, day)
        ends.append(day)
    if contract.fixed_days is not None:
        ends[-1] = later(start, contract.unit, contract.fixed_days)
    return ends


class _Levels:
    """How principal and interest are spread over the periods of one schedule."""

    def __init__(self, run: Run, start: date, ends: list[date], total: int) -> None:
        self.contract = run.contract
        self.count = len(ends)
        self.rates = [(event.on, event.rate_pct) for event in run.events if isinstance(event, RateChanged)]
        self.flat = run.contract.interest is InterestKind.FLAT
        self.total = total
        self.flat_interest = self._flat_interest(start, ends[-1], total) if self.flat else 0
        self.flat_paid = 0
        self.level = 0 if self.flat else self._level(total, self.count, run.contract.annual_rate_pct)
        self.rate = run.contract.annual_rate_pct

    def interest(self, index: int, begin: date, end: date, balance: int) -> int:
        """The interest of one period."""
        if self.flat:
            each = to_minor(CONTEXT.divide(Decimal(self.flat_interest), Decimal(self.count)))
            left = self.flat_interest - self.flat_paid
            part = left if index == self.count - 1 else min(each, left)
            self.flat_paid += part
            return part
        for since, rate in self.rates:
            if begin < since <= end and rate != self.rate:
                self.rate = rate
                self.level = self._level(balance, self.count - index, rate)
        return to_minor(CONTEXT.multiply(Decimal(balance), self._period_rate(begin, end)))

    def principal(self, lent: int, balance: int, interest: int) -> int:
        """The principal of one period, before the last one takes the rest."""
        if not self.flat:
            return max(self.level - interest, 0)
        part = to_minor(CONTEXT.divide(Decimal(lent), Decimal(self.count)))
        step = self.contract.step_minor
        if step:
            rounded = to_minor(Decimal(part), step=step) + to_minor(Decimal(interest), step=step)
            part = rounded - interest
        return min(part, balance)

    def _level(self, principal: int, count: int, rate_pct: Decimal) -> int:
        """The annuity P * r / (1 - (1 + r)**-n), P / n without interest."""
        rate = self._regular_rate(rate_pct)
        if rate:
            growth = CONTEXT.power(_ONE + rate, -count)
            exact = CONTEXT.divide(CONTEXT.multiply(Decimal(principal), rate), CONTEXT.subtract(_ONE, growth))
        else:
            exact = CONTEXT.divide(Decimal(principal), Decimal(count))
        return to_minor(exact, step=self.contract.step_minor or 1)

    def _per_year(self) -> int:
        contract = self.contract
        if contract.daily_interest or contract.unit is Unit.DAYS:
            return contract.year_days or 365
        return {Unit.WEEKS: 52, Unit.MONTHS: 12, Unit.YEARS: 1}[contract.unit]

    def _one(self, rate_pct: Decimal) -> Decimal:
        """The rate of one unit: a day, a week, a month, a year."""
        return CONTEXT.divide(CONTEXT.divide(rate_pct, Decimal(self._per_year())), Decimal(100))

    def _regular_rate(self, rate_pct: Decimal) -> Decimal:
        contract = self.contract
        units = contract.every
        if contract.daily_interest:
            units *= {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 30, Unit.YEARS: 365}[contract.unit]
        return CONTEXT.multiply(self._one(rate_pct), Decimal(units))

    def _period_rate(self, begin: date, end: date) -> Decimal:
        contract = self.contract
        if contract.daily_interest:
            days = Decimal((end - begin).days)
            if contract.month_days is not None and contract.unit is Unit.MONTHS:
                days = CONTEXT.multiply(_periods(contract, begin, end), Decimal(30))
            return CONTEXT.multiply(self._one(self.rate), days)
        units = _periods(contract, begin, end) if contract.partial_periods else Decimal(contract.every)
        return CONTEXT.multiply(self._one(self.rate), units)

    def _flat_interest(self, start: date, end: date, principal: int) -> int:
        contract = self.contract
        if contract.daily_interest:
            units = Decimal((end - start).days)
        elif contract.partial_periods:
            units = _periods(contract, start, end)
        else:
            units = Decimal(contract.every * contract.instalments)
        return to_minor(
            CONTEXT.multiply(Decimal(principal), CONTEXT.multiply(self._one(contract.annual_rate_pct), units))
        )


def _periods(contract: Contract, begin: date, end: date) -> Decimal:
    """Units of the calendar between two dates, the broken rest by its days."""
    whole = whole_units(begin, end, contract.unit)
    at, following = later(begin, contract.unit, whole), later(begin, contract.unit, whole + 1)
    rest = CONTEXT.divide(Decimal((end - at).days), Decimal((following - at).days))
    return rest + whole
