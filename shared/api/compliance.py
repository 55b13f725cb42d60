"""Copies of one's data and the end of one's account, as the API takes and gives them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from shared.api.identity import CodeText


class ExportStatus(StrEnum):
    """Where a copy of one's data stands."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class DataExportOut(Struct, frozen=True, kw_only=True):
    """A copy of all that is held of a person: a ZIP of JSON files and documents, to be had until `expires_at`."""

    id: UUID
    status: ExportStatus
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size: int | None
    sha256: str | None


class ExportLinkOut(Struct, frozen=True, kw_only=True):
    """An address that gives the copy without signing in; good for a few minutes, and replaced by the next one."""

    url: str
    expires_at: datetime


class DeletionStatus(StrEnum):
    """Where the end of an account stands."""

    WAITING = "waiting"  # it can be taken back until `due_at`
    BLOCKED = "blocked"  # its time came, but something hindered it; it is tried again each day
    CANCELLED = "cancelled"
    CLOSED = "closed"  # nobody can sign in or be found; what the law has us keep is erased on `erase_on`
    ERASED = "erased"


class DeletionIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step-up code for the action `person.delete`, its subject one's own id."""

    code: CodeText


class DeletionRequestOut(Struct, frozen=True, kw_only=True):
    """One's request to end the account."""

    id: UUID
    status: DeletionStatus
    requested_at: datetime
    due_at: datetime
    hindered_by: list[str]
    erase_on: date | None


class KeptOut(Struct, frozen=True, kw_only=True):
    """What outlasts an account, and why; without `years` it is kept for good, by an id that names nobody."""

    what: str
    why: str
    years: int | None


class DeletionOut(Struct, frozen=True, kw_only=True):
    """What ending the account means: what hinders it now, what is kept and why, and the request if there is one."""

    hindered_by: list[str]
    window_days: int
    kept: list[KeptOut]
    erase_on: date | None
    request: DeletionRequestOut | None
