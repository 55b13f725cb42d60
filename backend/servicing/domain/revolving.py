"""A revolving line of credit: draws and payments in any order, statements by the month, a minimum to be paid.

Interest is that of the daily balance and billed with the statement; what is billed bears interest like what is drawn.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Annotated

from msgspec import Meta, Struct

from backend.servicing.domain.calendar import MAX_YEARS, days_in_month
from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.errors import DrawBeyondLimit, TermsNotServiceable
from backend.servicing.domain.periods import PRECISION, exact
from shared.money import MAX_MINOR, CurrencyCode
from shared.rounding import Rounding, to_minor
from shared.terms import Bps, DayCount, RatePct


class RevolvingTerms(Struct, frozen=True, kw_only=True):
    """What a line costs and asks for. Amounts are minor units."""

    currency: CurrencyCode
    limit_minor: Annotated[int, Meta(ge=1, le=MAX_MINOR)]
    annual_rate_pct: RatePct
    statement_day: Annotated[int, Meta(ge=1, le=31)] = 31  # or the month's last, where it is shorter
    due_days: Annotated[int, Meta(ge=1, le=27)] = 21  # after the statement, before the next one
    minimum_share_bps: Bps = 500  # of what is owed besides this statement's interest and fees
    minimum_floor_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)] = 0
    utilisation_fee_bps: Bps = 0  # a year, on what is drawn
    commitment_fee_bps: Bps = 0  # a year, on what is not
    late_fee_minor: Annotated[int, Meta(ge=0, le=MAX_MINOR)] = 0  # for a minimum not paid by its due date
    day_count: DayCount = DayCount.ACTUAL_365
    rounding: Rounding = Rounding.HALF_EVEN


class Movement(Struct, frozen=True):
    """A draw, if above zero, or a payment, if below."""

    on: date
    amount_minor: int


class Statement(Struct, frozen=True, kw_only=True):
    """One cycle. `closing` is opening + drawn + interest + fees - paid, below zero where the borrower has credit."""

    number: int
    starts_on: date  # the statement before, whose day this cycle follows
    ends_on: date
    due_on: date
    opening_minor: int
    drawn_minor: int
    paid_minor: int
    interest_minor: int
    fee_minor: int  # for utilisation and commitment
    late_fee_minor: int
    closing_minor: int
    past_due_minor: int  # of the minimum before
    minimum_minor: int  # what is past due, this statement's interest and fees, and a share of the rest


def statements(
    terms: RevolvingTerms, opened_on: date, movements: Sequence[Movement], through: date
) -> tuple[Statement, ...]:
    """The statements of a line from `opened_on` to the last one by `through`.

    Raises DrawBeyondLimit for a draw that the line doesn't hold on its day, TermsNotServiceable for movements before
    the line was opened and for lines that run longer than any contract.
    """
    if any(movement.on < opened_on for movement in movements):
        raise TermsNotServiceable(reason=f"a line moves from {opened_on} on, when it is opened")
    if (through - opened_on).days > MAX_YEARS * 366:
        raise TermsNotServiceable(reason=f"a line is reckoned for at most {MAX_YEARS} years")
    in_turn = sorted(movements, key=lambda movement: movement.on)
    found: list[Statement] = []
    start = opened_on
    with localcontext(prec=PRECISION):
        for end in _statement_days(terms, opened_on, through):
            opening_day = not found
            of_cycle = [
                each for each in in_turn if (start < each.on or (opening_day and each.on == start)) and each.on <= end
            ]
            found.append(_statement(terms, found[-1] if found else None, start, end, of_cycle))
            start = end
    return tuple(found)


def _statement_days(terms: RevolvingTerms, opened_on: date, through: date) -> Iterator[date]:
    year, month = opened_on.year, opened_on.month
    while True:
        day = date(year, month, min(terms.statement_day, days_in_month(year, month)))
        if day > through:
            return
        if day > opened_on:
            yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _statement(
    terms: RevolvingTerms, before: Statement | None, start: date, end: date, movements: Sequence[Movement]
) -> Statement:
    opening = before.closing_minor if before else 0
    late_fee = _late_fee(terms, before, movements)
    drawn_years = undrawn_years = Fraction(0)
    balance, since = opening, start
    for movement in [*movements, Movement(end, 0)]:
        part = year_fraction(terms.day_count, since, movement.on)
        drawn_years += max(balance, 0) * part
        undrawn_years += max(terms.limit_minor - max(balance, 0), 0) * part
        balance, since = balance + movement.amount_minor, movement.on
        if movement.amount_minor > 0 and balance > terms.limit_minor:
            raise DrawBeyondLimit(on=movement.on, available=terms.limit_minor - balance + movement.amount_minor)
    interest = _charge(terms, drawn_years * Fraction(terms.annual_rate_pct) / 100)
    fee = _charge(terms, drawn_years * Fraction(terms.utilisation_fee_bps, 10_000))
    fee += _charge(terms, undrawn_years * Fraction(terms.commitment_fee_bps, 10_000))
    closing = balance + interest + fee + late_fee
    paid = -sum(min(movement.amount_minor, 0) for movement in movements)
    past_due = max(before.minimum_minor - paid, 0) if before else 0
    billed = interest + fee + late_fee
    return Statement(
        number=before.number + 1 if before else 1,
        starts_on=start,
        ends_on=end,
        due_on=end + timedelta(days=terms.due_days),
        opening_minor=opening,
        drawn_minor=sum(max(movement.amount_minor, 0) for movement in movements),
        paid_minor=paid,
        interest_minor=interest,
        fee_minor=fee,
        late_fee_minor=late_fee,
        closing_minor=closing,
        past_due_minor=past_due,
        minimum_minor=_minimum(terms, closing, billed, past_due),
    )


def _charge(terms: RevolvingTerms, exact_minor: Fraction) -> int:
    return to_minor(exact(exact_minor), terms.rounding)


def _late_fee(terms: RevolvingTerms, before: Statement | None, movements: Sequence[Movement]) -> int:
    if before is None or not before.minimum_minor:
        return 0
    in_time = -sum(min(each.amount_minor, 0) for each in movements if each.on <= before.due_on)
    return terms.late_fee_minor if in_time < before.minimum_minor else 0


def _minimum(terms: RevolvingTerms, closing: int, billed: int, past_due: int) -> int:
    """No more than all that is owed; never less than what the cycle cost, or the debt would grow by itself."""
    rest = max(closing - billed - past_due, 0)
    share = to_minor(Decimal(rest) * terms.minimum_share_bps / 10_000, Rounding.UP)
    return max(min(max(billed + share, terms.minimum_floor_minor) + past_due, closing), 0)
