"""What a lender has earned of a loan by the close of a day, and how it is booked.

Interest is earned day by day, fees and penalties on the day they fall due. Income that was paid at once, because it was
capitalised or a merchant bought the rate down, is deferred and earned in equal parts over the days to maturity. A loan
that is closed, or charged off, has earned all that is left of its deferred income; one that is closed, all that it
asked for. What was booked before stays: a day books only the difference.
"""

from datetime import date, timedelta
from decimal import localcontext

from msgspec import Struct

from backend.servicing.domain.living.contract import Build, Contract
from backend.servicing.domain.living.foresight import interest_till
from backend.servicing.domain.living.growth import CONTEXT
from backend.servicing.domain.living.happenings import AnyEvent, Kind, Moved
from backend.servicing.domain.living.journals import Account, Books, Line
from backend.servicing.domain.living.replay import run_through
from backend.servicing.domain.living.rounds import share
from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, Row
from backend.servicing.domain.living.run import Run

DEFERRED = {Kind.CAPITALISED_INCOME: Account.CAPITALISATION_INCOME, Kind.BUY_DOWN_FEE: Account.BUY_DOWN_INCOME}
_ADJUSTMENTS = {Kind.CAPITALISED_INCOME_ADJUSTMENT, Kind.BUY_DOWN_FEE_ADJUSTMENT}
_RECEIVABLES = (Account.PENALTY_RECEIVABLE, Account.FEE_RECEIVABLE, Account.INTEREST_RECEIVABLE)
_INCOMES = (Account.PENALTY_INCOME, Account.FEE_INCOME, Account.INTEREST_INCOME)


class Earned(Struct, frozen=True):
    """What is earned up to a day, in minor units: penalties, fees, interest, and each deferred income by its event."""

    charges: tuple[int, int, int] = (0, 0, 0)
    deferred: dict[int, int] = {}
    kinds: dict[int, Kind] = {}
    written_off: bool = False

    def since(self, before: "Earned") -> "Earned":
        """What this is more, or less, than `before`."""
        penalty, fee, interest = (mine - its for mine, its in zip(self.charges, before.charges, strict=True))
        deferred = {seq: amount - before.deferred.get(seq, 0) for seq, amount in self.deferred.items()}
        gone = {seq: -amount for seq, amount in before.deferred.items() if seq not in self.deferred}
        return Earned((penalty, fee, interest), {**deferred, **gone}, {**before.kinds, **self.kinds}, self.written_off)


def earned_by(contract: Contract, events: tuple[AnyEvent, ...], day: date, *, whole: bool = False) -> Earned:
    """All that is earned by the close of `day`; with `whole`, all that there is to earn."""
    with localcontext(CONTEXT):
        run = run_through(contract, events, day)
        if not run.posted:
            return Earned()
        kinds = {each.seq: each.kind for each in run.posted if each.kind in DEFERRED}
        deferred = _deferred(run, day, whole=whole)
        return Earned(_charges(run, day, whole=whole), deferred, kinds, run.written_off)


def _charges(run: Run, day: date, *, whole: bool) -> tuple[int, int, int]:
    totals = [0, 0, 0]
    for row in run.rows:
        if whole or row.due_on <= day:
            totals[INTEREST] += row.charged[INTEREST] - row.credited[INTEREST]
        elif row.starts_on < day:
            totals[INTEREST] += _interest_so_far(run, row, day)
        for charge in run.charges:
            if charge.each_instalment and (whole or row.due_on <= day):
                totals[charge.leg] += row.fees_of.get(charge.event.seq, 0)
    for charge in run.charges:
        if not charge.each_instalment and charge.amount and (whole or charge.event.on <= day):
            kept = charge.event.time in {"disbursement", "each_draw"}
            totals[charge.leg] += 0 if kept else charge.amount - charge.waived
    return totals[PENALTY], totals[FEE], totals[INTEREST]


def _interest_so_far(run: Run, row: Row, day: date) -> int:
    if run.contract.build is Build.PROGRESSIVE and row.is_normal:
        earned = interest_till(run.plan, row.starts_on, row.due_on, day, with_credits=False, fixed_by_day=True)
        return min(earned, row.charged[INTEREST])
    return share(row.charged[INTEREST], (day - row.starts_on).days, (row.due_on - row.starts_on).days)


def _deferred(run: Run, day: date, *, whole: bool) -> dict[int, int]:
    maturity = max(row.due_on for row in run.rows if row.is_normal)
    incomes = [each for each in run.posted if each.kind in DEFERRED]
    given_back: dict[int | None, int] = {}
    for each in run.posted:
        if each.kind in _ADJUSTMENTS and isinstance(each.event, Moved):
            given_back[each.event.of] = given_back.get(each.event.of, 0) + each.amount
    earned: dict[int, int] = {}
    for income in incomes:
        kept = max(income.amount - given_back.get(income.seq, 0), 0)
        days = (maturity - income.on).days
        passed = (day + timedelta(days=1) - income.on).days
        all_of_it = whole or run.charged_off or run.written_off or passed >= days
        earned[income.seq] = kept if all_of_it else share(kept, max(passed, 0), days)
    return earned


def accrual_lines(earned: Earned, books: Books) -> tuple[Line, ...]:
    """Earned interest, fees and penalties: receivable against income. Cash accounting waits until they are paid."""
    lines: list[Line] = []
    if books.accrual:
        for leg in (PENALTY, FEE, INTEREST):
            amount = earned.charges[leg]
            if amount:
                lines.append(Line(books.accounts[_RECEIVABLES[leg]], amount))
                lines.append(Line(books.accounts[_INCOMES[leg]], -amount))
    return tuple(lines)


def amortisation_lines(earned: Earned, kind: Kind, books: Books) -> tuple[Line, ...]:
    """Earned parts of the deferred incomes of one kind: out of the liability, into income; or against a write-off."""
    income = Account.WRITE_OFF_LOSS if earned.written_off else DEFERRED[kind]
    lines: list[Line] = []
    for seq, amount in earned.deferred.items():
        if amount and earned.kinds[seq] is kind:
            lines.append(Line(books.accounts[Account.DEFERRED_INCOME], amount))
            lines.append(Line(books.accounts[income], -amount))
    return tuple(lines)
