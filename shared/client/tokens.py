"""The pair of tokens a session lives on, as it is kept between calls and between starts of the app."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from shared.ids import new_id

_LEEWAY = timedelta(seconds=30)


class Grant(Protocol):
    """What sign-in and refresh answer with; any struct that has these fields will do."""

    @property
    def access_token(self) -> str: ...
    @property
    def refresh_token(self) -> str | None: ...
    @property
    def expires_in(self) -> int: ...


class RefreshAnswer(Struct, frozen=True, kw_only=True):
    """The answer to a refresh."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None


class Tokens(Struct, frozen=True, kw_only=True):
    """One access token and the refresh token that replaces it. Store it as a secret.

    `refresh_key` is the Idempotency-Key under which this refresh token will be exchanged. It is fixed before the first
    try, so that a try whose answer was lost can be repeated, even after a restart, without looking like reuse.
    """

    access_token: str
    refresh_token: str | None
    renew_at: datetime
    refresh_key: str

    @classmethod
    def granted(cls, grant: Grant, now: datetime) -> "Tokens":
        """Tokens from a grant received at `now`.

        They are renewed 30 seconds before they expire, or at half their life when that is short. Only the duration
        counts, so a phone whose clock is wrong does no harm.
        """
        life = timedelta(seconds=grant.expires_in)
        return cls(
            access_token=grant.access_token,
            refresh_token=grant.refresh_token,
            renew_at=now + max(life - _LEEWAY, life / 2),
            refresh_key=str(new_id()),
        )

    def is_due(self, now: datetime) -> bool:
        """Whether to renew before the next call."""
        return self.refresh_token is not None and now >= self.renew_at
