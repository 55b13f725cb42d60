"""Journeys wait more than they work, so those of a run are walked side by side, before the first of them reports."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence

import pytest

from tests.builders.houses import Street

Walk = Callable[[Street], Awaitable[None]]
ABREAST = 8


def journey(walk: Walk) -> Callable[..., Awaitable[None]]:
    """Makes a test of `walk`, which shares no state with other journeys and needs nothing but the street."""

    async def test(road: Street, walks: Walks) -> None:
        await walks.outcome_of(walk, road)

    functools.update_wrapper(test, walk)
    del vars(test)["__wrapped__"]  # the fixtures are chosen by the signature above
    vars(test)["walk"] = walk
    return test


class Walks:
    """The journeys of one run of tests."""

    def __init__(self, chosen: Sequence[Walk]) -> None:
        self._chosen = chosen
        self._tasks: dict[Walk, asyncio.Task[None]] = {}

    @classmethod
    def of(cls, items: Sequence[pytest.Item]) -> "Walks":
        """Those among the tests that were chosen to run."""
        walks = (getattr(getattr(item, "function", None), "walk", None) for item in items)
        return cls([walk for walk in walks if walk is not None])

    async def outcome_of(self, walk: Walk, road: Street) -> None:
        """Raises what went wrong on that journey, once all of them have ended."""
        if not self._tasks:
            limit = asyncio.Semaphore(ABREAST)
            self._tasks = {each: asyncio.create_task(_within(limit, each, road)) for each in self._chosen}
            await asyncio.wait(self._tasks.values())
        await self._tasks[walk]


async def _within(limit: asyncio.Semaphore, walk: Walk, road: Street) -> None:
    async with limit:
        await walk(road)
