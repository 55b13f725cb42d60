"""The frame of a screen: its bar, its column, its actions at the bottom."""

from collections.abc import Callable, Sequence

import flet as ft

from app.components.layout import apart, column, row
from app.components.press import icon_button
from app.components.text import heading
from app.components.text import title as title_of
from app.design.tokens import STRONG, Size, Space
from app.routes import Chat
from app.ui import Ui

_START, _END = 5, 6  # how two columns share the width


def screen(
    ui: Ui,
    *content: ft.Control | None,
    title: str = "",
    back: Callable[[], object] | None = None,
    tools: Sequence[ft.Control] = (),
    actions: Sequence[ft.Control] = (),
    width: int = Size.COLUMN,
    progress: ft.Control | None = None,
    follows: bool = False,
    helps: bool = True,
    scroller: ft.Ref[ft.Column] | None = None,
) -> ft.Control:
    """A screen that scrolls between its bar and its actions, which stay in reach of a thumb.

    One that `follows` keeps its end in sight as it grows; one that `helps` leads to the chat, for whoever is signed in;
    `scroller` is handed what scrolls.
    """
    ui.store.way_back.arrow = back
    below = _below(column(*actions, gap=Space.S), width) if actions and ui.wide else None
    inner = column(*content, below, gap=Space.L)
    parts: list[ft.Control] = []
    if title or back is not None or tools:
        helped = [help_button(ui)] if helps and ui.store.is_signed_in else []
        parts.append(_centred(_bar(ui, title, back, [*tools, *helped]), width))
    if progress is not None:
        parts.append(_centred(progress, width))
    body = _centred(inner, width, top=Space.S, bottom=Space.XL)
    parts.append(
        ft.Column([body], scroll=ft.ScrollMode.AUTO, auto_scroll=follows, expand=True, spacing=0, ref=scroller)
    )
    if actions and not ui.wide:
        parts.append(_centred(column(*actions, gap=Space.S), width, top=Space.M, bottom=Space.L))
    return ft.Column(parts, expand=True, spacing=0)


def tab_head(ui: Ui, name: str, *tools: ft.Control) -> ft.Control:
    """The beginning of a screen of the navigation: its name, and help where every other screen has it."""
    head = apart(title_of(ui, name), row(*tools, help_button(ui), gap=Space.XXS))
    return ft.Container(content=head, padding=ft.Padding(top=Space.L))


def help_button(ui: Ui, *, ground: str | None = None) -> ft.Control:
    """Help, at the end of the first line of every screen (WCAG 2.2, 3.2.6); it leads back to where it was asked for."""

    def ask() -> None:
        here = str(ft.context.page.route)
        ui.go(Chat(origin=here if here != "/" else ""))

    return icon_button(ui, "chat-circle", ui.say("Chat with us"), ask, ground=ground, identifier="chat")


def _bar(ui: Ui, title: str, back: Callable[[], object] | None, tools: Sequence[ft.Control]) -> ft.Control:
    named = heading(ui, title, 1, STRONG) if title else ft.Container()
    start = None
    if back is not None:
        arrow = icon_button(ui, "arrow-left", ui.say("Back"), back, identifier="back")
        # The arrow itself stands in line with the text below it.
        start = ft.Container(content=arrow, offset=ft.Offset(0.25 if ui.rtl else -0.25, 0))
    return ft.Container(
        content=row(start, ft.Container(content=named, expand=True), *tools, gap=Space.XXS), height=Size.BAR
    )


def _centred(content: ft.Control, width: int, *, top: int = 0, bottom: int = 0) -> ft.Control:
    """In the middle of a wide window, no wider than `width`."""
    return ft.Container(
        content=ft.Container(content=content, width=width),
        alignment=ft.Alignment.TOP_CENTER,
        padding=ft.Padding(left=Space.GUTTER, right=Space.GUTTER, top=top, bottom=bottom),
    )


def _below(actions: ft.Control, width: int) -> ft.Control:
    """On a wide window the actions follow what they belong to, as wide as the form or as the first of two columns."""
    if width <= Size.COLUMN:
        return actions
    return ft.Row([ft.Container(content=actions, expand=_START), ft.Container(expand=_END)], spacing=Space.XL)


def columns(ui: Ui, start: ft.Control, end: ft.Control) -> ft.Control:
    """Two columns on a wide window, one below the other on a phone."""
    if not ui.wide:
        return column(start, end)
    return ft.Row(
        [ft.Container(content=start, expand=_START), ft.Container(content=end, expand=_END)],
        spacing=Space.XL,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
