"""What each offer costs, as bars from one line: the longer, the dearer."""

import flet as ft

from app.components.layout import card, column, row
from app.components.text import amount, heading, text
from app.design.tokens import LABEL, SMALL, STRONG, Radius, Space
from app.screens.application.rows import dearest
from app.stores.draft import share_of
from app.ui import Ui
from shared.api.offers import OfferOut

_FULL = 1000


def cost_bars(ui: Ui, offers: list[OfferOut]) -> ft.Control:
    """The bars with their figures, so that nothing depends on their length."""
    most = dearest(offers)
    rows = []
    for offer in offers:
        length = max(1, int(share_of(offer.total_cost, most) * _FULL))
        ground = ui.palette.fill if offer.is_lowest_cost else ui.palette.edge
        bar = ft.Container(height=12, bgcolor=ground, border_radius=Radius.PILL, expand=length)
        rest = ft.Container(expand=_FULL - length) if length < _FULL else None
        words = row(
            ft.Container(content=text(ui, ui.words.verbatim(offer.lender_name), SMALL), expand=True),
            amount(ui, offer.total_cost, LABEL),
        )
        line = ft.Row([each for each in (bar, rest) if each is not None], spacing=0)
        rows.append(ft.MergeSemantics(content=column(words, line, gap=Space.XS)))
    return card(ui, heading(ui, ui.say("Cost of the credit"), 2, STRONG), column(*rows, gap=Space.M))
