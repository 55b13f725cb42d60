"""Quiet hours: when somebody who did not ask may be written to, on their own clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def not_before(now: datetime, zone: str, from_hour: int, until_hour: int) -> datetime:
    """The first instant from `now` on that lies outside quiet hours; `from_hour` = `until_hour` means there are none.

    The hours are of the wall clock in `zone`; from 21 until 8 they reach over midnight.
    """
    local = now.astimezone(ZoneInfo(zone))
    over_midnight = from_hour > until_hour
    quiet = (
        local.hour >= from_hour or local.hour < until_hour if over_midnight else from_hour <= local.hour < until_hour
    )
    if not quiet:
        return now
    day = local.date() + timedelta(days=1) if over_midnight and local.hour >= from_hour else local.date()
    return datetime.combine(day, time(until_hour), tzinfo=local.tzinfo).astimezone(now.tzinfo)
