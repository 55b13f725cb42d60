"""The tour of the first screen: once on a device, skipped for good, taken again by whoever asks for it."""

from functools import partial

import flet as ft

from shared.paging import Page
from tests.builders.app_stage import DeviceInMemory, Table, show
from tests.builders.flet_window import Window

LIMIT, QUICK, NEXT, HELP = "What you can borrow", "All close at hand", "What you pay next", "We are here"


async def newcomer(table: Table | None = None, *, width: int = 390) -> tuple[Window, DeviceInMemory]:
    device = DeviceInMemory(toured=False)
    window = await show("/", device=device, table=table, width=width)
    await window.until(lambda: LIMIT in window.words)
    return window, device


def ringed(window: Window) -> list[str]:
    places = [each for each in window.all(ft.Container) if isinstance(each.key, ft.ScrollKey)]
    return [str(each.key) for each in places if isinstance(each.content, ft.Container) and each.content.shadow]


def _shows(window: Window, words: str) -> bool:
    return words in window.words


async def test_the_tour_goes_from_part_to_part_and_ends_for_good() -> None:
    window, device = await newcomer()
    seen = []
    for words in (LIMIT, QUICK, NEXT, HELP):
        await window.until(partial(_shows, window, words))
        seen += ringed(window)
        await window.press("tour-next")

    await window.until(lambda: HELP not in window.words)
    assert seen == ["limit", "quick", "next_payment", "help"]
    assert not ringed(window)
    again = await show("/", device=device)
    await again.until(lambda: "Available to borrow" in again.words)
    assert LIMIT not in again.words


async def test_one_can_go_back() -> None:
    window, _ = await newcomer()
    await window.press("tour-next")
    await window.until(lambda: QUICK in window.words)

    await window.press("tour-back")

    await window.until(lambda: LIMIT in window.words)
    assert ringed(window) == ["limit"]


async def test_a_tour_that_is_skipped_does_not_come_back_by_itself() -> None:
    window, device = await newcomer()

    await window.press("tour-skip")

    await window.until(lambda: LIMIT not in window.words)
    again = await show("/", device=device)
    await again.until(lambda: "Available to borrow" in again.words)
    assert LIMIT not in again.words


async def test_whoever_asks_is_shown_around_again() -> None:
    window = await show("/profile", device=DeviceInMemory())
    await window.until(lambda: "Show me around" in window.words)

    await window.press("show-around")

    await window.until(lambda: LIMIT in window.words)


async def test_what_somebody_does_not_have_is_left_out() -> None:
    window, _ = await newcomer(Table({"GET /v1/loans": Page(items=[])}))
    await window.press("tour-next")
    await window.until(lambda: QUICK in window.words)

    await window.press("tour-next")

    await window.until(lambda: HELP in window.words)
    assert "3 of 3" in window.words


async def test_on_a_wide_window_the_words_stand_beside_the_parts() -> None:
    window, _ = await newcomer(width=1280)

    assert window.words.count(LIMIT) == 1
    assert ringed(window) == ["limit"]
