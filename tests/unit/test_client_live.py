"""Server-sent events in the SDK: read line by line, and gone on with where a stream broke."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from shared.client.errors import ApiError, NotPermitted
from shared.client.sse import EventReader
from tests.builders.sdk import BOTH, config, problem, script, settle


def events(lines: str, reader: EventReader | None = None) -> list[tuple[str | None, str, str]]:
    reader = reader or EventReader()
    found = [reader.take(line) for line in lines.split("\n")]
    return [(each.id, each.name, each.data) for each in found if each is not None]


def test_an_event_is_put_together_from_its_lines() -> None:
    text = ": beat\n\nid: 1.2\nevent: live.hello\ndata: {\ndata: }\n\ndata:bare\n\nid: 1.3\n\n"

    assert events(text) == [("1.2", "live.hello", "{\n}"), ("1.2", "message", "bare")]


def test_a_stream_that_broke_in_an_event_does_not_finish_it_later() -> None:
    reader = EventReader("1.1")
    assert events("id: 1.2\nevent: a\ndata: half", reader) == []

    reader.begin()

    assert events("data: whole\n\n", reader) == [("1.2", "message", "whole")]


def test_the_pause_is_the_servers_within_reason() -> None:
    reader = EventReader()

    for line, pause in (("retry: 500", 0.5), ("retry: x", 0.5), ("retry: 999999", 60.0)):
        reader.take(line)
        assert reader.retry_s == pause


def streamed(*names: str) -> httpx.Response:
    text = "retry: 0\n\n" + "".join(
        f'id: 1.{name}\nevent: live.hello\ndata: {{"id": null, "topic": "{name}"}}\n\n' for name in names
    )
    return httpx.Response(200, content=text.encode(), headers={"Content-Type": "text/event-stream"})


def noted(items: Any, seen: list[str], *, is_async: bool) -> Any:
    """The items, each noted as it comes: what ends the iteration is an error."""

    async def later() -> AsyncIterator[Any]:
        async for item in items:
            seen.append(item.topic)
            yield item

    def now() -> Iterator[Any]:
        for item in items:
            seen.append(item.topic)
            yield item

    return later() if is_async else now()


@pytest.mark.parametrize("flavour", BOTH)
async def test_whom_a_server_calls_for_is_told_with_each_call_of_theirs_alone(flavour: Callable[..., Any]) -> None:
    server = script(streamed("1"), problem(403, "app_only"), problem(401, "not_authenticated"), problem(404, "x"))
    sdk = flavour(server, config=config(max_retries=0))
    theirs = sdk.client.as_user(caller="203.0.113.7")

    with pytest.raises(NotPermitted):
        await sdk.collect(noted(theirs.live.iterate(), [], is_async=sdk.is_async))
    for client in (theirs, sdk.client):
        with pytest.raises(ApiError):
            await settle(client.identity.me())

    assert server.headers("x-forwarded-for") == ["203.0.113.7"] * 3 + [None]


@pytest.mark.parametrize("flavour", BOTH)
async def test_a_stream_that_ends_or_breaks_is_taken_up_again(flavour: Callable[..., Any]) -> None:
    server = script(
        streamed("1", "2"),
        streamed("3"),
        problem(503, "unavailable"),
        streamed("4"),
        problem(403, "app_only"),
    )
    sdk = flavour(server, config=config(max_retries=0))
    seen: list[str] = []

    with pytest.raises(NotPermitted):
        await sdk.collect(noted(sdk.client.live.iterate(last_event_id="1.0"), seen, is_async=sdk.is_async))

    assert seen == ["1", "2", "3", "4"]
    assert server.headers("last-event-id") == ["1.0", "1.2", "1.3", "1.3", "1.4"]
    assert set(server.headers("accept")) == {"text/event-stream"}
