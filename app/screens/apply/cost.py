"""What the choice would cost."""

import flet as ft

from app.components.layout import card, column, fact
from app.components.text import amount, muted
from app.design.tokens import CAPTION, FIGURE, LABEL, Space
from app.stores.draft import DraftFlow
from app.ui import Ui
from shared.terms import Frequency


def cost_card(ui: Ui, flow: DraftFlow) -> ft.Control | None:
    """Instalment, total and yearly rate at the product's highest rate."""
    cost = flow.cost
    if cost is None:
        return None
    label = per_period(ui, flow.product.frequency)
    inner = card(
        ui,
        column(muted(ui, label, LABEL), amount(ui, cost.instalment, FIGURE, label=label), gap=Space.XXS),
        column(
            fact(ui, ui.say("You pay back in all"), ui.money(cost.total_repayable)),
            fact(ui, ui.say("Cost of the credit"), ui.money(cost.total_cost)),
            fact(ui, ui.say("Yearly rate with all costs (APR)"), ui.words.percent(cost.apr_pct)),
            gap=0,
        ),
        muted(ui, ui.say("The most it can cost. Offers are at this rate or below."), CAPTION),
    )
    return ft.Semantics(live_region=True, container=True, content=inner)


def per_period(ui: Ui, frequency: Frequency) -> str:
    """What an instalment is called by how often it comes."""
    return {
        Frequency.WEEKLY: ui.say("Each week"),
        Frequency.FORTNIGHTLY: ui.say("Every two weeks"),
        Frequency.MONTHLY: ui.say("Each month"),
    }.get(frequency, ui.say("Each instalment"))
