"""A yes to less than what was asked for: how much, and why."""

import flet as ft

from app.components.layout import apart, around, badge, card, column
from app.components.text import amount, heading, muted
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui
from app.screens.application.decision import reasons
from app.stores import reads
from app.ui import Ui
from shared.api.applications import ApplicationOut
from shared.api.underwriting import DecisionOut
from shared.money import Money


@component
def Lower(found: ApplicationOut) -> ft.Control:
    """Nothing where all was approved, or while that is not known: the offers below say what can be had."""
    ui = use_ui()
    decision = use_query(reads.decision(use_store(), found.id)).value
    limit = decision.limit if decision is not None else None
    if decision is None or limit is None or found.amount is None or limit >= found.amount:
        return ft.Container(height=0)
    return _lower(ui, decision, limit, found.amount)


def _lower(ui: Ui, decision: DecisionOut, limit: Money, asked: Money) -> ft.Control:
    label = ui.say("Approved")
    words = ui.say("Less than the {amount} that you asked for.", amount=asked)
    figure = column(heading(ui, label, 2, LABEL), amount(ui, limit, FIGURE, label=label), gap=Space.XXS)
    head = card(ui, apart(figure, badge(ui, "seal-check", tone="good")), muted(ui, words, SMALL), gap=Space.S)
    why = column(heading(ui, ui.say("Why less"), 2, STRONG), reasons(ui, decision.reasons), gap=Space.S)
    return around(column(head, why if decision.reasons else None), bottom=Space.L)
