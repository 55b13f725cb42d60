"""What happened to a loan's balance."""

import flet as ft

from app.components.layout import badge, tile
from app.components.text import amount
from app.design.tokens import STRONG
from app.ui import Ui
from shared.api.servicing import TransactionKind, TransactionOut


def movements(ui: Ui, found: list[TransactionOut]) -> list[ft.Control]:
    """One row each, the newest first."""
    return [_row(ui, each) for each in found]


def _row(ui: Ui, each: TransactionOut) -> ft.Control:
    icon_name, words = {
        TransactionKind.DISBURSEMENT: ("arrow-down-left", ui.say("Paid out to you")),
        TransactionKind.REPAYMENT: ("arrow-up-right", ui.say("Your payment")),
        TransactionKind.FEE: ("receipt", ui.say("Fee")),
        TransactionKind.PENALTY: ("warning", ui.say("Interest for being late")),
        TransactionKind.CREDIT_REFUND: ("arrow-u-up-left", ui.say("Paid back to you")),
    }.get(each.kind, ("coins", ui.say("Movement")))
    on = ui.date(each.effective_on)
    note = ui.say("{day}, taken back on {back}", day=on, back=ui.date(each.reversed_on)) if each.reversed_on else on
    tone = "good" if each.kind is TransactionKind.REPAYMENT and not each.reversed_on else "sunken"
    return tile(ui, words, note, lead=badge(ui, icon_name, tone=tone), trail=amount(ui, each.amount, STRONG))
