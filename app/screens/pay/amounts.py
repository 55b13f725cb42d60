"""Which amount."""

from functools import partial

import flet as ft

from app.components.field import Field, choice
from app.components.layout import column
from app.components.text import heading
from app.guard import component
from app.hooks import use_ui, use_value
from app.stores.amounts import typed_minor
from app.stores.paying import Choice, PayFlow
from app.ui import Ui
from shared.api.servicing import LoanOut, ScheduleOut
from shared.money import Money


def amounts(ui: Ui, flow: PayFlow, loan: LoanOut, schedule: ScheduleOut) -> ft.Control:
    """The amounts there are, and any other one."""
    found = flow.choices(loan, schedule)
    names = {
        Choice.DUE: ui.say("Overdue") if loan.past_due else ui.say("Due now"),
        Choice.NEXT: ui.say("Next payment"),
        Choice.PAYOFF: ui.say("Everything, and be done"),
    }
    chosen = flow.choice or next(iter(found), Choice.OTHER)
    rows = [
        choice(
            ui,
            ui.money(amount),
            partial(flow.choose, kind),
            chosen=kind is chosen,
            subtitle=names[kind],
            identifier=f"pay-{kind.value}",
        )
        for kind, amount in found.items()
    ]
    other = choice(
        ui,
        ui.say("Another amount"),
        partial(flow.choose, Choice.OTHER),
        chosen=chosen is Choice.OTHER,
        subtitle=ui.say("Any part helps"),
        identifier="pay-other",
    )
    typed = Other(flow, loan.outstanding.currency) if chosen is Choice.OTHER else None
    return column(heading(ui, ui.say("How much?"), 2), *rows, other, typed, gap=10)


@component
def Other(flow: PayFlow, currency: str) -> ft.Control:
    """Any amount."""
    ui = use_ui()
    typed, write = use_value("")

    def changed(text: str) -> None:
        write(text)
        minor = typed_minor(text, currency)
        flow.choose(Choice.OTHER, Money.of(minor or 0, currency))

    return Field(
        ui.say("Amount"),
        typed,
        changed,
        keyboard=ft.KeyboardType.NUMBER,
        latin=True,
        autofocus=True,
        helper=currency,
        error=ui.say("Type an amount above zero.") if typed.strip() and not typed_minor(typed, currency) else "",
    )
