"""Saying how one was helped, once people have ended the conversation."""

from datetime import datetime, timedelta

import flet as ft
import msgspec

from app.stores.root import Store
from shared.api.conversations import RatingIn

OPEN_FOR = timedelta(days=7)  # as long as the platform takes an answer
MAX_COMMENT = 1000
_RATED = "rated"
_NOT_ASKED = "rating_not_asked"  # rated before, perhaps in another chat, or nobody wants to know


class Rated(msgspec.Struct, frozen=True, kw_only=True):
    """Left on the device: the end of the conversation that was rated, or was not to be."""

    ended_at: datetime


class RatingFlow(ft.Observable):
    """Observable; one for each visit. `asks` while there is something to rate."""

    def __init__(self, store: Store, ended_at: datetime) -> None:
        self._store = store
        self._ended_at = ended_at
        self.action = store.action()
        self.asks = False
        self.score: int | None = None
        self.comment = ""

    async def begin(self) -> None:
        """Asks unless it was answered on this device, or is too long ago."""
        kept = await self._store.kept(_RATED, Rated)
        is_recent = self._store.clock.now() - self._ended_at <= OPEN_FOR
        self.asks = is_recent and (kept is None or kept.ended_at != self._ended_at)

    def choose(self, score: str) -> None:
        """Takes how good it was, from 1 to 5."""
        self.action.clear()
        self.score = int(score)

    def write(self, comment: str) -> None:
        """Takes the borrower's own words."""
        self.comment = comment[:MAX_COMMENT]

    async def send(self) -> bool:
        """Sends it; says whether it counts. Sent twice it counts once."""
        if self.score is None:
            return False
        body = RatingIn(score=self.score, comment=self.comment.strip() or None)

        async def rate() -> bool:
            await self._store.client.conversation.rate(body)
            return True

        counts = await self.action.run(rate) is not None
        problem = self.action.problem
        if counts or (problem is not None and problem.code == _NOT_ASKED):
            await self.leave()
        return counts

    async def leave(self) -> None:
        """Asks no more about this conversation."""
        self.action.clear()
        self.asks = False
        await self._store.keep(_RATED, Rated(ended_at=self._ended_at))
