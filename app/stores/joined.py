"""Reads that one part of a screen needs together: one state, so that no failure among them goes unseen."""

from asyncio import gather
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from app.stores.state import Empty, Failed, Loading, Offline, Ready, ViewState

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")


class Read(Protocol[T]):
    """What a screen draws: a query, or several as one."""

    @property
    def state(self) -> ViewState[T]:
        """Where the reading stands."""

    async def retry(self) -> None:
        """Begins anew after a failure."""


@dataclass(frozen=True)
class Joined(Generic[A, B]):
    """Two reads as one, a pair; `Joined(Joined(a, b), c)` for three. Each is put in use beside it, by `use_query`.

    It is empty where the first is; nothing of the second kind is a value like any other.
    """

    first: Read[A]
    second: Read[B]

    @property
    def state(self) -> ViewState[tuple[A, B]]:
        """The worst of both: failed, out of reach without a value, loading, empty, then both; as old as the older."""
        one, other = self.first.state, self.second.state
        if isinstance(one, Failed):
            return one
        if isinstance(other, Failed):
            return other
        if _is_unknown(one) or _is_unknown(other):
            return Offline()
        if isinstance(one, Loading) or isinstance(other, Loading):
            return Loading(slow=Loading(slow=True) in (one, other))
        if isinstance(one, Empty):
            return Empty(at=one.at)
        # Nothing is missing by now: what is None was read so.
        pair = cast("tuple[A, B]", (one.value, other.value))
        at = min(each for each in (one.at, other.at) if each is not None)
        return Offline(pair, at) if isinstance(one, Offline) or isinstance(other, Offline) else Ready(pair, at)

    @property
    def value(self) -> tuple[A, B] | None:
        """What was read last of both; None while one of them is missing."""
        state = self.state
        return state.value if isinstance(state, Ready | Offline) else None

    async def retry(self) -> None:
        """Begins those anew that did not come."""
        lacking = [each for each in (self.first, self.second) if isinstance(each.state, Failed | Offline)]
        await gather(*(each.retry() for each in lacking))


def _is_unknown(state: ViewState[A]) -> bool:
    """Whether the platform could not be reached and there is nothing from before."""
    return isinstance(state, Offline) and state.at is None
