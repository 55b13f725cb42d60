"""What is done most often, one tap away."""

import flet as ft

from app.components.layout import column, surface_style
from app.components.press import tappable
from app.components.text import icon, text
from app.design.tokens import LABEL, Radius, Space
from app.routes import Draw
from app.screens.home.lines import drawable
from app.stores.home import Home
from app.ui import Ui


def quick_actions(ui: Ui, home: Home) -> ft.Control:
    """Four round buttons with words."""
    owing = home.next_due
    pay = f"/loans/{owing.id}/pay" if owing is not None else "/loans"
    lines = drawable(ui, home)
    borrow = Draw(line_id=lines[0].id).path if len(lines) == 1 else "/apply"  # which names each of several
    entries = (
        ("plus", ui.say("Borrow"), borrow, "quick-borrow"),
        ("arrow-up-right", ui.say("Pay"), pay, "quick-pay"),
        ("calendar-blank", ui.say("Calendar"), "/calendar", "quick-calendar"),
        ("shield-check", ui.say("Identity"), "/kyc", "quick-kyc"),
    )
    return ft.Row([_entry(ui, *each) for each in entries], spacing=Space.XS)


def _entry(ui: Ui, icon_name: str, label: str, path: str, identifier: str) -> ft.Control:
    disc = ft.Container(
        content=icon(ui, icon_name, 24, ui.palette.brand),
        width=56,
        height=56,
        alignment=ft.Alignment.CENTER,
        **{**surface_style(ui), "border_radius": 28},  # type: ignore[arg-type]  # a container's own keywords
    )
    words = text(ui, label, LABEL, align=ft.TextAlign.CENTER, lines=1)
    inner = ft.Container(
        content=column(disc, words, gap=Space.S, center=True),
        padding=ft.Padding.symmetric(vertical=Space.S),
        alignment=ft.Alignment.CENTER,
    )
    return tappable(
        ui,
        inner,
        lambda: ui.go(path),
        label=label,
        identifier=identifier,
        radius=Radius.L,
        expand=True,
        alignment=ft.Alignment.CENTER,
    )
