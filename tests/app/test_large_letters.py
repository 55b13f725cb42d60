"""Letters of twice their size: no amount is cut, and no words stand in a height that does not fit them."""

from collections.abc import Iterator

import flet as ft
import pytest
from flet.controls.base_control import BaseControl

from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory, show
from tests.builders.flet_window import Window, controls_in

LOAN = samples.LOAN
CARD = 310  # logical pixels that a card has inside on the phone of the stage


async def shown(route: str, text_size: str = "2.0") -> Window:
    device = DeviceInMemory()
    device.settings["text_size"] = text_size
    return await show(route, device=device)


def amounts(window: Window) -> list[ft.Text]:
    return [each for each in window.all(ft.Text) if "₦" in _words(each)]


def _words(each: ft.Text) -> str:
    return each.value or "".join(span.text or "" for span in each.spans or [])


def _width(each: ft.Text) -> float:
    """About how wide it is on one line."""
    pieces = [(span.text or "", span.style) for span in each.spans or []] or [(each.value, each.style)]
    return sum(len(words) * 0.55 * float(style.size or 0) for words, style in pieces if isinstance(style, ft.TextStyle))


def fixed(button: BaseControl) -> Iterator[ft.Container]:
    """What has words inside and can't grow with them."""
    for each in controls_in(button):
        holds_words = any(isinstance(one, ft.Text) for one in controls_in(each))
        if isinstance(each, ft.Container) and each.height and holds_words:
            yield each


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ("/", "Available to borrow"),
        (f"/loans/{LOAN}", "Still to pay"),
        (f"/loans/{LOAN}/pay", "How much?"),
        (f"/loans/{LOAN}/payoff", "You save"),
        (f"/credit-lines/{samples.LINE.id}/draw", "You can draw up to"),
    ],
)
async def test_no_amount_is_cut_or_wider_than_its_card(route: str, words: str) -> None:
    window = await shown(route)
    await window.until(lambda: words in window.words)

    found = amounts(window)

    assert found
    assert not [_words(each) for each in found if each.max_lines is not None]
    assert not [_words(each) for each in found if len(_words(each)) < 20 and _width(each) > CARD]


async def test_money_at_the_end_of_a_row_is_said_in_full() -> None:
    window = await shown(f"/loans/{LOAN}", text_size="1.0")
    await window.until(lambda: "Borrowed" in window.words)

    assert not [_words(each) for each in amounts(window) if len(_words(each)) < 20 and not each.semantics_label]


async def test_a_figure_is_as_large_as_it_was_where_it_fits() -> None:
    window = await shown(f"/loans/{LOAN}", text_size="1.0")
    await window.until(lambda: "Still to pay" in window.words)

    assert any(isinstance(each.style, ft.TextStyle) and each.style.size == 32 for each in amounts(window))


@pytest.mark.parametrize(
    ("route", "identifier"),
    [
        (f"/loans/{LOAN}/pay", "set-going"),
        ("/kyc/document", "photo-upload-front"),
        ("/kyc/document", "save-task"),
        (f"/loans/{LOAN}/payoff", "day-0"),
    ],
)
async def test_a_button_grows_with_its_words(route: str, identifier: str) -> None:
    window = await shown(route)
    await window.until(lambda: bool(window.all(ft.Semantics, identifier=identifier)))

    button = window.named(identifier)

    assert not [each.height for each in fixed(button)]
    assert isinstance(button, ft.TextButton)
    assert button.height is None
    assert all(each.max_lines is None for each in controls_in(button) if isinstance(each, ft.Text))


async def test_segments_stand_one_below_the_other_when_their_words_need_it() -> None:
    large, small = await shown(f"/loans/{LOAN}/payoff"), await shown(f"/loans/{LOAN}/payoff", text_size="1.0")

    def arrangement(window: Window) -> set[type]:
        held: list[ft.Row | ft.Column] = [*window.all(ft.Row), *window.all(ft.Column)]
        return {
            type(each) for each in held if len(each.controls) > 1 and all(_is_segment(one) for one in each.controls)
        }

    assert arrangement(small) == {ft.Row}
    assert arrangement(large) == {ft.Column}


def _is_segment(each: ft.Control) -> bool:
    named = each.content if isinstance(each, ft.MergeSemantics) else None
    return isinstance(named, ft.Semantics) and (named.identifier or "").startswith("day-")


async def test_what_stands_at_the_end_of_a_row_gives_its_words_the_line() -> None:
    window = await shown("/kyc")
    await window.until(lambda: "Your address" in window.words)

    rows = [each for each in window.all(ft.Row) if _says(each, "Your address") and _says(each, "To do")]

    assert rows
    beside = [each for row in rows for each in row.controls if not _says(each, "Your address")]
    assert not [each for each in beside if _says(each, "To do")]


def _says(control: ft.Control, words: str) -> bool:
    return any(isinstance(each, ft.Text) and each.value == words for each in controls_in(control))
