"""What slides in over a screen: a sheet from below, and a question to answer."""

from collections.abc import Callable, Sequence
from functools import partial

import flet as ft

from app.components.field import Field, choice
from app.components.layout import column, row
from app.components.press import Button, Press, icon_button, tappable
from app.components.text import heading, icon, muted, text
from app.design.tokens import BODY, CAPTION, SMALL, TITLE_2, Radius, Size, Space
from app.guard import component, guarded
from app.hooks import StoreContext, use_observed, use_store, use_ui, use_value
from app.ui import Ui

_SEARCH_FROM, _AT_MOST = 12, 60  # options


def use_sheet(ui: Ui, *, is_open: bool, draw: Callable[[], ft.Control] | None, on_close: Press) -> None:
    """A sheet that is there while `is_open`; `draw` makes its component, which has the store at hand."""
    sheet: ft.BottomSheet | None = None
    if is_open and draw is not None:
        inner = StoreContext(ui.store, partial(Veiled, draw))
        sheet = ft.BottomSheet(
            content=ft.Container(
                content=inner,
                padding=ft.Padding(left=Space.GUTTER, right=Space.GUTTER, top=Space.XS, bottom=Space.XL),
            ),
            bgcolor=ui.palette.surface,
            show_drag_handle=True,
            animation_style=ft.AnimationStyle.no_animation() if ui.still else None,
            draggable=True,
            scrollable=True,
            size_constraints=ft.BoxConstraints(max_width=Size.COLUMN),
            shape=ft.RoundedRectangleBorder(radius=ft.BorderRadius.only(top_left=Radius.XL, top_right=Radius.XL)),
            on_dismiss=lambda _: on_close(),
        )
    ft.use_dialog(sheet)


@component
def Veiled(draw: Callable[[], ft.Control]) -> ft.Control:
    """What a sheet holds; nothing as soon as the app is locked, since a sheet takes a moment to slide away."""
    store = use_store()
    use_observed(store.lock)
    return ft.Container(height=1) if store.is_locked else draw()


def sheet_body(ui: Ui, title: str, close: Press, *content: ft.Control | None) -> ft.Control:
    """The inside of a sheet: its heading, the way out, what it is for."""
    head = row(
        ft.Container(content=heading(ui, title, 2, TITLE_2), expand=True),
        icon_button(ui, "x", ui.say("Close"), close, identifier="close-sheet"),
    )
    return column(head, *content, gap=Space.L)


@component
def Confirm(title: str, words: str, yes: str, on_yes: Press, on_no: Press, *, danger: bool) -> ft.Control:
    """A question before something that can't be taken back."""
    ui = use_ui()
    return sheet_body(
        ui,
        title,
        on_no,
        muted(ui, words),
        Button(yes, on_yes, kind="danger" if danger else "main", identifier="confirm"),
        Button(ui.say("Not now"), on_no, kind="plain"),
    )


@component
def Select(
    label: str,
    options: Sequence[tuple[str, str]],
    chosen: str,
    on_choose: Callable[[str], object],
    *,
    identifier: str | None = None,
) -> ft.Control:
    """One answer out of many, pairs of value and label; the list opens as a sheet."""
    ui = use_ui()
    is_open, set_open = use_value(False)
    shown = dict(options).get(chosen, "")

    async def choose(value: str) -> None:
        set_open(False)
        await guarded(on_choose)(value)

    use_sheet(
        ui,
        is_open=is_open,
        draw=lambda: Options(label, options, chosen, choose, lambda: set_open(False)),
        on_close=lambda: set_open(False),
    )
    words = column(
        muted(ui, label, CAPTION),
        text(ui, shown or ui.say("Choose"), BODY, None if shown else ui.palette.muted),
        gap=Space.XXS,
    )
    inner = ft.Container(
        content=row(ft.Container(content=words, expand=True), icon(ui, "caret-down", 18, ui.palette.muted)),
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.S + 2),
    )
    said = ui.aloud(label, shown)
    return tappable(
        ui,
        inner,
        lambda: set_open(True),
        label=said,
        identifier=identifier,
        radius=Radius.M,
        ground=ui.palette.surface,
        border=ui.palette.edge,
    )


@component
def Options(
    label: str,
    options: Sequence[tuple[str, str]],
    chosen: str,
    on_choose: Callable[[str], object],
    close: Press,
) -> ft.Control:
    """The list behind a Select; long ones can be searched."""
    ui = use_ui()
    sought, seek = use_value("")
    found = [(value, name) for value, name in options if sought.casefold() in name.casefold()]
    rows = [choice(ui, name, partial(on_choose, value), chosen=value == chosen) for value, name in found[:_AT_MOST]]
    left = len(found) - len(rows)
    more = ui.plural("{count} more: search for it above.", "{count} more: search for yours above.", left)
    search = Field(ui.say("Search"), sought, seek) if len(options) > _SEARCH_FROM else None
    return sheet_body(ui, label, close, search, column(*rows, gap=Space.S), muted(ui, more, SMALL) if left else None)


@component
def Asking(
    label: str,
    title: str,
    words: str,
    yes: str,
    on_yes: Press,
    *,
    kind: str = "plain",
    danger: bool = False,
    identifier: str | None = None,
    disabled: bool = False,
    reason: str = "",
) -> ft.Control:
    """A button that asks before it acts; `reason` says why it can't be pressed now."""
    ui = use_ui()
    use_store()
    is_open, set_open = use_value(False)

    async def confirmed() -> None:
        set_open(False)
        result = on_yes()
        if result is not None:
            await result

    use_sheet(
        ui,
        is_open=is_open,
        draw=lambda: Confirm(title, words, yes, confirmed, lambda: set_open(False), danger=danger),
        on_close=lambda: set_open(False),
    )
    return Button(label, lambda: set_open(True), kind=kind, identifier=identifier, disabled=disabled, reason=reason)
