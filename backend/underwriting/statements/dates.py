"""Reads a column of dates. Day and month are never guessed: the column itself has to tell them apart, or the sender."""

import re
from datetime import date
from enum import StrEnum

from backend.underwriting.errors import StatementAmbiguous
from backend.underwriting.statements.problems import RowProblem

EARLIEST_YEAR = 1990
LATEST_YEAR = 2100


class DateOrder(StrEnum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


Cell = tuple[str, str]  # place, text

_TIME = r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}")
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_DAY_NAME = re.compile(rf"(\d{{1,2}})[-/. ]?([A-Za-z]{{3,9}})\.?[-/, ]{{0,2}}(\d{{4}}|\d{{2}}){_TIME}")
_NAME_DAY = re.compile(rf"([A-Za-z]{{3,9}})\.?[- ](\d{{1,2}}),?[- ](\d{{4}}){_TIME}")
_MONTH_NUMBER = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
}


def read_dates(cells: list[Cell], order: DateOrder | None) -> tuple[list[date | None], list[RowProblem]]:
    """The date of each cell, None beside a problem. A time of day is left out.

    `order` settles day against month when the column does not. Two-digit years are of this century and stand last.
    Raises StatementAmbiguous when neither settles it, or when the column contradicts itself.
    """
    order = order or _order_of([text for _, text in cells])
    dates: list[date | None] = []
    problems: list[RowProblem] = []
    for place, text in cells:
        found = _read(text, order)
        if found is not None and not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            found = None
        if found is None:
            problems.append(RowProblem(place=place, problem=f"{text[:40]!r} is no date that we can read"))
        dates.append(found)
    return dates, problems


def _order_of(texts: list[str]) -> DateOrder | None:
    """What the purely numeric dates say about their order; None when it makes no difference."""
    only_day_first = only_month_first = 0
    example: str | None = None
    for text in texts:
        day_first, month_first = _read(text, DateOrder.DAY_FIRST), _read(text, DateOrder.MONTH_FIRST)
        if day_first == month_first:
            continue
        if month_first is None:
            only_day_first += 1
        elif day_first is None:
            only_month_first += 1
        else:
            example = example or text
    if only_day_first and only_month_first:
        raise StatementAmbiguous(
            problem="some dates have the day first and some the month first",
            remedy="Export it again with one kind of date.",
        )
    if only_day_first or only_month_first:
        return DateOrder.DAY_FIRST if only_day_first else DateOrder.MONTH_FIRST
    if example is not None:
        raise StatementAmbiguous(
            problem=f"{example[:40]!r} may have the day or the month first",
            remedy="Say which by `date_order`: day_first or month_first.",
        )
    return None


def _read(text: str, order: DateOrder | None) -> date | None:
    text = text.strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _date(match[1], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _date(match[1], match[2], match[3])
    if match := _NUMERIC.fullmatch(text):
        first, second = match[1], match[3]
        day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
        return _date(match[4], month, day)
    if match := _DAY_NAME.fullmatch(text):
        return _named(match[3], match[2], match[1])
    if match := _NAME_DAY.fullmatch(text):
        return _named(match[3], match[1], match[2])
    return None


def _named(year: str, month: str, day: str) -> date | None:
    number = _MONTH_NUMBER.get(month.lower())
    return None if number is None else _date(year, str(number), day)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
