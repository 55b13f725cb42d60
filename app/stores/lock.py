"""The lock of the app: on one device, for the person signed in there. It opens what shows, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import flet as ft
import msgspec

from app.platform.port import Leaving, Owner, Platform
from shared.clock import Clock

AT_ONCE = timedelta()
CHOICES = (AT_ONCE, timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
USUAL = timedelta(minutes=1)
_ERRAND = timedelta(minutes=5)  # to the device's own picker and back
_SOON = timedelta(seconds=5)  # within which another app covers this one that has just sent for it
_NAME = "lock"


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the device's secure storage holds while the lock is on: whose it is, and after how long away it closes."""

    user_id: UUID
    after_s: int


class Lock(ft.Observable):
    """Observable. `after` is how long one may be away, None while it is off; `closed` while the owner is to be asked.

    Time away is counted by the device's clock, which goes on while it sleeps; one that was put back closes the lock.
    """

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self._platform = platform
        self._clock = clock
        self._left_at: datetime | None = None
        self._errands = 0
        self._on_errand = False
        self._leavings = 0
        self._sent_at: datetime | None = None  # when an errand began that the app has not left for yet
        self.able = False
        self.after: timedelta | None = None
        self.closed = False
        self.away = False
        self.asking = False
        self.answer: Owner | None = None  # what the last question came to, unless it was the owner

    @property
    def is_on(self) -> bool:
        """Whether it closes at all."""
        return self.after is not None

    async def recall(self) -> None:
        """At the start: learns whether the device can ask, and closes where the lock is on, whatever the device can.

        A browser can't lock at all: the first sight waits for no question to it.
        """
        if self._platform.channel == "web":
            return
        kept = await self._kept()
        if kept is not None:
            self.after, self.closed = timedelta(seconds=kept.after_s), True
        await self.look()

    async def look(self) -> None:
        """Learns anew whether the device can ask for its owner."""
        self.able = await self._platform.can_confirm_owner()

    async def belongs_to(self, user_id: UUID, *, proven: bool) -> None:
        """Drops what somebody else left here, and opens for whoever has just signed in: they are `proven`."""
        kept = await self._kept()
        if kept is not None and kept.user_id != user_id:
            await self.forget()
        if proven:
            self.closed = False

    async def forget(self) -> None:
        """Turned off without a question: whoever signs out takes everything along."""
        await self._platform.drop_secret(_NAME)
        self.after, self.closed, self.answer, self._left_at = None, False, None, None

    async def turn_on(self, user_id: UUID, reason: str) -> bool:
        """Has the owner confirm, then locks from now on. True once it does."""
        if not await self._ask(reason):
            return False
        await self._keep(user_id, USUAL)
        return True

    async def turn_off(self, reason: str) -> bool:
        """Has the owner confirm, then locks no more. True once it is off."""
        if not await self._ask(reason):
            return False
        await self.forget()
        return True

    async def choose(self, user_id: UUID, after: timedelta, reason: str) -> bool:
        """Another time away, one of CHOICES; a longer one only the owner may choose. True once it counts."""
        if self.after is None or (after > self.after and not await self._ask(reason)):
            return False
        await self._keep(user_id, after)
        return True

    async def open(self, reason: str) -> bool:
        """Has the owner confirm. Stays closed for everybody else."""
        if self.closed and await self._ask(reason):
            self.closed = False
        return not self.closed

    def left(self) -> None:
        """The app goes out of sight; the device's own question is no absence."""
        if self.asking or self._left_at is not None:
            return
        now = self._clock.now()
        is_sent = self._sent_at is not None and AT_ONCE <= now - self._sent_at < _SOON
        self._left_at, self._on_errand, self.away = now, self._errands > 0 or is_sent, True
        self._leavings, self._sent_at = self._leavings + 1, None
        if self.after == AT_ONCE and not self._on_errand:
            self.closed = True

    def returned(self) -> None:
        """The app is back: closed when it was away for too long."""
        if self._left_at is None:
            return
        gone, self._left_at = self._clock.now() - self._left_at, None
        if self.after is not None:
            allowed = max(self.after, _ERRAND) if self._on_errand else self.after
            if gone < AT_ONCE or gone >= allowed:
                self.closed, self.answer = True, None
        self.away = False

    @contextmanager
    def errand(self, leaving: Leaving) -> Iterator[None]:
        """While the app itself sends its user to another part of the device: minutes there close no lock.

        Another app opens a moment after it was sent for: such an errand is still to come when it has answered.
        """
        self._errands += 1
        before = self._leavings
        try:
            yield
        finally:
            self._errands -= 1
            if leaving is Leaving.AFTERWARDS and self._leavings == before:
                self._sent_at = self._clock.now()

    async def _ask(self, reason: str) -> bool:
        if self.asking:
            return False
        self.asking, self.answer = True, None
        try:
            said = await self._platform.confirm_owner(reason)
        finally:
            self.asking = False
        self.answer = None if said is Owner.CONFIRMED else said
        return said is Owner.CONFIRMED

    async def _keep(self, user_id: UUID, after: timedelta) -> None:
        kept = _Kept(user_id=user_id, after_s=int(after.total_seconds()))
        await self._platform.keep_secret(_NAME, msgspec.json.encode(kept).decode())
        self.after = after

    async def _kept(self) -> _Kept | None:
        text = await self._platform.secret(_NAME)
        try:
            return msgspec.json.decode(text, type=_Kept) if text else None
        except msgspec.MsgspecError:
            return None
