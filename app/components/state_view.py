"""The one place that turns a state into a screen."""

from collections.abc import Callable
from typing import TypeVar

import flet as ft

from app.components.layout import badge, column, notice
from app.components.press import Button
from app.components.problem import words_for
from app.components.text import heading, muted
from app.design.tokens import CAPTION, SMALL, TITLE_3, Space
from app.stores.joined import Read
from app.stores.problem import Kind
from app.stores.state import Empty, Failed, Loading, Offline, Ready
from app.ui import Ui

T = TypeVar("T")


def state_view(
    ui: Ui,
    query: Read[T],
    ready: Callable[[T], ft.Control],
    *,
    skeleton: ft.Control,
    empty: Callable[[], ft.Control] | None = None,
) -> ft.Control:
    """What `query`'s state looks like. `ready` draws what was read, also when it can't be read again at present.

    What it draws stays the same control then, below a notice: what somebody has begun to write there is not lost.
    """

    def known(found: Ready[T] | Empty[T], above: ft.Control | None = None) -> ft.Control:
        if isinstance(found, Ready):
            body = ready(found.value)
        else:
            body = empty() if empty is not None else blank(ui, ui.say("Nothing here yet"), "list")
        return column(ft.Container(content=above, padding=ft.Padding.only(bottom=Space.L if above else 0)), body, gap=0)

    match query.state:
        case Loading(slow=slow):
            return column(skeleton, _still_working(ui) if slow else None)
        case Ready() | Empty() as found:
            return known(found)
        case Failed(problem=problem, before=None):
            return failure(ui, words_for(ui, problem), query.retry, reference=problem.reference, kind=problem.kind)
        case Failed(problem=problem, before=Ready() | Empty() as found):
            return known(found, _not_new(ui, words_for(ui, problem), query))
        case Offline(before=None):
            words = ui.say("You are offline. Connect to the internet to see this.")
            return failure(ui, words, query.retry, kind=Kind.OFFLINE)
        case Offline(before=Ready() | Empty() as found):
            age = ui.say("You are offline. This is what we knew at {at}.", at=ui.instant(found.at))
            return known(found, notice(ui, age, tone="warn", icon_name="wifi-slash"))
    raise AssertionError("every state is drawn")


def blank(ui: Ui, title: str, icon_name: str, words: str = "", then: ft.Control | None = None) -> ft.Control:
    """Nothing to show: why, and one next step."""
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=Space.XXL, horizontal=Space.L),
        content=column(
            badge(ui, icon_name, size=64),
            heading(ui, title, 2, TITLE_3),
            muted(ui, words, align=ft.TextAlign.CENTER) if words else None,
            then,
            center=True,
        ),
    )


def failure(
    ui: Ui, words: str, retry: Callable[[], object], *, reference: str | None = None, kind: Kind = Kind.BROKEN
) -> ft.Control:
    """What happened, and the way on."""
    quoted = ui.say("Reference {reference}", reference=reference) if reference else ""
    parts = column(
        badge(ui, "warning-circle" if kind is not Kind.OFFLINE else "wifi-slash", tone="warn", size=64),
        heading(ui, ui.say("This did not work"), 2, TITLE_3),
        muted(ui, words, align=ft.TextAlign.CENTER),
        muted(ui, quoted, CAPTION) if quoted else None,
        Button(ui.say("Try again"), retry, kind="soft", grow=False, identifier="retry"),
        center=True,
    )
    held = ft.Container(content=parts, padding=ft.Padding.symmetric(vertical=Space.XXL, horizontal=Space.L))
    return ft.Semantics(live_region=True, container=True, content=held)


def _not_new(ui: Ui, words: str, query: Read[T]) -> ft.Control:
    again = Button(ui.say("Try again"), query.retry, kind="plain", grow=False, identifier="retry")
    return notice(ui, words, tone="warn", icon_name="warning-circle", then=again)


def _still_working(ui: Ui) -> ft.Control:
    words = muted(ui, ui.say("Still working. You can leave, we go on."), SMALL, align=ft.TextAlign.CENTER)
    arrow = ui.store.way_back.arrow
    leave = Button(ui.say("Back"), arrow, kind="plain", grow=False, identifier="leave") if arrow is not None else None
    return column(ft.Semantics(live_region=True, content=words), leave, center=True)
