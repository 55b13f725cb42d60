"""Long lists: the newest first, and what came before for whoever asks, as it is now."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import flet as ft
import httpx
import pytest
from msgspec.structs import replace

from shared.api.conversations import Author
from shared.paging import MAX_PAGE, Page
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import OFFLINE, Table, show

LOAN = samples.LOAN
PLACES = {
    "/inbox": "GET /v1/notifications",
    f"/loans/{LOAN}": f"GET /v1/loans/{LOAN}/transactions",
    "/chat": "GET /v1/me/conversation/messages",
}


def items(route: str, count: int) -> list[Any]:
    """So many of what the place lists, the newest first, each known by its number in words."""
    match route:
        case "/inbox":
            return [replace(samples.NEWS, id=UUID(int=n + 1), title=f"number {n} of all") for n in range(count)]
        case "/chat":
            return [help_samples.said(n + 1, Author.BOT, f"number {n} of all") for n in range(count)]
        case _:
            return [replace(samples.REPAYMENT, id=UUID(int=n + 1), amount=samples.ngn(n * 100)) for n in range(count)]


def shown(route: str, window: Any, number: int) -> bool:
    if route.startswith("/loans"):
        return bool(window.all(ft.Semantics, identifier=f"movement-{UUID(int=number + 1)}"))
    return f"number {number} of all" in window.words


def paged(everything: Sequence[Any]) -> Callable[[httpx.Request], object]:
    """Answers page by page, as the platform does."""

    def answer(request: httpx.Request) -> object:
        limit = int(request.url.params["limit"])
        assert 1 <= limit <= MAX_PAGE
        begin = int(request.url.params.get("cursor", "0"))
        more = str(begin + limit) if begin + limit < len(everything) else None
        return Page(items=list(everything[begin : begin + limit]), next_cursor=more)

    return answer


@pytest.mark.parametrize("route", PLACES)
async def test_what_came_before_the_newest_hundred_is_a_press_away_until_all_of_it_shows(route: str) -> None:
    table = Table({PLACES[route]: paged(items(route, 230)), "GET /v1/me/conversation": help_samples.conversation()})
    window = await show(route, table=table)
    await window.until(lambda: shown(route, window, 99))
    assert not shown(route, window, 100)

    await window.press("earlier")
    await window.until(lambda: shown(route, window, 199))
    assert shown(route, window, 0)
    assert not shown(route, window, 200)
    await window.press("earlier")

    await window.until(lambda: shown(route, window, 229))
    assert not window.all(ft.Semantics, identifier="earlier")


@pytest.mark.parametrize("route", PLACES)
async def test_where_all_of_it_shows_nothing_more_is_offered(route: str) -> None:
    table = Table({PLACES[route]: paged(items(route, 100)), "GET /v1/me/conversation": help_samples.conversation()})

    window = await show(route, table=table)

    await window.until(lambda: shown(route, window, 99))
    assert not window.all(ft.Semantics, identifier="earlier")


async def test_without_a_network_what_shows_stays() -> None:
    table = Table({PLACES["/inbox"]: paged(items("/inbox", 230))})
    window = await show("/inbox", table=table)
    await window.until(lambda: shown("/inbox", window, 99))

    table.set(PLACES["/inbox"], OFFLINE)
    await window.press("earlier")

    await window.until(lambda: "You are offline" in window.words)
    assert shown("/inbox", window, 99)


async def test_whoever_reads_back_in_the_chat_is_not_taken_to_its_end_until_they_write() -> None:
    table = Table({PLACES["/chat"]: paged(items("/chat", 130)), "GET /v1/me/conversation": help_samples.conversation()})
    table.set("POST /v1/me/conversation/messages", help_samples.MESSAGES[0])
    window = await show("/chat", table=table)
    await window.until(lambda: shown("/chat", window, 99))
    assert any(each.auto_scroll for each in window.all(ft.Column))

    await window.press("earlier")
    await window.until(lambda: shown("/chat", window, 129))
    assert not any(each.auto_scroll for each in window.all(ft.Column))
    await window.write("Your message", "And now?")
    await window.press("send-message")

    await window.until(lambda: any(each.auto_scroll for each in window.all(ft.Column)))


async def test_a_message_that_could_not_be_marked_as_read_says_so() -> None:
    table = Table({PLACES["/inbox"]: Page(items=[replace(samples.NEWS, read_at=None)])})
    table.set("POST /v1/notifications/read", OFFLINE)
    window = await show("/inbox", table=table)
    await window.until(lambda: "1 unread" in window.words)

    await window.press("read-all")

    await window.until(lambda: "You are offline" in window.words)
