"""The look back before an account is debited: from where, to what, how much, when, at which cost."""

import flet as ft

from app.components.layout import column, fact, notice
from app.components.press import Button, Press
from app.components.sheet import sheet_body, use_sheet
from app.components.text import amount, muted
from app.design.tokens import FIGURE, SMALL
from app.guard import component
from app.hooks import use_query, use_store, use_ui, use_value
from app.screens.accounts.chooser import account_name
from app.screens.home.loans import product_name
from app.stores import reads
from app.stores.paying import PayFlow
from app.stores.state import Loading
from app.ui import Ui
from shared.api.payments import MandateOut, OrderOut, OrderStatus
from shared.api.servicing import LoanOut, TransactionKind, TransactionOut
from shared.money import Money

_OVER = frozenset({OrderStatus.SETTLED, OrderStatus.FAILED, OrderStatus.CANCELLED})


@component
def Debit(flow: PayFlow, loan: LoanOut, chosen: Money, mandate: MandateOut, reason: str) -> ft.Control:
    """The button that asks before it takes anything."""
    ui = use_ui()
    is_open, set_open = use_value(False)

    async def pay() -> None:
        set_open(False)
        await flow.set_going(chosen, mandate.id)

    def close() -> None:
        set_open(False)

    use_sheet(ui, is_open=is_open, draw=lambda: Review(loan, chosen, mandate, pay, close), on_close=close)
    label = ui.say("Pay {amount}", amount=chosen)
    return Button(label, lambda: set_open(True), busy=flow.action.busy, identifier="set-going", reason=reason)


@component
def Review(loan: LoanOut, chosen: Money, mandate: MandateOut, on_yes: Press, on_no: Press) -> ft.Control:
    """All that the debit is, and whether the same was paid already, from another device too."""
    ui = use_ui()
    store = use_store()
    accounts = use_query(reads.accounts(store)).value or []
    moved = use_query(reads.transactions(store, loan.id))
    debits = use_query(reads.debits(store, mandate.id))
    account = next((each for each in accounts if each.id == mandate.bank_account_id), None)
    label = ui.say("We debit")
    facts = (
        (ui.say("From"), account_name(account) if account is not None else ui.say("your account")),
        (ui.say("To"), product_name(ui, loan.product_kind)),
        (ui.say("Day"), ui.date(loan.as_of) if loan.as_of is not None else ui.say("Today")),
        (ui.say("Cost"), ui.say("Nothing from us")),
    )
    return sheet_body(
        ui,
        ui.say("Debit your account?"),
        on_no,
        amount(ui, chosen, FIGURE, label=label),
        column(*(fact(ui, name, value) for name, value in facts), gap=0),
        *_twice(ui, loan, chosen, moved.value or [], debits.value or []),
        muted(ui, ui.say("Your bank is asked at once. What is taken can't be stopped here."), SMALL),
        Button(
            ui.say("Debit {amount}", amount=chosen),
            on_yes,
            disabled=isinstance(debits.state, Loading) or isinstance(moved.state, Loading),
            identifier="confirm",
        ),
        Button(ui.say("Not now"), on_no, kind="plain"),
    )


def _twice(
    ui: Ui, loan: LoanOut, chosen: Money, moved: list[TransactionOut], debits: list[OrderOut]
) -> list[ft.Control]:
    """What looks like the same payment: one of the same sum that is under way, or came in on the same day."""
    found: list[str] = [
        ui.say(
            "A debit of {amount} is under way since {at}. Wait for it before you pay again.",
            amount=each.amount,
            at=ui.instant(each.created_at),
        )
        for each in debits
        if each.amount == chosen and each.status not in _OVER
    ]
    found += [
        ui.say(
            "{amount} was paid on {day} already. Pay again only if you mean to.",
            amount=each.amount,
            day=each.effective_on,
        )
        for each in moved
        if each.kind is TransactionKind.REPAYMENT
        and each.reversed_on is None
        and each.amount == chosen
        and each.effective_on == loan.as_of
    ]
    return [notice(ui, words, tone="warn", icon_name="warning") for words in found[:2]]
