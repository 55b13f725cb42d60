"""By whose clock somebody is told a time: that of their phone number, as the platform's notifications go by it."""

import phonenumbers
from phonenumbers import timezone


def zone_of(phone: str | None, fallback: str) -> str:
    """The IANA zone that a phone number belongs to, with or without its +; `fallback` where it says nothing, or more.

    Somebody may hide their number from a business: then it is the line's own zone.
    """
    if phone is None:
        return fallback
    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(f"+{phone.lstrip('+')}"))
    except phonenumbers.NumberParseException:
        return fallback
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else fallback
