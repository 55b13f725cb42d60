"""Giving the permission, seeing it, ending it."""

from functools import partial
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.for_whom import for_business
from app.components.layout import badge, card, chip, column, notice, row
from app.components.offline import looked_for, offline_reason
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import state_view
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui, use_value
from app.routes import AutoDebit, Loan
from app.screens.accounts.chooser import AccountChooser, account_name
from app.stores import reads
from app.stores.action import Action
from app.stores.joined import Joined
from app.ui import Ui
from shared.api.bank_accounts import BankAccountOut
from shared.api.payments import MandateIn, MandateOut, MandateStatus
from shared.api.servicing import LoanOut

_LIVING = frozenset({MandateStatus.PENDING, MandateStatus.ACTIVE})


@component
def AutoDebitScreen(route: AutoDebit) -> ft.Control:
    """The mandate of a loan."""
    ui = use_ui()
    store = use_store()
    mandates = reads.mandates(store, route.loan_id)
    pending = any(each.status is MandateStatus.PENDING for each in mandates.value or [])
    loan = reads.loan(store, route.loan_id)
    query = Joined(loan, mandates)
    use_query(loan, every_s=looked_for(query))
    use_query(mandates, every_s=2 if pending else looked_for(query))
    use_query(reads.accounts(store))
    action = use_action()
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: _mandates(ui, *found, action, offline_reason(ui, query)),
            skeleton=skeleton.cards(ui, 160, 72),
        ),
        problem_notice(ui, action.problem),
        title=ui.say("Automatic debit"),
        back=lambda: ui.go(Loan(loan_id=route.loan_id)),
    )


def _mandates(ui: Ui, loan: LoanOut, found: list[MandateOut], action: Action, offline: str) -> ft.Control:
    living = next((each for each in found if each.status in _LIVING), None)
    return _living(ui, living, action, offline) if living is not None else Give(loan, offline)


def _living(ui: Ui, mandate: MandateOut, action: Action, offline: str) -> ft.Control:
    account = next((each for each in reads.accounts(ui.store).value or [] if each.id == mandate.bank_account_id), None)
    where = account_name(account) if account is not None else ui.say("your account")
    is_active = mandate.status is MandateStatus.ACTIVE

    async def end() -> None:
        await action.run(lambda: ui.store.client.payments.cancel_mandate(mandate.id))
        await ui.store.refresh(("mandates", mandate.loan_id))

    state = (
        chip(ui, ui.say("On"), tone="good", icon_name="check")
        if is_active
        else chip(ui, ui.say("Your bank is being asked"), tone="warn", icon_name="clock")
    )
    words = column(heading(ui, where, 2, STRONG), row(state, gap=0), gap=Space.XS)
    return column(
        card(
            ui,
            row(
                badge(ui, "repeat", tone="good" if is_active else "soft", size=52),
                ft.Container(content=words, expand=True),
                gap=Space.L,
            ),
        ),
        notice(ui, ui.say("We remind you the day before each debit, so that the money is there."), icon_name="bell"),
        Asking(
            ui.say("Turn it off"),
            ui.say("Turn automatic debit off?"),
            ui.say("You then pay each instalment yourself. Nothing else changes."),
            ui.say("Turn it off"),
            partial(end),
            danger=True,
            reason=offline,
        ),
    )


def _only_one(accounts: list[BankAccountOut], business_id: UUID | None) -> str:
    """The borrower's account, where there is no choice."""
    theirs = [each for each in accounts if each.business_id == business_id]
    return str(theirs[0].id) if len(theirs) == 1 else ""


@component
def Give(loan: LoanOut, offline: str) -> ft.Control:
    """Choosing which of the borrower's accounts is to be debited."""
    ui = use_ui()
    store = use_store()
    action = use_action()
    picked, choose = use_value("")
    chosen = picked or _only_one(reads.accounts(store).value or [], loan.business_id)

    async def give() -> None:
        body = MandateIn(loan_id=loan.id, bank_account_id=UUID(chosen))
        made = await action.run(lambda: store.client.payments.create_mandate(body, idempotency_key=action.key(body)))
        if made is not None:
            await store.refresh(("mandates", loan.id))

    return column(
        title(ui, ui.say("Never miss a date")),
        for_business(loan.business_id),
        muted(
            ui,
            ui.say("You permit us to debit each instalment on its due date, and no more. You can end it at any time."),
            SMALL,
        ),
        AccountChooser(chosen, lambda found: choose(str(found)), loan.business_id),
        problem_notice(ui, action.problem),
        Button(
            ui.say("Turn it on"),
            give,
            disabled=not chosen,
            busy=action.busy,
            identifier="give-mandate",
            reason=offline,
        ),
    )
