"""Reads that one part of a screen needs together: one state, so that no failure among them goes unseen."""

from asyncio import gather
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.stores.state import Empty, Failed, Loading, Offline, Ready, ViewState, known

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
        """The worst of both: failed, out of reach, loading, empty, then both; as old as the older."""
        one, other = self.first.state, self.second.state
        both = _both(known(one), known(other))
        for each in (one, other):
            if isinstance(each, Failed):
                return Failed(each.problem, both)
        if isinstance(one, Offline) or isinstance(other, Offline):
            return Offline(both)
        return both if both is not None else Loading(slow=Loading(slow=True) in (one, other))

    @property
    def value(self) -> tuple[A, B] | None:
        """What was read last of both; None while one of them is missing."""
        found = known(self.state)
        return found.value if isinstance(found, Ready) else None

    async def retry(self) -> None:
        """Begins those anew that did not come."""
        lacking = [each for each in (self.first, self.second) if isinstance(each.state, Failed | Offline)]
        await gather(*(each.retry() for each in lacking))


def _both(
    one: Ready[A] | Empty[A] | None, other: Ready[B] | Empty[B] | None
) -> Ready[tuple[A, B]] | Empty[tuple[A, B]] | None:
    if one is None or other is None:
        return None
    kind = Empty if isinstance(one, Empty) else Ready
    return kind((one.value, other.value), min(one.at, other.at))
