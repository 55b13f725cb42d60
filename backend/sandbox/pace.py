"""How fast the outside world is."""

import asyncio
import secrets
from datetime import timedelta

from msgspec import Struct

_random = secrets.SystemRandom()


class Pace(Struct, frozen=True, kw_only=True):
    """Its delays. `hang_s` outlasts any client's patience; tests use a quicker world."""

    soon_from_s: float = 0.2
    soon_to_s: float = 0.5
    slow_s: float = 10.0
    hang_s: float = 8.0
    first_retry_s: float = 0.5

    def soon(self) -> timedelta:
        """The usual delay of a notice."""
        return timedelta(seconds=_random.uniform(self.soon_from_s, self.soon_to_s))

    @property
    def slow(self) -> timedelta:
        """The delay of what takes its time."""
        return timedelta(seconds=self.slow_s)

    async def hang(self) -> None:
        """Keeps a caller waiting past its time-out."""
        await asyncio.sleep(self.hang_s)
