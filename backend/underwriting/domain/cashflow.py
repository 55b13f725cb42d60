"""Monthly income, outgoings and balances, read from a classified statement.

Months are calendar months, and only whole ones count, so that half a month never passes for a poor one. A month is
whole when the statement leaves out at most EDGE_DAYS of it: many accounts see nothing on its first and last days.
Income is a median, which one windfall can't lift. Outgoings are means, rounded up, which one quiet month can't hide.
"""

from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from backend.underwriting.domain.statement import Category, Statement, Transaction, daily_balances
from shared.rounding import Rounding, to_minor, to_places

EDGE_DAYS = 6
PERSONAL_INCOME = frozenset({Category.SALARY, Category.BUSINESS_INCOME, Category.OTHER_INCOME})
TURNOVER = PERSONAL_INCOME | {Category.TRANSFER, Category.CASH, Category.OTHER}
OBLIGATIONS = frozenset(
    {
        Category.LOAN_REPAYMENT,
        Category.HOUSING,
        Category.UTILITIES,
        Category.INSURANCE,
        Category.TAX,
        Category.SUBSCRIPTION,
    }
)
_GIVEN_BACK = frozenset({Category.REVERSAL, Category.BOUNCE})
_PASSED_ON = frozenset({Category.TRANSFER, Category.CASH})

Month = tuple[int, int]


def whole_months(statement: Statement) -> tuple[Month, ...]:
    """The calendar months that the statement covers but for EDGE_DAYS days at most, oldest first."""
    months: list[Month] = []
    first = statement.starts_on.replace(day=1)
    while first <= statement.ends_on:
        length = monthrange(first.year, first.month)[1]
        last = first.replace(day=length)
        covered = (min(last, statement.ends_on) - max(first, statement.starts_on)).days + 1
        if length - covered <= EDGE_DAYS:
            months.append((first.year, first.month))
        first = last + timedelta(days=1)
    return tuple(months)


def monthly(statement: Statement, counts: Callable[[Transaction], bool]) -> list[int]:
    """The sum of the amounts that count, in minor units, for each whole month, oldest first."""
    sums: Counter[Month] = Counter()
    for line in statement.transactions:
        if counts(line):
            sums[line.booked_on.year, line.booked_on.month] += line.amount_minor
    return [sums[month] for month in whole_months(statement)]


def income(statement: Statement, *, business: bool) -> list[int]:
    """Income of each whole month. A business' is its turnover: all but loans, own money and refunds."""
    counted = TURNOVER if business else PERSONAL_INCOME
    return monthly(statement, lambda line: line.amount_minor > 0 and line.category in counted)


def money_out(statement: Statement, categories: frozenset[Category]) -> list[int]:
    """What left the account for `categories` in each whole month, as positive amounts."""
    return [-out for out in monthly(statement, lambda line: line.amount_minor < 0 and line.category in categories)]


def outgoings(statement: Statement, *, business: bool) -> list[int]:
    """Everything that left the account in each whole month, own savings apart, as positive amounts.

    Money given back (refunds, returned payments) is taken off. A person's transfers and cash count only as far as more
    went out than came in, each by itself, so that money passing through is no expense and gifts don't hide expenses.
    """
    netted = frozenset() if business else _PASSED_ON
    spent = money_out(statement, frozenset(Category) - netted - {Category.OWN_TRANSFER})
    returned = monthly(statement, lambda line: line.amount_minor > 0 and line.category in _GIVEN_BACK)
    totals = [max(0, out - back) for out, back in zip(spent, returned, strict=True)]
    for category in sorted(netted):
        net = monthly(statement, lambda line, category=category: line.category is category)  # type: ignore[misc]
        totals = [total + max(0, -moved) for total, moved in zip(totals, net, strict=True)]
    return totals


def median_minor(amounts: list[int]) -> int | None:
    """The median, the mean of the middle two rounded down; None for no amounts."""
    if not amounts:
        return None
    ordered = sorted(amounts)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2


def mean_minor(amounts: list[int]) -> int | None:
    """The mean, rounded up; None for no amounts."""
    return to_minor(Decimal(sum(amounts)) / len(amounts), Rounding.CEILING) if amounts else None


def volatility(amounts: list[int]) -> Decimal | None:
    """The coefficient of variation (population standard deviation over mean) to four places.

    None for fewer than two months or a mean of zero, where it says nothing.
    """
    if len(amounts) < 2 or sum(amounts) <= 0:
        return None
    mean = Decimal(sum(amounts)) / len(amounts)
    variance = sum(((amount - mean) ** 2 for amount in amounts), Decimal(0)) / len(amounts)
    return to_places(variance.sqrt() / mean, 4)


def returned_payments(lines: Iterable[Transaction]) -> int:
    """Payments returned unpaid. A return and its fee on one day are one event: the larger of the two counts."""
    fees: Counter[date] = Counter()
    returns: Counter[date] = Counter()
    for line in lines:
        if line.category is Category.BOUNCE:
            (fees if line.amount_minor < 0 else returns)[line.booked_on] += 1
    return sum(max(fees[day], returns[day]) for day in fees.keys() | returns.keys())


def closing_balances(statement: Statement) -> list[int] | None:
    """The balance at the end of every day from the first transaction to the end of the statement, days without one too.

    None when the bank states no balance.
    """
    ends = daily_balances(statement)
    if not ends:
        return None
    days = sorted(ends)
    span = (statement.ends_on - days[0]).days + 1
    known = (bisect_right(days, days[0] + timedelta(days=offset)) for offset in range(span))
    return [ends[days[index - 1]] for index in known]
