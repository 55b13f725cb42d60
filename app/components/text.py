"""Words and figures on the screen."""

import unicodedata
from dataclasses import replace

import flet as ft

from app.design.icons import glyph
from app.design.tokens import (
    ARABIC_FONT,
    BODY,
    CAPTION,
    DISPLAY_FONT,
    FILLED_ICON_FONT,
    HERO,
    ICON_FONT,
    STRONG,
    TITLE_1,
    TITLE_2,
    TITLE_3,
    Type,
)
from app.ui import Ui
from shared.money import Money

_LETTER = 0.56  # how wide a figure is, as a multiple of its size
_CARD, _CARD_WIDE = 300, 480  # logical pixels that a card has inside, on a phone and on a desk
_FALLBACK = [ARABIC_FONT]
_DECIMAL_SIGNS = (".", ",", "\N{ARABIC DECIMAL SEPARATOR}")
_HEADINGS = {1: TITLE_1, 2: TITLE_3, 3: STRONG}


def style_of(ui: Ui, step: Type, color: str | None = None) -> ft.TextStyle:
    """A step of the type scale at the reader's size."""
    return ft.TextStyle(
        size=step.size * ui.scale,
        weight=step.weight,
        # Arabic letters are joined and stand higher: no tightening, more room.
        height=max(step.height, 1.45) if ui.rtl else step.height,
        letter_spacing=0 if ui.rtl else step.spacing,
        color=color or ui.palette.text,
        font_family=DISPLAY_FONT if step.display else None,
        font_family_fallback=_FALLBACK,
    )


def text(
    ui: Ui,
    value: str,
    step: Type = BODY,
    color: str | None = None,
    *,
    align: ft.TextAlign = ft.TextAlign.START,
    lines: int | None = None,
    spoken: str | None = None,
    expand: bool | int | None = None,
) -> ft.Text:
    """A piece of text; `lines` cuts it with an ellipsis, `spoken` is said instead of it."""
    return ft.Text(
        value,
        style=style_of(ui, step, color),
        text_align=align,
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
        semantics_label=spoken,
        expand=expand,
    )


def muted(ui: Ui, value: str, step: Type = BODY, **more: object) -> ft.Text:
    """Text of second rank."""
    return text(ui, value, step, ui.palette.muted, **more)  # type: ignore[arg-type]  # the same keywords


def heading(
    ui: Ui,
    value: str,
    level: int = 1,
    step: Type | None = None,
    color: str | None = None,
    *,
    identifier: str | None = None,
) -> ft.Control:
    """A heading that screen readers know as one."""
    shown = text(ui, value, step or _HEADINGS[level], color)
    return ft.Semantics(header=True, heading_level=level, identifier=identifier, content=shown)


def title(ui: Ui, value: str) -> ft.Control:
    """The heading of a screen."""
    return heading(ui, value, 1, TITLE_2 if ui.scale > 1.3 else TITLE_1)


def fitted(ui: Ui, figure: str, step: Type, room: int | None = None) -> Type:
    """`step`, smaller where `figure` would be wider than `room` at the reader's size; small print at the least.

    `room` is in logical pixels; the inside of a card, where it is not given.
    """
    there = room if room is not None else _CARD_WIDE if ui.wide else _CARD
    letters = sum(unicodedata.category(char) != "Cf" for char in figure)  # marks of direction take no room
    most = int(there / (_LETTER * ui.scale * max(1, letters)))
    return replace(step, size=max(CAPTION.size, min(step.size, most)))


def amount(ui: Ui, value: Money, step: Type = STRONG, color: str | None = None, *, label: str = "") -> ft.Control:
    """Money, never cut; said in full, with `label` before it where the eye finds the label elsewhere."""
    said, figure = ui.words.spoken(value), ui.money(value)
    return text(ui, figure, fitted(ui, figure, step), color, spoken=f"{label} {said}" if label else said)


def hero_amount(ui: Ui, value: Money, color: str, *, label: str) -> ft.Control:
    """Money as the screen's first sight: the whole large, sign and minor units small."""
    shown = ui.money(value)
    whole = fitted(ui, shown, HERO)
    spans = [_span(ui, part, color, whole, large=large) for part, large in _in_parts(shown)]
    figure = ft.Text(spans=spans, rtl=False, semantics_label=f"{label} {ui.words.spoken(value)}")
    return ft.Container(content=figure, alignment=ft.Alignment.CENTER_RIGHT if ui.rtl else ft.Alignment.CENTER_LEFT)


def _span(ui: Ui, part: str, color: str, whole: Type, *, large: bool) -> ft.TextSpan:
    step = whole if large else replace(whole, size=max(CAPTION.size, whole.size * 5 // 9), spacing=0)
    return ft.TextSpan(part, style_of(ui, step, color))


def _in_parts(shown: str) -> list[tuple[str, bool]]:
    """The whole units large; what stands before and after them small."""
    digits = [at for at, char in enumerate(shown) if char.isdigit()]
    if not digits:
        return [(shown, True)]
    first, end = digits[0], digits[-1] + 1
    mark = max(shown.rfind(sign, first, end) for sign in _DECIMAL_SIGNS)
    if mark > 0 and end - mark - 1 == 3 and shown[mark] in ",.":
        mark = -1  # a thousands separator: the currency has no minor unit
    whole_end = mark if mark > 0 else end
    parts = [(shown[:first], False), (shown[first:whole_end], True), (shown[whole_end:], False)]
    return [(part, large) for part, large in parts if part]


def icon(ui: Ui, name: str, size: int = 22, color: str | None = None, *, filled: bool = False) -> ft.Control:
    """One of our own icons; it says nothing, the words beside it do."""
    drawn = ft.Text(
        glyph(name, rtl=ui.rtl),
        style=ft.TextStyle(
            size=size * min(ui.scale, 1.3),
            height=1,
            color=color or ui.palette.text,
            font_family=FILLED_ICON_FONT if filled else ICON_FONT,
        ),
    )
    return ft.Semantics(exclude_semantics=True, content=drawn)
