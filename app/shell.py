"""The window: theme, direction, navigation and the screen of the present place."""

import asyncio
from functools import partial

import flet as ft

from app.addresses import parse
from app.components.front import front
from app.components.navigation import bar, rail
from app.components.text import icon, text
from app.design.colour import signed
from app.design.theme import theme_of
from app.design.tokens import LABEL, Radius, Space
from app.guard import component, guarded, keyed
from app.hooks import StoreContext, ui_of, use_observed, use_store, use_task_of, use_ui
from app.routes import Home, MagicLink, PasskeyDone, Route, SignIn, Welcome
from app.screens import drawn
from app.screens.locked import LockScreen
from app.screens.unreachable import Unreachable
from app.stores.look import Look
from app.stores.root import Store
from app.stores.session import SessionStatus
from app.ui import Ui

_WISHES_AFTER_S = 0.5  # the first sight has the line for itself


class Place(ft.Observable):
    """Where in the app this window is."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.drawn_again = 0

    def draw_again(self) -> None:
        """Draws the whole window anew, where it is."""
        self.drawn_again += 1

    def move(self, address: str) -> None:
        """Goes to `address`."""
        self.route = parse(address)


@ft.component
def Root(store: Store, place: Place) -> ft.View:
    """The one view. Where somebody may not be, they are shown where they may be."""
    look = use_observed(store.look)
    session = use_observed(store.session)
    lock = use_observed(store.lock)
    use_observed(place)

    async def heed() -> None:
        if session.status is not SessionStatus.STARTING and not lock.away:
            await asyncio.sleep(_WISHES_AFTER_S)
            await look.heed()

    # After the first sight, which waits for no answer to it, and whenever one comes back from the system's settings.
    use_task_of(store, heed, [session.status is SessionStatus.STARTING, lock.away])
    page = ft.context.page
    ui = ui_of(store, look)
    look_now = (look.mode, look.brand.primary_colour, ui.rtl, look.language, look.still)
    ft.use_effect(lambda: _dress(page, ui, look), list(look_now))
    route = allowed(store, place.route)
    # Locked, the window is not hidden but gone: nothing of it is drawn, said or read meanwhile, sheets included.
    draw = LockedWindow if store.is_locked else partial(keyed, route.spot, Window, route, session.status)
    body = StoreContext(store, draw)

    async def go_back(event: ft.Event[ft.View]) -> None:
        await event.control.confirm_pop(False)  # there is no other view: what shows changes, the view stays
        arrow = store.way_back.arrow
        await guarded(arrow if arrow is not None else partial(ui.go, route.back))()

    return ft.View(
        route=route.path,
        padding=0,
        bgcolor=ui.palette.ground,
        controls=[body],
        can_pop=_is_outermost(store, route),
        on_confirm_pop=guarded(go_back),
    )


def _is_outermost(store: Store, route: Route) -> bool:
    """Whether a phone's own back leads out of the app from here."""
    settled = store.session.status in {SessionStatus.SIGNED_IN, SessionStatus.SIGNED_OUT}
    return store.is_locked or not settled or isinstance(route, Home | Welcome)


def allowed(store: Store, route: Route) -> Route:
    """`route`, or the welcome before it for whoever is not signed in, or the home for whoever is already."""
    match store.session.status:
        case SessionStatus.SIGNED_OUT if not route.public:
            return Welcome(next=route.path if route != Home() else "")
        case SessionStatus.SIGNED_IN if isinstance(route, MagicLink):
            return Home()  # a link changes nobody who is signed in into somebody else
        case SessionStatus.SIGNED_IN if isinstance(route, Welcome | SignIn):
            return parse(route.next) if route.next.startswith("/") else Home()
        case _:
            return route


def _dress(page: ft.Page, ui: Ui, look: Look) -> None:
    dark = look.palette.is_dark
    page.theme = page.dark_theme = theme_of(look.palette, still=look.still)
    page.theme_mode = ft.ThemeMode.DARK if dark else ft.ThemeMode.LIGHT
    page.rtl = ui.rtl
    page.locale_configuration = ft.LocaleConfiguration(
        current_locale=_material_locale(look.language.value),
        supported_locales=[_material_locale("en"), _material_locale("ar")],
    )
    tenant = ui.store.session.tenant
    page.title = tenant.name if tenant else "CaaS"
    page.update()


def _material_locale(tag: str) -> ft.Locale:
    return ft.Locale(tag.partition("-")[0])


@component
def Window(route: Route, status: SessionStatus) -> ft.Control:
    """Navigation, the screen, and what floats over both.

    Told the status with the place that goes with it: by itself it would learn first, and draw the place of before.
    """
    ui = use_ui()
    match status:
        case SessionStatus.STARTING:
            inner: ft.Control = _starting(ui)
        case SessionStatus.UNREACHABLE:
            inner = Unreachable()
        case _:
            inner = _with_navigation(ui, route, drawn(route))
    held = ft.SafeArea(content=inner, expand=True, avoid_intrusions_bottom=False)
    parts: list[ft.Control] = [held, ToastView()]
    if status is not SessionStatus.STARTING:
        parts.append(_mark(ui))
    return ft.Stack(parts, expand=True)


def _mark(ui: Ui) -> ft.Control:
    """The page in front of the app goes once this corner is drawn (`appserver/index.html`).

    A node of its own, so that nothing merges into it; its name is what tests wait for.
    """
    dot = ft.Container(width=1, height=1, bgcolor=signed(ui.palette.ground))
    return ft.Container(content=ft.Semantics(identifier="app", container=True, content=dot), left=0, top=0)


@component
def LockedWindow() -> ft.Control:
    """The one thing that shows while the app is locked."""
    ui = use_ui()
    held = ft.SafeArea(content=LockScreen(), expand=True)
    return ft.Stack([held, _mark(ui)], expand=True)


def _with_navigation(ui: Ui, route: Route, inner: ft.Control) -> ft.Control:
    held = ft.Container(content=inner, expand=True)
    if ui.wide and not route.public:
        rows = [rail(ui, route.tab or _section(route)), held]
        return ft.Row(rows, spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    if ui.wide and isinstance(route, Welcome | SignIn | MagicLink | PasskeyDone):
        rows = [ft.Container(content=front(ui), expand=5), ft.Container(content=inner, expand=6)]
        return ft.Row(rows, spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)
    return ft.Column([held, bar(ui, route.tab)], spacing=0, expand=True) if route.tab else held


def _section(route: Route) -> str:
    """The entry of the navigation that a place without one of its own lies below."""
    return {
        "agreements": "loans",
        "businesses": "profile",
        "calendar": "loans",
        "confirm": "profile",
        "disputes": "loans",
        "inbox": "inbox",
        "kyc": "profile",
        "loans": "loans",
        "profile": "profile",
    }.get(route.pattern.split("/")[1], "home")


def _starting(ui: Ui) -> ft.Control:
    ring = ft.ProgressRing(
        width=28, height=28, stroke_width=3, color=ui.palette.fill, semantics_label=ui.say("Loading")
    )
    return ft.Container(content=ring, alignment=ft.Alignment.CENTER, expand=True)


@component
def ToastView() -> ft.Control:
    """A sentence at the bottom that goes by itself."""
    ui = use_ui()
    toast = use_observed(use_store().toast)
    if not toast.text:
        return ft.Container(width=0, height=0)
    words = ft.Row(
        [icon(ui, "check-circle", 20, ui.palette.ground, filled=True), text(ui, toast.text, LABEL, ui.palette.ground)],
        tight=True,
        spacing=Space.S,
    )
    shown = ft.Container(
        content=words,
        bgcolor=ui.palette.text,
        border_radius=Radius.PILL,
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.M),
    )
    return ft.Container(
        content=ft.Semantics(live_region=True, container=True, content=shown),
        left=Space.L,
        right=Space.L,
        bottom=Space.XXL * 2,
        alignment=ft.Alignment.CENTER,
    )
