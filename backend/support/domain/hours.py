"""Business hours and what the tenant promises: how many minutes of service until an answer, and until an end."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.api.desk import BusinessHours

LONGEST_SEARCH_DAYS = 60


class Clockwork(Struct, frozen=True, kw_only=True):
    """The hours of service on the tenant's own clock."""

    zone: str
    hours: BusinessHours

    def is_open(self, at: datetime) -> bool:
        """Whether somebody serves at `at`."""
        local = at.astimezone(ZoneInfo(self.zone))
        return local.weekday() in self.hours.weekdays and self._opens(local) <= local < self._closes(local)

    def after(self, start: datetime, served: timedelta) -> datetime:
        """The instant at which `served` of service has passed since `start`; time outside of hours does not count."""
        assert self.hours.weekdays, "somebody serves on some day"
        zone = ZoneInfo(self.zone)
        local, left = start.astimezone(zone), served
        for _ in range(LONGEST_SEARCH_DAYS):
            begins = max(local, self._opens(local))
            if local.weekday() in self.hours.weekdays and begins < self._closes(local):
                there = self._closes(local) - begins
                if left <= there:
                    return (begins + left).astimezone(start.tzinfo)
                left -= there
            local = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone)
        return local.astimezone(start.tzinfo)

    def _opens(self, local: datetime) -> datetime:
        return datetime.combine(local.date(), time(self.hours.from_hour), tzinfo=local.tzinfo)

    def _closes(self, local: datetime) -> datetime:
        midnight = datetime.combine(local.date(), time(), tzinfo=local.tzinfo)
        return midnight + timedelta(hours=self.hours.until_hour)


def due(clock: Clockwork, start: datetime, minutes: int) -> datetime:
    """By when something is due that takes `minutes` of service."""
    return clock.after(start, timedelta(minutes=minutes))
