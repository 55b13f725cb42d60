"""Keeps what is on the screen in step with the platform: by its live news, or where they can't be had by looking."""

import asyncio
from collections.abc import Collection
from typing import Any

from app.stores.query import Query
from app.stores.root import Store
from shared.client.errors import ClientError

_FIRST_LOOK_S, _RARE_LOOK_S = 3.0, 30.0
_MOST_STREAMS = 60  # each holds a connection of the pool for as long as it lasts


async def follow(store: Store, query: Query[Any], topics: Collection[str]) -> None:
    """Reads `query` again whenever something of `topics` happens, for as long as it is asked for.

    A topic such as `support.` stands for all that begin so. After a gap in the news everything is read again.
    """
    if store.connections.streams >= _MOST_STREAMS:
        await look_again(query)
    store.connections.streams += 1
    try:
        async for event in store.client.live.iterate():
            if event.topic == "live.reset" or event.topic.startswith(tuple(topics)):
                await query.refresh()
    except ClientError:
        pass
    finally:
        store.connections.streams -= 1
    await look_again(query)


async def look_again(query: Query[Any]) -> None:
    """Reads `query` every few seconds, more rarely while nothing changes."""
    pause, before = _FIRST_LOOK_S, query.value
    while True:
        await asyncio.sleep(pause)
        await query.refresh()
        pause = min(pause * 2, _RARE_LOOK_S) if query.value == before else _FIRST_LOOK_S
        before = query.value
