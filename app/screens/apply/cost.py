"""What an application would cost."""

import flet as ft

from app.components.cost import cost_view
from app.stores.draft import DraftFlow
from app.ui import Ui


def cost_of(ui: Ui, flow: DraftFlow) -> ft.Control:
    """At the product's highest rate."""
    remark = ui.say("The most it can cost. Offers are at this rate or below.")
    return cost_view(ui, flow.estimate, flow.terms, lambda _: remark)
