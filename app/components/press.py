"""What can be pressed: every tappable part goes through here, for its name, its focus ring and its size."""

from collections.abc import Callable
from typing import Any

import flet as ft

from app.components.text import icon, text
from app.design.colour import fade
from app.design.tokens import LABEL, SMALL, STRONG, Radius, Size, Space
from app.guard import component, guarded
from app.hooks import use_ui
from app.ui import Ui

Press = Callable[[], Any]


def tappable(
    ui: Ui,
    content: ft.Control,
    on_press: Press | None,
    *,
    label: str | None = None,
    identifier: str | None = None,
    radius: int = Radius.M,
    ground: str | None = None,
    padding: ft.PaddingValue = 0,
    border: str | None = None,
    selected: bool | None = None,
    expand: bool | int | None = None,
    alignment: ft.Alignment | None = None,
    height: int | None = None,
    url: str | None = None,
) -> ft.Control:
    """`content` as a button. `label` is its name where its own words are not enough; they are not said then."""
    colours = ui.palette
    ring = ft.BorderSide(2, colours.text)
    rest = ft.BorderSide(1, border) if border else ft.BorderSide(0, "#00000000")
    inner = ft.Semantics(exclude_semantics=True, content=content) if label is not None else content
    press = guarded(on_press) if on_press is not None else None
    button = ft.TextButton(
        content=inner,
        disabled=press is None and url is None,
        on_click=_clicked(press) if press is not None else None,
        url=url,
        expand=expand,
        height=height,
        style=ft.ButtonStyle(
            bgcolor=ground,
            padding=padding,
            shape=ft.RoundedRectangleBorder(radius=radius),
            side={ft.ControlState.FOCUSED: ring, ft.ControlState.DEFAULT: rest},
            overlay_color={
                ft.ControlState.PRESSED: fade(colours.text, 0.10),
                ft.ControlState.HOVERED: fade(colours.text, 0.05),
                ft.ControlState.DEFAULT: "#00000000",
            },
            alignment=alignment or (ft.Alignment.CENTER_RIGHT if ui.rtl else ft.Alignment.CENTER_LEFT),
            visual_density=ft.VisualDensity.COMPACT,
        ),
    )
    if label is None and identifier is None and selected is None:
        return button
    named = ft.Semantics(label=label, identifier=identifier, selected=selected, content=button)
    return ft.MergeSemantics(content=named, expand=expand)


def _clicked(press: Callable[[], Any]) -> Callable[[Any], Any]:
    async def clicked(_: object) -> None:
        await press()

    return clicked


def at_least(height: int, content: ft.Control, *, grow: bool = True) -> ft.Control:
    """`content` in the middle of this height; higher where large letters or a second line need it."""
    content.expand, content.expand_loose = True, not grow
    return ft.Row([ft.Container(width=0, height=height), content], spacing=0, tight=not grow)


@component
def Button(
    label: str,
    on_press: Press,
    *,
    kind: str = "main",
    icon_name: str | None = None,
    disabled: bool = False,
    busy: bool = False,
    identifier: str | None = None,
    grow: bool = True,
    reason: str = "",
) -> ft.Control:
    """The button of a screen. While its work goes on it shows that in its place and can't be pressed again.

    `kind` is main, soft, plain or danger; with a `reason`, which shows below it, it can't be pressed either.
    """
    ui = use_ui()
    working, set_working = ft.use_state(False)
    held = ft.use_ref(False)

    async def press() -> None:
        if held.current:
            return
        held.current = True
        set_working(True)
        try:
            await guarded(on_press)()
        finally:
            held.current = False
            set_working(False)

    occupied = working or busy
    drawn = _drawn_button(
        ui,
        label,
        None if disabled or reason or occupied else press,
        kind,
        icon_name,
        occupied=occupied,
        identifier=identifier,
        grow=grow,
    )
    return drawn if not reason else _with_reason(ui, drawn, reason)


def _with_reason(ui: Ui, button: ft.Control, reason: str) -> ft.Control:
    words = text(ui, reason, SMALL, ui.palette.muted, align=ft.TextAlign.CENTER)
    said = ft.Semantics(live_region=True, content=words)
    return ft.Column([button, said], spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _drawn_button(
    ui: Ui,
    label: str,
    press: Press | None,
    kind: str,
    icon_name: str | None,
    *,
    occupied: bool,
    identifier: str | None,
    grow: bool,
) -> ft.Control:
    ground, ink = _colours(ui, kind)
    if press is None and not occupied:
        ground, ink = ui.palette.sunken, ui.palette.muted
    parts: list[ft.Control] = []
    if occupied:
        parts.append(
            ft.ProgressRing(width=20, height=20, stroke_width=2.5, color=ink, semantics_label=ui.say("Working"))
        )
    elif icon_name is not None:
        parts.append(icon(ui, icon_name, 20, ink))
    words = text(ui, label, STRONG, ink, align=ft.TextAlign.CENTER)
    words.expand, words.expand_loose = True, True
    parts.append(words)
    row = ft.Row(parts, alignment=ft.MainAxisAlignment.CENTER, spacing=Space.S + 2, tight=not grow, wrap=False)
    held = at_least(Size.BUTTON - 2 * Space.S, row, grow=grow)
    sized = ft.Container(content=held, padding=ft.Padding.symmetric(horizontal=Space.XL, vertical=Space.S))
    return tappable(ui, sized, press, label=label, identifier=identifier, radius=Radius.L - 2, ground=ground)


def _colours(ui: Ui, kind: str) -> tuple[str | None, str]:
    colours = ui.palette
    return {
        "main": (colours.fill, colours.on_fill),
        "soft": (colours.soft, colours.on_soft),
        "plain": ("#00000000", colours.brand),
        "danger": (colours.bad, colours.on_bad),
    }[kind]


def icon_button(
    ui: Ui,
    name: str,
    label: str,
    on_press: Press,
    *,
    identifier: str | None = None,
    ground: str | None = None,
    size: int = 22,
) -> ft.Control:
    """A round button without words; `label` is its name."""
    drawn = ft.Container(
        content=icon(ui, name, size), width=Size.TARGET, height=Size.TARGET, alignment=ft.Alignment.CENTER
    )
    button = tappable(
        ui,
        drawn,
        on_press,
        label=label,
        identifier=identifier,
        radius=Radius.PILL,
        ground=ground,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Container(content=button, width=Size.TARGET, height=Size.TARGET)


def link(ui: Ui, label: str, on_press: Press, *, identifier: str | None = None, color: str | None = None) -> ft.Control:
    """A quiet button in the middle of text."""
    shown = ft.Container(
        content=text(ui, label, LABEL, color or ui.palette.brand),
        padding=ft.Padding.symmetric(horizontal=Space.S, vertical=Space.L),
    )
    return tappable(ui, shown, on_press, label=label, identifier=identifier, radius=Radius.S)
