"""By whose clock somebody may be written to."""

import phonenumbers
from phonenumbers import timezone


def zone_of(phone: str | None, fallback: str) -> str:
    """The time zone that a phone number (E.164) belongs to; `fallback` where there is none, or more than one."""
    if phone is None:
        return fallback
    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return fallback
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else fallback
