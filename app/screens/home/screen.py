"""Limit, next payment, quick actions, one nudge, the loans."""

import flet as ft

from app.components import skeleton
from app.components.layout import column, row
from app.components.press import icon_button
from app.components.screen import columns, help_button, screen
from app.components.state_view import state_view
from app.components.text import heading, muted, text
from app.design.tokens import SMALL, STRONG, TITLE_3, Motion, Radius, Size, Space
from app.guard import component, keyed
from app.hooks import use_kept, use_news, use_observed, use_query, use_store, use_task, use_ui
from app.routes import Home as HomeRoute
from app.screens.businesses.invitations import invitations
from app.screens.home.ahead import Ahead
from app.screens.home.limit import limit_card
from app.screens.home.loans import loans_card
from app.screens.home.next_payment import next_payment
from app.screens.home.nudge import nudge_card
from app.screens.home.quick import quick_actions
from app.screens.home.tour import coach, spotlight, stops_of
from app.stores import businesses, reads
from app.stores.home import Home
from app.stores.known import keep_known, kept_anew
from app.stores.state import Ready
from app.stores.tour import Stop
from app.ui import Ui


@component
def HomeScreen(route: HomeRoute) -> ft.Control:
    """In step with all that it sums up; whoever is new on this device is shown around."""
    del route
    ui = use_ui()
    store = use_store()
    query = use_news(reads.home(store), *reads.MONEY_NEWS, *reads.APPLYING_NEWS, every_s=60)
    use_query(businesses.mine(store))
    use_query(businesses.my_invitations(store))
    home = query.value
    tour = use_observed(store.tour)
    scroller: ft.Ref[ft.Column] = use_kept(ft.Ref)

    read = query.state if isinstance(query.state, Ready) else None

    async def keep() -> None:
        if read is not None:
            await keep_known(store, read.value, read.at)

    async def offer() -> None:
        if home is not None:
            await tour.offer(stops_of(ui, home))

    async def bring_into_sight() -> None:
        if tour.stop is not None and scroller.current is not None:
            await scroller.current.scroll_to(
                scroll_key=tour.stop.value, duration=0 if ui.still else Motion.ENTER.duration
            )

    use_task(keep, [home, kept_anew(read.at) if read is not None else None])
    use_task(offer, [home is not None])
    use_task(bring_into_sight, [tour.stop])
    guide = coach(ui, tour, home) if home is not None else None
    return screen(
        ui,
        spotlight(ui, Stop.HELP, _greeting(ui)),
        state_view(ui, query, lambda home: _content(ui, home, guide), skeleton=skeleton.cards(ui, 208, 92, 96, 180)),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
        actions=[guide] if guide is not None and not ui.wide else (),
        scroller=scroller,
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
    helped = help_button(ui, ground=ui.palette.surface)
    return row(seal, ft.Container(content=words, expand=True), bell, helped, gap=Space.S)


def _content(ui: Ui, home: Home, guide: ft.Control | None) -> ft.Control:
    start = column(
        spotlight(ui, Stop.LIMIT, limit_card(ui, home), radius=Radius.XL),
        spotlight(ui, Stop.QUICK, quick_actions(ui, home)),
        spotlight(ui, Stop.NEXT_PAYMENT, next_payment(ui, home)),
        gap=Space.S,
    )
    first = home.next_due
    ahead = keyed(str(first.id), Ahead, first) if first is not None else None
    end = column(
        guide if ui.wide else None,
        invitations(businesses.my_invitations(ui.store).value),
        nudge_card(ui, home),
        loans_card(ui, home),
        ahead,
    )
    return columns(ui, start, end)
