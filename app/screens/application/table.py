"""The offers of a wide window, side by side."""

from collections.abc import Callable
from functools import partial

import flet as ft

from app.components.cost import per_period
from app.components.layout import chip, column, surface_style
from app.components.press import Button
from app.components.text import amount, heading, muted, text
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, TITLE_3, Radius, Space
from app.screens.application.rows import offer_rows
from app.ui import Ui
from shared.api.offers import OfferOut


def table(ui: Ui, offers: list[OfferOut], take: Callable[[OfferOut], object], *, busy: bool, reason: str) -> ft.Control:
    """One column a lender; each cell is said with the name of its row and its lender."""
    names = [name for name, _, _ in offer_rows(ui, offers[0])]
    first = [ft.Container(height=_HEAD * ui.scale), *(_cell(ui, muted(ui, name, SMALL)) for name in names)]
    lenders = [_lender(ui, offer, take, busy=busy, reason=reason) for offer in offers]
    inner = ft.Row(
        [ft.Container(content=column(*first, gap=0), expand=3, padding=_EDGE), *lenders],
        spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Container(content=inner, padding=Space.L, border_radius=Radius.L, **surface_style(ui))  # type: ignore[arg-type]


_HEAD, _ROW = 138, 52
_EDGE = ft.Padding(top=Space.S, bottom=Space.S)


def _cell(ui: Ui, content: ft.Control, *, end: bool = False) -> ft.Control:
    side = ft.Alignment.CENTER_RIGHT if end != ui.rtl else ft.Alignment.CENTER_LEFT
    return ft.Container(
        content=content,
        height=_ROW * ui.scale,
        alignment=side,
        border=ft.Border.only(top=ft.BorderSide(1, ui.palette.line)),
        padding=ft.Padding.symmetric(horizontal=Space.S),
    )


def _lender(ui: Ui, offer: OfferOut, take: Callable[[OfferOut], object], *, busy: bool, reason: str) -> ft.Control:
    name = ui.words.verbatim(offer.lender_name)
    label = per_period(ui, offer.terms.frequency)
    best = chip(ui, ui.say("Lowest total cost"), tone="good", icon_name="seal-check") if offer.is_lowest_cost else None
    head = ft.Container(
        content=column(
            ft.Row([best] if best is not None else [ft.Container(height=25)], alignment=ft.MainAxisAlignment.END),
            ft.Container(content=heading(ui, name, 2, TITLE_3), alignment=_end(ui)),
            ft.Container(content=muted(ui, label, LABEL), alignment=_end(ui)),
            ft.Container(content=amount(ui, offer.instalment, FIGURE, label=ui.aloud(name, label)), alignment=_end(ui)),
            gap=Space.XS,
        ),
        height=_HEAD * ui.scale,
        padding=ft.Padding.symmetric(horizontal=Space.S),
    )
    cells = [
        _cell(
            ui,
            text(ui, value, STRONG if strong else SMALL, align=ft.TextAlign.END, spoken=ui.aloud(name, row, value)),
            end=True,
        )
        for row, value, strong in offer_rows(ui, offer)
    ]
    choose = Button(
        ui.say("Choose {lender}", lender=name),
        partial(take, offer),
        kind="main" if offer.is_lowest_cost else "soft",
        busy=busy,
        identifier=f"take-{offer.lender}",
        reason=reason,
    )
    return ft.Container(
        content=column(head, *cells, ft.Container(content=choose, padding=ft.Padding(top=Space.M)), gap=0),
        expand=4,
        bgcolor=ui.palette.ground if offer.is_lowest_cost else None,
        border_radius=Radius.M,
        padding=_EDGE,
    )


def _end(ui: Ui) -> ft.Alignment:
    return ft.Alignment.CENTER_LEFT if ui.rtl else ft.Alignment.CENTER_RIGHT
