"""What happened to a loan's balance; each opens with what it is made of, and the way to say that it is wrong."""

from collections.abc import Callable

import flet as ft

from app.components.layout import badge, column, fact, tile
from app.components.press import Button
from app.components.sheet import sheet_body, use_sheet
from app.components.text import amount, muted
from app.design.tokens import FIGURE, SMALL, STRONG, Space
from app.guard import component, keyed
from app.hooks import use_ui, use_value
from app.routes import NewDispute
from app.ui import Ui
from shared.api.servicing import LoanOut, TransactionKind, TransactionOut


def moved_words(ui: Ui, kind: TransactionKind) -> tuple[str, str]:
    """The icon and the name of a movement."""
    return {
        TransactionKind.DISBURSEMENT: ("arrow-down-left", ui.say("Paid out to you")),
        TransactionKind.REPAYMENT: ("arrow-up-right", ui.say("Your payment")),
        TransactionKind.FEE: ("receipt", ui.say("Fee")),
        TransactionKind.PENALTY: ("warning", ui.say("Interest for being late")),
        TransactionKind.CREDIT_REFUND: ("arrow-u-up-left", ui.say("Paid back to you")),
        TransactionKind.INTEREST_WAIVER: ("check", ui.say("Interest waived")),
        TransactionKind.FEE_WAIVER: ("check", ui.say("Fee waived")),
        TransactionKind.PENALTY_WAIVER: ("check", ui.say("Interest for being late waived")),
        TransactionKind.GOODWILL_CREDIT: ("coins", ui.say("Goodwill credit")),
        TransactionKind.WRITE_OFF: ("flag", ui.say("Written off")),
    }[kind]


def movements(loan: LoanOut, found: list[TransactionOut]) -> list[ft.Control]:
    """One row each, the newest first."""
    return [keyed(str(each.id), Movement, loan, each) for each in found]


@component
def Movement(loan: LoanOut, each: TransactionOut) -> ft.Control:
    """A row that opens."""
    ui = use_ui()
    is_open, set_open = use_value(False)
    use_sheet(
        ui,
        is_open=is_open,
        draw=lambda: MovementSheet(loan, each, lambda: set_open(False)),
        on_close=lambda: set_open(False),
    )
    icon_name, words = moved_words(ui, each.kind)
    tone = "good" if each.kind is TransactionKind.REPAYMENT and not each.reversed_on else "sunken"
    return tile(
        ui,
        words,
        _when(ui, each),
        lead=badge(ui, icon_name, tone=tone),
        trail=amount(ui, each.amount, STRONG),
        on_press=lambda: set_open(True),
        identifier=f"movement-{each.id}",
    )


def _when(ui: Ui, each: TransactionOut) -> str:
    on = ui.date(each.effective_on)
    return ui.say("{day}, taken back on {back}", day=on, back=ui.date(each.reversed_on)) if each.reversed_on else on


@component
def MovementSheet(loan: LoanOut, each: TransactionOut, close: Callable[[], None]) -> ft.Control:
    """What a movement is made of."""
    ui = use_ui()
    label = moved_words(ui, each.kind)[1]
    parts = each.parts
    made_of = (
        (
            (ui.say("Principal"), parts.principal),
            (ui.say("Interest"), parts.interest),
            (ui.say("Fees"), parts.fee),
            (ui.say("Interest for being late"), parts.penalty),
        )
        if parts is not None and each.kind is TransactionKind.REPAYMENT
        else ()
    )

    def wrong() -> None:
        close()
        ui.go(NewDispute(loan_id=loan.id, about=each.id))

    return sheet_body(
        ui,
        label,
        close,
        column(amount(ui, each.amount, FIGURE, label=label), muted(ui, _when(ui, each), SMALL), gap=Space.XS),
        column(
            *(fact(ui, name, part) for name, part in made_of if part),
            fact(ui, ui.say("Reference"), ui.words.verbatim(each.reference)),
            gap=0,
        ),
        Button(ui.say("Something is wrong with it"), wrong, kind="soft", icon_name="scales", identifier="dispute-it"),
    )
