"""The end of an account: asked for, perhaps taken back, hindered, closed, and erased once nothing need be kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.compliance.errors import DeletionHindered, DeletionNotFound
from shared.api.compliance import DeletionStatus

WINDOW = timedelta(days=14)
AGAIN_AFTER = timedelta(days=1)

_S = DeletionStatus
LIVING = frozenset({_S.WAITING, _S.BLOCKED})


class Deletion(Struct, frozen=True, kw_only=True):
    """One request to end an account."""

    id: UUID
    user_id: UUID
    status: DeletionStatus
    requested_at: datetime
    due_at: datetime
    hindered_by: tuple[str, ...] = ()
    ended_at: datetime | None = None
    erase_on: date | None = None

    def cancelled(self, now: datetime) -> "Deletion":
        """Taken back. Raises DeletionNotFound once it was carried out."""
        if self.status not in LIVING:
            raise DeletionNotFound
        return replace(self, status=_S.CANCELLED, ended_at=now)

    def carried_out(
        self, hindered_by: Sequence[str], keep_until: date | None, *, now: datetime, today: date
    ) -> "Deletion":
        """Its time has come: hindered, closed while something must be kept, or erased."""
        assert self.status in LIVING, "an account ends once"
        assert now >= self.due_at, "not before the window is over"
        if hindered_by:
            later = now + AGAIN_AFTER
            return replace(self, status=_S.BLOCKED, hindered_by=tuple(hindered_by), due_at=later)
        if keep_until is not None and keep_until > today:
            return replace(self, status=_S.CLOSED, hindered_by=(), ended_at=now, erase_on=keep_until)
        return replace(self, status=_S.ERASED, hindered_by=(), ended_at=now, erase_on=today)

    def erased(self, now: datetime) -> "Deletion":
        """What had to be kept has served its time."""
        assert self.status is _S.CLOSED, "only what was closed is erased later"
        return replace(self, status=_S.ERASED, ended_at=now)


def require_free(hindered_by: Iterable[str]) -> None:
    """Raises DeletionHindered, which names every reason."""
    if reasons := sorted(set(hindered_by)):
        raise DeletionHindered(reasons=", ".join(reasons))
