"""Dates and instants the way each language writes them."""

from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name


class DateStyle(StrEnum):
    """How much room a date may take."""

    LONG = "long"  # 21 November 2026
    SHORT = "short"  # 21 Nov 2026


def day(on: date, locale: Locale, style: DateStyle = DateStyle.LONG) -> str:
    """`on` with the month in letters, so that day and month can't be mistaken for each other."""
    if style is DateStyle.LONG:
        return format_date(on, "long", locale)
    return format_skeleton("yMMMd", on, locale=locale)


def month(on: date, locale: Locale) -> str:
    """The short name of a day's month, as it stands alone: Nov."""
    return format_date(on, "LLL", locale)


def month_and_year(on: date, locale: Locale) -> str:
    """A day's month with its year: November 2026."""
    return format_skeleton("yMMMM", on, locale=locale)


def weekdays(locale: Locale) -> tuple[int, tuple[str, ...]]:
    """The first day of the week where `locale` is spoken (Monday is 0), and the days' one-letter names from Monday."""
    names = locale.days["stand-alone"]["narrow"]
    return locale.first_week_day, tuple(str(names[number]) for number in range(7))


def moment(at: datetime, now: datetime, locale: Locale, zone: str) -> str:
    """`at`, aware, for somebody whose clock shows `zone`: the time alone where it is today, else with its date."""
    assert at.tzinfo is not None, "instants are aware"
    local = at.astimezone(ZoneInfo(zone))
    if local.date() == now.astimezone(ZoneInfo(zone)).date():
        return format_time(local, "short", locale=locale)
    return instant(at, locale, zone, names_zone=False)


def hour(number: int, locale: Locale) -> str:
    """A full hour of the day, 0 to 24, as `locale` writes the time."""
    return format_time(time(number % 24), "short", locale=locale)


def instant(at: datetime, locale: Locale, zone: str = "UTC", *, names_zone: bool = True) -> str:
    """`at`, aware, as date, time and zone on the clock of `zone` (an IANA name); the zone unsaid where it is plain."""
    assert at.tzinfo is not None, "instants are aware"
    local = at.astimezone(ZoneInfo(zone))
    clock_time = format_time(local, "short", locale=locale)
    if names_zone:
        clock_time = f"{clock_time} {get_timezone_name(local, 'short', locale=locale)}"
    glue = str(locale.datetime_formats["medium"]).replace("'", "")
    return glue.replace("{0}", clock_time).replace("{1}", day(local.date(), locale, DateStyle.SHORT))
