"""A month, roughly: what comes in, what can't be done without, and what is left of it."""

from functools import partial

import flet as ft

from app.components.field import Field
from app.components.layout import column, fact
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.stores.hardship import HardshipFlow, Line
from app.ui import Ui
from shared.money import Money


def budget(ui: Ui, flow: HardshipFlow, currency: str) -> ft.Control:
    """Three fields that may stay empty; what is left shows once the first two can be read."""
    names = {
        Line.INCOME: ui.say("What comes in"),
        Line.ESSENTIALS: ui.say("Food, rent and what else you need"),
        Line.OTHER_DEBTS: ui.say("Other debts"),
    }
    fields = [
        Field(names[each], flow.month[each], partial(flow.reckon, each), keyboard=ft.KeyboardType.NUMBER, latin=True)
        for each in Line
    ]
    return column(
        heading(ui, ui.say("Your month, roughly (optional)"), 2, STRONG),
        muted(ui, ui.say("It helps whoever looks at it with you to find what you can manage."), SMALL),
        *fields,
        _left(ui, flow, currency),
        gap=Space.M,
    )


def _left(ui: Ui, flow: HardshipFlow, currency: str) -> ft.Control | None:
    month = flow.budget(currency)
    if month is not None:
        left = Money.of(month.income_minor - month.essentials_minor - month.other_debts_minor, currency)
        return fact(ui, ui.say("Left each month"), left, strong=True)
    if any(each.strip() for each in flow.month.values()):
        return muted(ui, ui.say("It is sent once you say what comes in and what you need, in figures."), SMALL)
    return None
