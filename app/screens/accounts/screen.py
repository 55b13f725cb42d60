"""The accounts on file."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, column, list_card, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import blank, state_view
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui, use_value
from app.routes import Accounts, Profile
from app.screens.accounts.chooser import NewAccount, account_name, ownership
from app.stores import businesses, reads
from app.stores.action import Action
from app.stores.joined import Joined
from app.ui import Ui
from shared.api.bank_accounts import AccountOwnership, BankAccountOut
from shared.api.members import BusinessOut

ASK_AGAIN_S = 5.0  # while a bank is asked


@component
def AccountsScreen(route: Accounts) -> ft.Control:
    """Each account with what its bank says, and a form for another one."""
    del route
    ui = use_ui()
    store = use_store()
    accounts = reads.accounts(store)
    asking = any(each.ownership is AccountOwnership.PENDING for each in accounts.value or [])
    query = Joined(use_query(accounts, every_s=ASK_AGAIN_S if asking else None), use_query(businesses.mine(store)))
    action = use_action()
    adding, add = use_value(False)
    body = (
        NewAccount(lambda _: add(False))
        if adding
        else state_view(
            ui,
            query,
            lambda found: _list(ui, *found, action),
            skeleton=skeleton.rows(ui, 2),
            empty=lambda: blank(
                ui, ui.say("No account yet"), "bank", ui.say("Add the one that you want to be paid to.")
            ),
        )
    )
    another = Button(ui.say("Add an account"), lambda: add(True), icon_name="plus", identifier="add-account")
    return screen(
        ui,
        body,
        problem_notice(ui, action.problem),
        title=ui.say("Bank accounts"),
        back=lambda: add(False) if adding else ui.go(Profile()),
        actions=[] if adding else [another],
    )


def _list(ui: Ui, accounts: list[BankAccountOut], mine: list[BusinessOut], action: Action) -> ft.Control:
    return column(*(_account(ui, each, businesses.name_of(mine, each.business_id), action) for each in accounts))


def _account(ui: Ui, account: BankAccountOut, business: str, action: Action) -> ft.Control:
    async def remove() -> None:
        await action.run(lambda: ui.store.client.onboarding.remove_bank_account(account.id))
        await ui.store.refresh(reads.ACCOUNTS)

    about = ui.aloud(ui.words.verbatim(business), ownership(ui, account.ownership))
    shown = tile(ui, account_name(account), about, lead=badge(ui, "storefront" if account.business_id else "bank"))
    away = Asking(
        ui.say("Remove"),
        ui.say("Remove this account?"),
        ui.say("Loans that were paid to it go on as they are."),
        ui.say("Remove"),
        partial(remove),
        danger=True,
    )
    return list_card(ui, [shown, away])
