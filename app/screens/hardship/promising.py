"""For whom a day is enough: how much, by when, and what that means."""

from datetime import date
from functools import partial

import flet as ft

from app.components.field import Field, segments
from app.components.layout import card
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.sheet import Asking
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG
from app.guard import component
from app.hooks import use_kept, use_observed, use_store, use_ui
from app.stores.promising import WITHIN, PromiseFlow
from app.ui import Ui
from shared.api.arrears import ArrearsOut, PromiseIn
from shared.money import Money


@component
def Promising(found: ArrearsOut, today: date, *, offline: bool) -> ft.Control:
    """Only shown where something is late; nothing is promised before the question."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: PromiseFlow(store, found.loan_id)))
    use_observed(flow.action)
    wanted = flow.wanted(found.past_due, today)
    days = [(str(each), ui.plural("{count} day", "{count} days", each)) for each in WITHIN]
    return card(
        ui,
        heading(ui, ui.say("Or promise to pay by a day"), 2, STRONG),
        muted(ui, ui.say("No reminders go out until then. What is late stays late, and costs what it costs."), SMALL),
        segments(ui, days, str(flow.days), flow.wait, identifier="promise-in"),
        Field(
            ui.say("Amount you promise"),
            flow.typed,
            flow.write,
            keyboard=ft.KeyboardType.NUMBER,
            latin=True,
            helper=ui.say("If you leave it empty: all that is late, {amount}.", amount=found.past_due),
        ),
        problem_notice(ui, flow.action.problem),
        _promise(ui, flow, None if offline else wanted, found.past_due.currency),
    )


def _promise(ui: Ui, flow: PromiseFlow, wanted: PromiseIn | None, currency: str) -> ft.Control:
    label = ui.say("Promise to pay")
    if wanted is None or flow.action.busy:
        return Button(label, lambda: None, kind="soft", disabled=True, busy=flow.action.busy)
    amount = Money.of(wanted.amount_minor, currency)
    return Asking(
        label,
        ui.say("Promise {amount} by {day}?", amount=amount, day=ui.date(wanted.on)),
        ui.say("You can take it back. If the money does not come, the reminders begin again."),
        label,
        partial(flow.promise, wanted),
        kind="soft",
        identifier="promise",
    )
