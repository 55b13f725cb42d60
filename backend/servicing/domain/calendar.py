"""Period dates: the month-end rule, and the move of a due date off a holiday."""

from calendar import isleap
from collections.abc import Callable
from datetime import date, timedelta

from backend.servicing.domain.errors import TermsNotServiceable
from shared.terms import DayOffMove, Frequency, MonthEnd

MONTHS_OF = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}
DAYS_OF = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.FORTNIGHTLY: 14}

HALF_A_MONTH = 15
_DAYS_IN_MONTH = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# The longest run of days off that a calendar of ours may hold; guards the loop below.
MAX_DAYS_OFF = 31
# No contract of ours runs longer; it also keeps dates inside the calendar and amounts inside their columns.
MAX_YEARS = 60
MAX_YEAR = 2400

IsDayOff = Callable[[date], bool]


def never_off(_day: date) -> bool:
    """A calendar without days off."""
    return False


def is_month_end(day: date) -> bool:
    """Whether `day` is the last of its month."""
    return day.day == days_in_month(day.year, day.month)


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return 29 if month == 2 and isleap(year) else _DAYS_IN_MONTH[month]


def add_months(day: date, months: int) -> date:
    """`months` later (or earlier) on the same day of the month, or on its last day where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, days_in_month(year, month)))


def step(anchor: date, frequency: Frequency, periods: int, month_end: MonthEnd = MonthEnd.LAST_DAY) -> date:
    """The date `periods` steps of `frequency` after `anchor`.

    Always counted from the anchor, so that a loan of 31 January falls due on 28 February and then on 31 March again.
    """
    if frequency in MONTHS_OF:
        return _on_day_of_month(anchor, MONTHS_OF[frequency] * periods, month_end)
    if frequency is Frequency.SEMI_MONTHLY:
        months, half = divmod(periods, 2)
        return _on_day_of_month(_half_month_after(anchor) if half else anchor, months, month_end)
    return anchor + timedelta(days=DAYS_OF[frequency] * periods)


def _on_day_of_month(anchor: date, months: int, month_end: MonthEnd) -> date:
    day = add_months(anchor, months)
    if month_end is MonthEnd.ALWAYS_LAST and is_month_end(anchor):
        return day.replace(day=days_in_month(day.year, day.month))
    if month_end is MonthEnd.NEXT_MONTH and day.day < anchor.day:
        return day + timedelta(days=1)
    return day


def _half_month_after(anchor: date) -> date:
    """Fifteen days on within the month, to its end from the 15th, and back again in the next month."""
    if is_month_end(anchor):
        return add_months(anchor, 1).replace(day=HALF_A_MONTH)
    if anchor.day > HALF_A_MONTH:
        return add_months(anchor, 1).replace(day=anchor.day - HALF_A_MONTH)
    last = days_in_month(anchor.year, anchor.month)
    return anchor.replace(day=last if anchor.day == HALF_A_MONTH else min(anchor.day + HALF_A_MONTH, last))


def may_span(frequency: Frequency, periods: int) -> bool:
    """Whether `periods` of `frequency` stay within the longest contract."""
    if frequency in MONTHS_OF:
        return MONTHS_OF[frequency] * periods <= MAX_YEARS * 12
    if frequency is Frequency.SEMI_MONTHLY:
        return periods <= MAX_YEARS * 24
    return DAYS_OF[frequency] * periods <= MAX_YEARS * 366


def nominal_dates(
    start: date,
    frequency: Frequency,
    *,
    every: int,
    count: int,
    first: date | None = None,
    month_end: MonthEnd = MonthEnd.LAST_DAY,
) -> tuple[date, ...]:
    """The ends of `count` periods that begin at `start`; the first ends on `first` where that is given.

    Raises TermsNotServiceable for terms longer than any contract.
    """
    if not may_span(frequency, every * count) or start.year > MAX_YEAR or (first and first.year > MAX_YEAR):
        raise TermsNotServiceable(reason=f"they run for more than {MAX_YEARS} years, or beyond {MAX_YEAR}")
    if first is None:
        return tuple(step(start, frequency, every * number, month_end) for number in range(1, count + 1))
    return tuple(step(first, frequency, every * number, month_end) for number in range(count))


def working_day(day: date, is_day_off: IsDayOff, move: DayOffMove = DayOffMove.FOLLOWING) -> date:
    """`day`, or the working day to which `move` takes it from a day off; 2006 ISDA Definitions 4.12."""
    if is_day_off is never_off:
        return day
    if move is DayOffMove.PRECEDING:
        return _nearest_working_day(day, is_day_off, -1)
    found = _nearest_working_day(day, is_day_off, 1)
    if move is DayOffMove.MODIFIED_FOLLOWING and found.month != day.month:
        return _nearest_working_day(day, is_day_off, -1)
    return found


def next_working_day(day: date, is_day_off: IsDayOff) -> date:
    """`day`, or the first day after it that is not a day off."""
    return _nearest_working_day(day, is_day_off, 1)


def _nearest_working_day(day: date, is_day_off: IsDayOff, direction: int) -> date:
    for away in range(MAX_DAYS_OFF):
        candidate = day + timedelta(days=direction * away)
        if not is_day_off(candidate):
            return candidate
    return day
