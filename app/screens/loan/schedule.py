"""Instalments as rows: when, how much, and where each stands."""

import flet as ft

from app.components.layout import around, chip, column, row
from app.components.text import amount, muted, text
from app.design.tokens import CAPTION, SMALL, STRONG, Radius, Space, Type
from app.ui import Ui
from shared.api.servicing import InstalmentOut, InstalmentStatus

_LOOKS = {
    InstalmentStatus.PAID: ("good", "check"),
    InstalmentStatus.DUE: ("warn", "clock"),
    InstalmentStatus.OVERDUE: ("bad", "warning"),
    InstalmentStatus.UPCOMING: ("sunken", "circle"),
}


def instalment_rows(ui: Ui, found: list[InstalmentOut], count: int) -> list[ft.Control]:
    """One row each; `count` is how many instalments the loan has."""
    return [_row(ui, each, count) for each in found]


def status_words(ui: Ui, each: InstalmentOut) -> str:
    """Where an instalment stands."""
    if each.open and each.paid:
        return ui.say("Partly paid")
    return {
        InstalmentStatus.PAID: ui.say("Paid"),
        InstalmentStatus.DUE: ui.say("Due"),
        InstalmentStatus.OVERDUE: ui.say("Overdue"),
    }.get(each.status, ui.say("To come"))


def _row(ui: Ui, each: InstalmentOut, count: int) -> ft.Control:
    tone, icon_name = _LOOKS.get(each.status, ("sunken", "circle"))
    number = ui.say("{number} of {count}", number=each.number, count=count)
    still = ui.say("{open} still open", open=each.open) if each.open and each.paid else number
    words = column(amount(ui, each.total, STRONG), muted(ui, still, SMALL), gap=Space.XXS)
    state = chip(ui, status_words(ui, each), tone=tone, icon_name=icon_name)
    line = row(day_tile(ui, each, tone), ft.Container(content=words, expand=True), state, gap=Space.M + 2)
    return ft.MergeSemantics(content=around(line, x=Space.L, top=Space.M, bottom=Space.M))


def day_tile(ui: Ui, each: InstalmentOut, tone: str) -> ft.Control:
    """The day as on a leaf of a calendar."""
    month = ui.words.month(each.due_on)
    ink = ui.palette.brand if tone == "sunken" else ui.palette.muted
    leaf = column(
        text(ui, month, CAPTION, ink, align=ft.TextAlign.CENTER, lines=1, spoken=""),
        text(
            ui,
            ui.words.number(each.due_on.day),
            Type(17, STRONG.weight, 1.15),
            spoken=ui.date(each.due_on),
            align=ft.TextAlign.CENTER,
        ),
        gap=0,
        center=True,
    )
    return ft.Container(
        content=leaf,
        width=52 * min(ui.scale, 1.4),
        height=52 * min(ui.scale, 1.4),
        border_radius=Radius.M,
        bgcolor=ui.palette.sunken,
        alignment=ft.Alignment.CENTER,
    )
