"""Limit, next payment, quick actions, one nudge, the loans."""

import flet as ft

from app.components import skeleton
from app.components.layout import column, row
from app.components.press import icon_button
from app.components.screen import columns, screen
from app.components.state_view import state_view
from app.components.text import heading, muted, text
from app.design.tokens import SMALL, STRONG, TITLE_3, Size, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui
from app.routes import Home as HomeRoute
from app.screens.home.ahead import Ahead
from app.screens.home.limit import limit_card
from app.screens.home.loans import loans_card
from app.screens.home.next_payment import next_payment
from app.screens.home.nudge import nudge_card
from app.screens.home.quick import quick_actions
from app.stores import reads
from app.stores.home import Home
from app.ui import Ui


@component
def HomeScreen(route: HomeRoute) -> ft.Control:
    """Reads again every half minute while it is in sight."""
    del route
    ui = use_ui()
    query = use_query(reads.home(use_store()), every_s=30)
    waiting = skeleton.cards(ui, 208, 92, 96, 180)
    return screen(
        ui,
        _greeting(ui),
        state_view(ui, query, lambda home: _content(ui, home), skeleton=waiting),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _greeting(ui: Ui) -> ft.Control:
    me = ui.store.session.me
    name = ui.words.verbatim(me.name) if me is not None and me.name else ""
    seal = ft.Container(
        width=44,
        height=44,
        border_radius=22,
        bgcolor=ui.palette.soft,
        alignment=ft.Alignment.CENTER,
        content=ft.Semantics(
            exclude_semantics=True,
            content=text(ui, (me.name or "" if me is not None else "")[:1].upper(), TITLE_3, ui.palette.on_soft),
        ),
    )
    words = column(
        muted(ui, ui.say("Welcome back"), SMALL), heading(ui, name or ui.say("Home"), 1, STRONG), gap=Space.XXS
    )
    bell = icon_button(
        ui, "bell", ui.say("Inbox", context="navigation"), lambda: ui.go("/inbox"), ground=ui.palette.surface
    )
    chat = icon_button(
        ui, "chat-circle", ui.say("Chat with us"), lambda: ui.go("/chat"), ground=ui.palette.surface, identifier="chat"
    )
    return ft.Container(
        content=row(seal, ft.Container(content=words, expand=True), chat, bell, gap=Space.S),
        padding=ft.Padding(top=Space.M),
    )


def _content(ui: Ui, home: Home) -> ft.Control:
    start = column(limit_card(ui, home), quick_actions(ui, home), next_payment(ui, home))
    first = home.next_due
    ahead = Ahead(first, key=str(first.id)) if first is not None else None  # type: ignore[call-arg]  # taken by the decorator
    end = column(nudge_card(ui, home), loans_card(ui, home), ahead)
    return columns(ui, start, end)
