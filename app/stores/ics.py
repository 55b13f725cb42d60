"""Due dates for the borrower's own calendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

_WIDTH = 74  # octets of a line, its break not counted


class Due(Struct, frozen=True, kw_only=True):
    """One date to remember."""

    uid: str
    on: date
    title: str
    note: str = ""


def calendar(dues: Iterable[Due], name: str, now: datetime) -> bytes:
    """A calendar with one whole-day event for each due date and an alarm the day before at nine."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//CaaS//Repayments//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
    ]
    for due in dues:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{due.uid}@caas",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{due.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(due.title)}",
            *([f"DESCRIPTION:{_text(due.note)}"] if due.note else []),
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(due.title)}",
            "TRIGGER:-PT15H",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> bytes:
    """At most 75 octets a line; what goes on begins with a space, and no character is cut in two."""
    parts: list[bytes] = [b""]
    for char in line:
        encoded = char.encode()
        if len(parts[-1]) + len(encoded) > _WIDTH:
            parts.append(b" ")
        parts[-1] += encoded
    return b"\r\n".join(parts) + b"\r\n"
