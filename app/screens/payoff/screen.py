"""What closes the loan, what it is made of, and what is saved by it."""

from datetime import timedelta

import flet as ft

from app.components import skeleton
from app.components.countdown import TimeLeft
from app.components.field import segments
from app.components.layout import card, chip, column, fact, hairline, notice
from app.components.press import Button
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import amount, heading, muted
from app.design.tokens import FIGURE, LABEL, STRONG, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui, use_value
from app.routes import Loan, Pay, Payoff
from app.stores import reads
from app.stores.joined import Joined
from app.stores.paying import Choice
from app.ui import Ui
from shared.api.servicing import LoanOut, PayoffQuoteOut
from shared.money import Money

_LATER = {"0": 0, "7": 7, "14": 14}


@component
def PayoffScreen(route: Payoff) -> ft.Control:
    """A quote for today, or for a day soon."""
    ui = use_ui()
    store = use_store()
    loan = use_query(reads.loan(store, route.loan_id))
    later, choose = use_value("0")
    as_of = loan.value.as_of if loan.value is not None else None
    on = as_of + timedelta(days=_LATER[later]) if as_of is not None and _LATER[later] else None
    query = Joined(use_query(reads.payoff(store, route.loan_id, on)), loan)
    days = [
        ("0", ui.say("Today")),
        ("7", ui.plural("In {count} day", "In {count} days", 7)),
        ("14", ui.plural("In {count} day", "In {count} days", 14)),
    ]
    pay = Button(
        ui.say("Pay it all back"), lambda: ui.go(Pay(loan_id=route.loan_id, choice=Choice.PAYOFF)), identifier="pay-off"
    )
    return screen(
        ui,
        muted(ui, ui.say("Paying early ends the loan and the interest that was still to come.")),
        segments(ui, days, later, choose, identifier="day"),
        state_view(ui, query, lambda found: _quote(ui, *found), skeleton=skeleton.cards(ui, 300)),
        title=ui.say("Pay it all back"),
        back=lambda: ui.go(Loan(loan_id=route.loan_id)),
        actions=[pay] if query.value is not None and later == "0" else [],
    )


def _quote(ui: Ui, found: PayoffQuoteOut, loan: LoanOut) -> ft.Control:
    label = ui.say("Closes the loan on {day}", day=ui.date(found.on))
    saved = loan.outstanding - found.total
    nothing = Money.zero(found.total.currency)
    parts = (
        (ui.say("Principal"), found.principal),
        (
            ui.say("Interest paid ahead, given back")
            if found.interest < nothing
            else ui.say("Interest up to that day"),
            found.interest,
        ),
        (ui.say("Fees"), found.fee),
        (ui.say("Interest for being late"), found.penalty),
        (ui.say("Your credit, taken off"), -found.credit),
    )
    saving = chip(ui, ui.say("You save {amount} in interest", amount=saved), tone="good", icon_name="piggy-bank")
    shown = card(
        ui,
        column(muted(ui, label, LABEL), amount(ui, found.total, FIGURE, label=label), gap=Space.XXS),
        ft.Row([saving]) if nothing < saved else None,
        hairline(ui),
        heading(ui, ui.say("What it is made of"), 2, STRONG),
        column(*(fact(ui, name, part) for name, part in parts if part), gap=0),
    )
    until = ui.say(
        "This figure holds until {at}, if nothing else happens to the loan. A closed loan can't be opened again.",
        at=ui.instant(found.expires_at),
    )
    return column(shown, TimeLeft(found.expires_at), notice(ui, until, icon_name="clock"))
