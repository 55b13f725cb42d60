"""The payment that comes next: how much, when, and the way to pay it."""

from datetime import timedelta

import flet as ft

from app.components.layout import badge, card, chip, column, row
from app.components.press import Button
from app.components.text import amount, heading, muted, text
from app.design.tokens import FIGURE, LABEL, SMALL, Space
from app.routes import Hardship
from app.stores.home import Home
from app.ui import Ui
from shared.api.servicing import LoanOut

_SOON = timedelta(days=7)


def next_payment(ui: Ui, home: Home) -> ft.Control | None:
    """Nothing where nothing is owed."""
    loan = home.next_due
    if loan is None:
        return None
    return _overdue(ui, loan) if loan.past_due else _upcoming(ui, loan)


def days_left(ui: Ui, loan: LoanOut) -> str:
    """When the next payment is due, as days from the business date."""
    if loan.next_due_on is None or loan.as_of is None:
        return ""
    days = (loan.next_due_on - loan.as_of).days
    if days == 0:
        return ui.say("Due today")
    return ui.plural("Due in {count} day", "Due in {count} days", days)


def _is_soon(loan: LoanOut) -> bool:
    """Whether the date is so near that it has to catch the eye."""
    return loan.next_due_on is not None and loan.as_of is not None and loan.next_due_on - loan.as_of <= _SOON


def _upcoming(ui: Ui, loan: LoanOut) -> ft.Control:
    assert loan.next_due is not None, "a payment that comes has an amount"
    label = ui.say("Next payment")
    when = ui.date(loan.next_due_on) if loan.next_due_on is not None else ""
    words = column(
        heading(ui, label, 2, LABEL, ui.palette.muted),
        amount(ui, loan.next_due, FIGURE, label=label),
        row(
            muted(ui, when, SMALL),
            chip(ui, days_left(ui, loan), tone="warn" if _is_soon(loan) else "sunken", icon_name="clock"),
            wrap=True,
            gap=Space.S,
        ),
        gap=Space.XS,
    )
    pay = Button(ui.say("Pay now"), lambda: ui.go(f"/loans/{loan.id}/pay"), identifier="pay-now")
    return card(ui, row(ft.Container(content=words, expand=True), badge(ui, "calendar-check")), pay)


def _overdue(ui: Ui, loan: LoanOut) -> ft.Control:
    label = ui.say("Overdue")
    late = ui.plural("Since {count} day", "Since {count} days", loan.days_past_due)
    words = column(
        heading(ui, label, 2, LABEL, ui.palette.bad),
        amount(ui, loan.past_due, FIGURE, label=label),
        text(ui, late, SMALL, ui.palette.muted),
        gap=Space.XS,
    )
    pay = Button(ui.say("Pay now"), lambda: ui.go(f"/loans/{loan.id}/pay"), identifier="pay-now")
    lead = row(ft.Container(content=words, expand=True), badge(ui, "warning", tone="bad"))
    return card(ui, lead, pay, cannot_pay(ui, loan))


def cannot_pay(ui: Ui, loan: LoanOut) -> ft.Control:
    """The other way on for who is late, as large as the way to pay."""
    return Button(ui.say("I can't pay"), lambda: ui.go(Hardship(loan_id=loan.id)), kind="soft", identifier="cannot-pay")
