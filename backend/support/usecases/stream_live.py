"""A stream of news for one screen (server-sent events, WHATWG HTML 9.2), to be taken up again where it broke."""

import time
from collections.abc import AsyncGenerator

import msgspec

from backend.kernel.auth import Revocations
from backend.kernel.db import Database
from backend.kernel.live import LiveHub, Place, newest, since
from backend.kernel.scope import Principal, Scope
from backend.support.live import is_for, shown
from shared.api.live import LiveEvent
from shared.errors import InvalidInput

LIVES_S = 300.0  # as long as an access token: the next stream shows a fresh one
BEATS_EVERY_S = 10.0
REPLAYED_MAX = 2_000
HELLO, RESET = "live.hello", "live.reset"


async def stream(
    hub: LiveHub, database: Database, revocations: Revocations, principal: Principal, after: Place | None
) -> AsyncGenerator[bytes, None]:
    """News for `principal`, those after a place first. Raises TooManyStreams before its first bytes.

    It ends after five minutes, or within about ten seconds of its session's end; the client then comes again.
    """
    ends_at = time.monotonic() + LIVES_S
    async with hub.follow(principal.tenant_id, principal.user_id, lambda news: is_for(principal, news)) as follower:
        place, opening = await _opening(database, principal, after)
        for part in opening:
            yield part
        while time.monotonic() < ends_at and principal.session_id not in revocations:
            try:
                news = await follower.next(within_s=BEATS_EVERY_S)
            except TimeoutError:
                yield b": beat\n\n"
                continue
            if news is None:
                yield _written(LiveEvent(id=None, topic=RESET), place)
            elif news.place > place:
                place = news.place
                yield _written(shown(news), place)


async def _opening(database: Database, principal: Principal, after: Place | None) -> tuple[Place, list[bytes]]:
    """What to say first, and up to which place it goes: a greeting, what was missed, or that too much was."""
    async with database.read(Scope.of(principal)) as tx:
        now = await newest(tx)
        if after is None:
            return now, [b"retry: 2000\n\n", _written(LiveEvent(id=None, topic=HELLO), now)]
        missed = await since(tx, after, REPLAYED_MAX + 1)
    if len(missed) > REPLAYED_MAX:
        return now, [_written(LiveEvent(id=None, topic=RESET), now)]
    place = missed[-1].place if missed else after
    return place, [_written(shown(each), each.place) for each in missed if is_for(principal, each)] or [b": again\n\n"]


def read_place(last_event_id: str | None) -> Place | None:
    """The place in a Last-Event-ID. Raises InvalidInput for one that this API did not give."""
    if not last_event_id:
        return None
    xid, _, position = last_event_id.partition(".")
    if not (xid.isascii() and xid.isdigit() and position.isascii() and position.isdigit()):
        raise InvalidInput({"Last-Event-ID": "send the `id` of the last event that came, or leave it out"})
    place = int(xid), int(position)
    if max(place) >= 2**63:
        raise InvalidInput({"Last-Event-ID": "send the `id` of the last event that came, or leave it out"})
    return place


def _written(event: LiveEvent, place: Place) -> bytes:
    head = f"id: {place[0]}.{place[1]}\nevent: {event.topic}\ndata: ".encode()
    return head + msgspec.json.encode(event) + b"\n\n"
