"""The app's own navigation: a bar at the bottom of phones, a rail at the side of wide windows."""

from dataclasses import dataclass

import flet as ft

from app.components.layout import column, row
from app.components.press import tappable
from app.components.text import icon, text
from app.design.colour import fade
from app.design.tokens import BOLD, CAPTION, LABEL, TITLE_2, Motion, Radius, Size, Space, Type
from app.ui import Ui


@dataclass(frozen=True)
class Tab:
    """An entry of the navigation."""

    name: str
    label: str
    icon_name: str
    path: str


def tabs(ui: Ui) -> tuple[Tab, ...]:
    """The entries, in their order."""
    return (
        Tab("home", ui.say("Home", context="navigation"), "house", "/"),
        Tab("loans", ui.say("Loans", context="navigation"), "wallet", "/loans"),
        Tab("inbox", ui.say("Inbox", context="navigation"), "bell", "/inbox"),
        Tab("profile", ui.say("Profile", context="navigation"), "user", "/profile"),
    )


def bar(ui: Ui, chosen: str) -> ft.Control:
    """The bar of a phone."""
    entries = ft.Row([_bar_entry(ui, each, each.name == chosen) for each in tabs(ui)], spacing=0)
    return ft.Container(
        content=ft.SafeArea(content=entries, avoid_intrusions_top=False),
        bgcolor=ui.palette.surface,
        border=ft.Border(top=ft.BorderSide(1, fade(ui.palette.line, 0.8))),
        padding=ft.Padding.symmetric(horizontal=Space.S, vertical=Space.XS),
    )


def _bar_entry(ui: Ui, tab: Tab, is_chosen: bool) -> ft.Control:
    ink = ui.palette.brand if is_chosen else ui.palette.muted
    mark = ft.Container(
        content=icon(ui, tab.icon_name, 24, ink, filled=is_chosen),
        width=56,
        height=30,
        border_radius=Radius.PILL,
        bgcolor=ui.palette.soft if is_chosen else None,
        alignment=ft.Alignment.CENTER,
        animate=None if ui.still else Motion.MICRO,
    )
    inner = ft.Container(
        content=column(mark, text(ui, tab.label, CAPTION, ink, align=ft.TextAlign.CENTER, lines=1), gap=3, center=True),
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding.symmetric(vertical=Space.XS),
    )
    return tappable(
        ui,
        inner,
        lambda: ui.go(tab.path),
        label=tab.label,
        identifier=f"tab-{tab.name}",
        selected=is_chosen,
        expand=True,
        alignment=ft.Alignment.CENTER,
    )


def rail(ui: Ui, chosen: str) -> ft.Control:
    """The rail of a wide window."""
    tenant = ui.store.session.tenant
    edge = ft.BorderSide(1, ui.palette.line)
    entries = [_rail_entry(ui, each, each.name == chosen) for each in tabs(ui)]
    return ft.Container(
        content=column(
            brand_mark(ui, tenant.name if tenant else ""), ft.Container(height=Space.L), *entries, gap=Space.XS
        ),
        width=248,
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.XL),
        bgcolor=ui.palette.surface,
        border=ft.Border.only(left=edge) if ui.rtl else ft.Border.only(right=edge),
    )


def _rail_entry(ui: Ui, tab: Tab, is_chosen: bool) -> ft.Control:
    ink = ui.palette.on_soft if is_chosen else ui.palette.muted
    inner = ft.Container(
        content=row(
            icon(ui, tab.icon_name, 24, ink, filled=is_chosen), text(ui, tab.label, LABEL, ink), gap=Space.M + 2
        ),
        height=Size.TARGET,
        padding=ft.Padding.symmetric(horizontal=Space.L),
    )
    return tappable(
        ui,
        inner,
        lambda: ui.go(tab.path),
        label=tab.label,
        identifier=f"tab-{tab.name}",
        selected=is_chosen,
        ground=ui.palette.soft if is_chosen else None,
    )


def brand_mark(ui: Ui, name: str, *, size: int = 36) -> ft.Control:
    """The tenant's name, as they wrote it, with its first letter as a seal."""
    seal = ft.Container(
        width=size,
        height=size,
        border_radius=size * 0.3,
        alignment=ft.Alignment.CENTER,
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT, end=ft.Alignment.BOTTOM_RIGHT, colors=list(ui.palette.hero[1:])
        ),
        content=ft.Semantics(
            exclude_semantics=True,
            content=text(ui, name[:1], Type(size // 2, BOLD, 1.1, display=True), ui.palette.on_hero),
        ),
    )
    return row(
        seal,
        text(
            ui,
            ui.words.verbatim(name),
            TITLE_2 if size > 36 else Type(18, BOLD, 1.2, -0.3, display=True),
            expand=True,
            lines=1,
        ),
        gap=Space.M,
    )
