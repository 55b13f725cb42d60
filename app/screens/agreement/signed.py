"""After the signature: what was signed, and the right to change one's mind."""

from functools import partial

import flet as ft

from app.components.layout import badge, card, column, notice, row
from app.components.press import Button
from app.components.sheet import Asking
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, TITLE_3, Space
from app.routes import Apply, Payoff, Payout
from app.stores.signing import SigningFlow
from app.ui import Ui
from shared.api.agreements import AgreementOut, AgreementStatus, CancelReason


def signed(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control:
    """The state after signing, cancelled or not."""
    match found.status:
        case AgreementStatus.CANCELLED:
            again = Button(ui.say("Apply again"), lambda: ui.go(Apply()), kind="soft")
            return column(notice(ui, ui.say("This agreement is cancelled. Nothing is owed."), icon_name="flag"), again)
        case AgreementStatus.CANCELLING:
            return _cancelling(ui, found)
        case _:
            return _signed(ui, flow, found)


def _signed(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control:
    at = ui.instant(found.signed_at) if found.signed_at is not None else ""
    words = column(
        heading(ui, ui.say("Signed"), 2, TITLE_3),
        muted(ui, ui.say("On {at}", at=at), SMALL),
        gap=Space.XXS,
    )
    head = card(
        ui, row(badge(ui, "seal-check", tone="good", size=52), ft.Container(content=words, expand=True), gap=Space.L)
    )
    follow = Button(
        ui.say("Follow your money"), lambda: ui.go(Payout(loan_id=found.loan_id)), identifier="follow-money"
    )
    return column(head, follow, _cooling_off(ui, flow, found) if found.may_cancel else None)


def _cooling_off(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control:
    until = ui.date(found.cooling_off_until) if found.cooling_off_until is not None else ""
    paid_out = found.disbursed_on is not None
    how = (
        ui.say("You pay back what you received, with the interest of the days in between.")
        if paid_out
        else ui.say("The money is not sent then, and nothing is owed.")
    )
    ask = Asking(
        ui.say("Cancel the agreement"),
        ui.say("Cancel this agreement?"),
        how,
        ui.say("Cancel the agreement"),
        partial(flow.cancel, found, CancelReason.CHANGED_MIND),
        danger=True,
    )
    return card(
        ui,
        heading(ui, ui.say("You may change your mind"), 2, STRONG),
        muted(ui, ui.say("Until {day}, without giving a reason.", day=until), SMALL),
        muted(ui, how, SMALL),
        ask,
    )


def _cancelling(ui: Ui, found: AgreementOut) -> ft.Control:
    by = ui.date(found.return_by) if found.return_by is not None else ""
    words = ui.say("You cancelled. Pay back what you received by {day}, then nothing is owed.", day=by)
    pay = Button(ui.say("Pay it back"), lambda: ui.go(Payoff(loan_id=found.loan_id)))
    return column(notice(ui, words, tone="warn", icon_name="clock"), pay)
