"""What compliance publishes: copies of data, and accounts that end."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.events import Event


class DataExportReady(Event, frozen=True, kw_only=True):
    """A copy of somebody's data can be had."""

    topic: ClassVar[str] = "compliance.data_export_ready"

    export_id: UUID
    user_id: UUID
    expires_at: datetime


class DeletionRequested(Event, frozen=True, kw_only=True):
    """Somebody asked for the end of their account; until `due_at` they may take it back."""

    topic: ClassVar[str] = "compliance.deletion_requested"

    request_id: UUID
    user_id: UUID
    due_at: datetime


class DeletionCancelled(Event, frozen=True, kw_only=True):
    """Somebody keeps their account after all."""

    topic: ClassVar[str] = "compliance.deletion_cancelled"

    request_id: UUID
    user_id: UUID


class AccountClosed(Event, frozen=True, kw_only=True):
    """An account is closed; what must be kept is erased on `erase_on`."""

    topic: ClassVar[str] = "compliance.account_closed"

    request_id: UUID
    user_id: UUID
    erase_on: date | None


class AccountErased(Event, frozen=True, kw_only=True):
    """Nothing that names this person can be read any more."""

    topic: ClassVar[str] = "compliance.account_erased"

    request_id: UUID
    user_id: UUID
