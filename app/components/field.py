"""Where the borrower writes and chooses."""

from collections.abc import Callable, Sequence
from functools import partial

import flet as ft

from app.components.layout import column, row
from app.components.press import Press, at_least, tappable
from app.components.text import icon, muted, style_of, text
from app.design.tokens import BODY, CAPTION, LABEL, SMALL, STRONG, TITLE_2, Radius, Size, Space
from app.guard import component, from_event, guarded
from app.hooks import use_ui
from app.ui import Ui

_LETTER, _AROUND = 0.5, 2 * Space.S + Space.XS  # how wide a letter is, of its size; what is beside a segment's words
_ROOM, _ROOM_WIDE = 340, 500  # logical pixels that segments share


@component
def Field(
    label: str,
    value: str,
    on_change: Callable[[str], object],
    *,
    hint: str = "",
    helper: str = "",
    error: str = "",
    keyboard: ft.KeyboardType = ft.KeyboardType.TEXT,
    autofill: ft.AutofillHint | None = None,
    on_submit: Callable[[], object] | None = None,
    max_length: int | None = None,
    autofocus: bool = False,
    lines: int = 1,
    prefix: str = "",
    latin: bool = False,
) -> ft.Control:
    """A line of text. Its label stays above it; `latin` keeps numbers and addresses from left to right."""
    ui = use_ui()
    colours = ui.palette

    async def submitted(_: object) -> None:
        if on_submit is not None:
            await guarded(on_submit)()

    line = ft.BorderSide(1.5, colours.bad if error else colours.edge)
    return ft.TextField(
        value=value,
        label=label,
        label_style=style_of(ui, BODY, colours.muted),
        text_style=style_of(ui, BODY, colours.text),
        hint_text=hint,
        hint_style=style_of(ui, BODY, colours.muted),
        error=_wrong(ui, error),
        helper=muted(ui, helper, SMALL) if helper and not error else None,
        keyboard_type=keyboard,
        autofill_hints=autofill,
        autofocus=autofocus,
        multiline=lines > 1,
        min_lines=lines if lines > 1 else None,
        max_length=max_length,
        counter=text(ui, "", CAPTION) if max_length else None,
        prefix=text(ui, prefix, BODY, colours.muted) if prefix else None,
        filled=True,
        fill_color=colours.surface,
        cursor_color=colours.brand,
        border={
            ft.ControlState.FOCUSED: ft.OutlineInputBorder(
                side=ft.BorderSide(2.5, colours.fill), border_radius=Radius.M
            ),
            ft.ControlState.DEFAULT: ft.OutlineInputBorder(side=line, border_radius=Radius.M),
        },
        content_padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.L + 2),
        on_change=from_event(on_change, lambda typed: str(typed or "")),
        on_submit=submitted,
        rtl=False if latin else ui.rtl,
        text_align=ft.TextAlign.LEFT if latin and not ui.rtl else ft.TextAlign.START,
    )


def _wrong(ui: Ui, error: str) -> ft.Control | None:
    """What is wrong with a field, below it; screen readers hear it when it appears."""
    return ft.Semantics(live_region=True, content=text(ui, error, SMALL, ui.palette.bad)) if error else None


@component
def CodeField(
    label: str, value: str, on_change: Callable[[str], object], *, digits: int = 6, error: str = ""
) -> ft.Control:
    """A one-time code: large figures in any digits, offered by the phone from the message, and pasted as a whole."""
    ui = use_ui()
    colours = ui.palette

    def figures_in(typed: object) -> str:
        return "".join(str(int(char)) for char in str(typed or "") if char.isdecimal())[:digits]

    border = ft.OutlineInputBorder(
        side=ft.BorderSide(1.5, colours.bad if error else colours.edge), border_radius=Radius.M
    )
    figures = style_of(ui, TITLE_2, colours.text)
    figures.letter_spacing = 10
    return ft.TextField(
        value=value,
        label=label,
        label_style=style_of(ui, BODY, colours.muted),
        text_style=figures,
        error=_wrong(ui, error),
        keyboard_type=ft.KeyboardType.NUMBER,
        autofill_hints=ft.AutofillHint.ONE_TIME_CODE,
        autofocus=True,
        filled=True,
        fill_color=colours.surface,
        cursor_color=colours.brand,
        border={
            ft.ControlState.FOCUSED: ft.OutlineInputBorder(
                side=ft.BorderSide(2.5, colours.fill), border_radius=Radius.M
            ),
            ft.ControlState.DEFAULT: border,
        },
        content_padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.L),
        on_change=from_event(on_change, figures_in),
        rtl=False,
    )


def choice(
    ui: Ui,
    title: str,
    on_press: Callable[[], object],
    *,
    chosen: bool,
    subtitle: str = "",
    icon_name: str | None = None,
    identifier: str | None = None,
) -> ft.Control:
    """One of several answers, as a row; a mark besides the colour says which is chosen."""
    colours = ui.palette
    mark = icon(
        ui, "check-circle" if chosen else "circle", 24, colours.brand if chosen else colours.edge, filled=chosen
    )
    words = column(text(ui, title, STRONG), muted(ui, subtitle, SMALL) if subtitle else None, gap=Space.XXS)
    inner = ft.Container(
        content=row(
            icon(ui, icon_name, 24, colours.brand) if icon_name else None,
            ft.Container(content=words, expand=True),
            mark,
            gap=Space.M + 2,
        ),
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.M + 2),
    )
    said = ui.aloud(title, subtitle)
    return tappable(
        ui,
        inner,
        on_press,
        label=said,
        identifier=identifier,
        radius=Radius.M + 2,
        ground=colours.surface,
        border=colours.fill if chosen else colours.edge,
        selected=chosen,
    )


def segments(
    ui: Ui, options: Sequence[tuple[str, str]], chosen: str, on_choose: Callable[[str], object], *, identifier: str = ""
) -> ft.Control:
    """A few short answers side by side, one below the other where their letters need it: pairs of value and label."""
    widest = max(len(label) for _, label in options)
    stacked = len(options) * (widest * LABEL.size * ui.scale * _LETTER + _AROUND) > (_ROOM_WIDE if ui.wide else _ROOM)
    parts = [
        _segment(
            ui,
            label,
            partial(on_choose, value),
            value == chosen,
            f"{identifier}-{value}" if identifier else None,
            beside=not stacked,
        )
        for value, label in options
    ]
    return ft.Container(
        content=column(*parts, gap=Space.XS) if stacked else ft.Row(parts, spacing=Space.XS),
        bgcolor=ui.palette.sunken,
        border_radius=Radius.M,
        padding=Space.XS,
    )


def _segment(ui: Ui, label: str, press: Press, is_chosen: bool, identifier: str | None, *, beside: bool) -> ft.Control:
    colours = ui.palette
    words = text(ui, label, LABEL, colours.on_fill if is_chosen else colours.text, align=ft.TextAlign.CENTER)
    inner = ft.Container(
        content=at_least(Size.TARGET - 4, words),
        padding=ft.Padding.symmetric(horizontal=Space.S),
    )
    return tappable(
        ui,
        inner,
        press,
        label=label,
        identifier=identifier,
        ground=colours.fill if is_chosen else None,
        radius=Radius.S,
        selected=is_chosen,
        expand=True if beside else None,
    )


def toggle(
    ui: Ui, label: str, value: bool, on_change: Callable[[bool], object], *, subtitle: str = "", disabled: bool = False
) -> ft.Control:
    """A switch with its words; both can be pressed."""
    words = column(text(ui, label, STRONG), muted(ui, subtitle, SMALL) if subtitle else None, gap=Space.XXS)
    switch = ft.Switch(
        value=value,
        disabled=disabled,
        on_change=from_event(on_change, bool),
        active_color=ui.palette.on_fill,
        active_track_color=ui.palette.fill,
        inactive_thumb_color=ui.palette.edge,
        inactive_track_color=ui.palette.sunken,
    )
    line = row(ft.Container(content=ft.Semantics(exclude_semantics=True, content=words), expand=True), switch)
    named = ft.Semantics(label=ui.aloud(label, subtitle), content=line)
    held = ft.Container(content=named, padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.M))
    return ft.MergeSemantics(content=held)
