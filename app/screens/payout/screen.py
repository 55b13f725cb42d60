"""Signed, checked, sent, in the bank: the steps with their times, as they happen."""

from datetime import timedelta
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.for_whom import for_business
from app.components.layout import card, column, notice, tile
from app.components.press import Button
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import amount, muted
from app.components.timeline import Happening, Pace, timeline
from app.design.tokens import CAPTION, FIGURE, LABEL, Space
from app.guard import component
from app.hooks import use_news, use_query, use_store, use_ui
from app.routes import Accounts, Agreement, Chat, Home, Loan, Payout
from app.screens.accounts.chooser import account_name
from app.stores import reads
from app.ui import Ui
from shared.api.disbursement import DisbursementOut, DisbursementStatus

_LATE_AFTER = timedelta(hours=1)  # payouts take minutes


@component
def PayoutScreen(route: Payout) -> ft.Control:
    """In step with the payment, from the order to the account."""
    ui = use_ui()
    store = use_store()
    query = reads.payout(store, route.loan_id)
    waiting = query.value is None or query.value.status is DisbursementStatus.ORDERED
    use_news(query, *reads.MONEY_NEWS, every_s=5 if waiting else None)
    use_query(reads.accounts(store))
    loan = use_news(reads.loan(store, route.loan_id), *reads.MONEY_NEWS)
    agreement = loan.value.agreement_id if loan.value is not None else None
    return screen(
        ui,
        for_business(loan.value.business_id) if loan.value is not None else None,
        state_view(ui, query, lambda found: _payout(ui, found), skeleton=skeleton.cards(ui, 320)),
        _next(ui, route.loan_id, agreement, query.value),
        title=ui.say("Your money"),
        back=lambda: ui.go(Home()),
    )


def _payout(ui: Ui, found: DisbursementOut) -> ft.Control:
    label = {
        DisbursementStatus.PAID_OUT: ui.say("Paid out"),
        DisbursementStatus.FAILED: ui.say("Could not be paid out"),
        DisbursementStatus.CANCELLED: ui.say("Not paid out"),
    }.get(found.status, ui.say("On its way"))
    figure = column(muted(ui, label, LABEL), amount(ui, found.amount, FIGURE, label=label), gap=Space.XXS)
    quote = muted(ui, ui.say("Reference {reference}", reference=str(found.payout_id)), CAPTION)
    shown = card(ui, figure, timeline(ui, _steps(ui, found)), quote, gap=Space.XL)
    return column(ft.Semantics(live_region=True, container=True, content=shown), _trouble(ui, found))


def _trouble(ui: Ui, found: DisbursementOut) -> ft.Control | None:
    """What holds the money up, and whom to ask; nothing while it comes as it should."""
    ask = Button(ui.say("Talk to a person"), lambda: ui.go(Chat()), kind="plain", identifier="ask-about-money")
    if found.status is DisbursementStatus.FAILED:
        words = ui.say(
            "Your bank did not take it. Nothing is lost: our team sends it again, to another account if you add one."
        )
        fix = Button(ui.say("See your accounts"), lambda: ui.go(Accounts()), kind="soft")
        return notice(ui, words, tone="warn", icon_name="warning", then=column(fix, ask, gap=Space.XS))
    if found.status is not DisbursementStatus.ORDERED or ui.store.clock.now() - found.updated_at < _LATE_AFTER:
        return None
    words = ui.say(
        "This takes longer than usual. Some banks need until the next working day. Nothing is lost, and your loan "
        "begins only when the money is paid out. When you ask us, give the reference above."
    )
    return notice(ui, words, tone="warn", icon_name="clock", then=ask)


def _steps(ui: Ui, found: DisbursementOut) -> list[Happening]:
    accounts = reads.accounts(ui.store).value or []
    account = next((each for each in accounts if each.id == found.payout_account_id), None)
    where = account_name(account) if account is not None else ui.say("your account")
    sent = ui.instant(found.created_at)
    arrived = found.status is DisbursementStatus.PAID_OUT
    failed = found.status is DisbursementStatus.FAILED
    steps = [
        Happening(ui.say("Agreement signed"), sent, Pace.DONE),
        Happening(
            ui.say("Sent to {account}", account=where),
            sent,
            Pace.DONE if arrived else Pace.WRONG if failed else Pace.NOW,
        ),
    ]
    if found.status is DisbursementStatus.CANCELLED:
        return [*steps[:1], Happening(ui.say("Cancelled before it was sent"), ui.instant(found.updated_at), Pace.WRONG)]
    note = ui.instant(found.updated_at) if arrived else ui.say("Usually within minutes, at most one working day")
    return [*steps, Happening(ui.say("In your bank"), note, Pace.DONE if arrived else Pace.AHEAD)]


def _next(ui: Ui, loan_id: UUID, agreement_id: UUID | None, found: DisbursementOut | None) -> ft.Control:
    rows = None
    if agreement_id is not None:
        rows = card(
            ui,
            tile(
                ui,
                ui.say("Agreement and documents"),
                ui.say("And your right to cancel"),
                on_press=lambda: ui.go(Agreement(agreement_id=agreement_id)),
                identifier="to-agreement",
            ),
            padding=0,
        )
    ready = found is not None and found.status is DisbursementStatus.PAID_OUT
    go = Button(ui.say("See your loan"), lambda: ui.go(Loan(loan_id=loan_id)), identifier="to-loan") if ready else None
    return column(go, rows)
