"""Accounting periods: up to which day the books are closed, and what becomes of entries that come too late."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Late(StrEnum):
    """What becomes of an entry into a closed period: it is refused, or counts for the first open day."""

    REFUSE = "refuse"
    MOVE = "move"


class Closing(Struct, frozen=True, kw_only=True):
    """The books are closed through a day. A later closing with an earlier day opens them again from there."""

    number: int
    closed_through: date
    late: Late
    actor: str
    posted_at: datetime
