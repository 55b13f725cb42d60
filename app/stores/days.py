"""Days as they are typed, and which one it is."""

import re
from datetime import date
from zoneinfo import ZoneInfo

from app.stores.root import Store


def today(store: Store) -> date:
    """The day on the tenant's clock, which the platform goes by."""
    tenant = store.session.tenant
    return store.clock.now().astimezone(ZoneInfo(tenant.time_zone if tenant is not None else "UTC")).date()


def parse_day(text: str) -> date | None:
    """Day, month and year in this order, with anything between them; or as ISO 8601 writes it."""
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    if len(numbers) != 3:
        return None
    year, month, day = numbers if numbers[0] > 31 else reversed(numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def typed_day(day: date | None) -> str:
    """A day as it is typed; empty where there is none."""
    return f"{day:%d/%m/%Y}" if day is not None else ""
