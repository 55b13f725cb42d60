"""What an application would cost."""

import flet as ft

from app.components.cost import cost_card
from app.stores.draft import DraftFlow
from app.ui import Ui


def cost_of(ui: Ui, flow: DraftFlow) -> ft.Control | None:
    """At the product's highest rate; nothing until it is computed."""
    if flow.cost is None:
        return None
    remark = ui.say("The most it can cost. Offers are at this rate or below.")
    return cost_card(ui, flow.cost, flow.product.frequency, remark)
