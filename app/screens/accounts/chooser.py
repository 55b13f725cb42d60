"""Choosing an account, or adding one."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.field import Field, choice
from app.components.layout import column
from app.components.press import Button
from app.components.problem import field_error, problem_notice
from app.components.sheet import Select
from app.components.state_view import state_view
from app.components.text import heading
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui, use_value
from app.stores import reads
from app.stores.banks import NIGERIAN_BANKS, AccountForm
from app.ui import Ui
from shared.api.bank_accounts import AccountOwnership, AccountScheme, BankAccountOut

_NO_BREAK = "\N{NO-BREAK SPACE}"


@component
def AccountChooser(chosen: str, on_choose: Callable[[UUID], object], business_id: UUID | None = None) -> ft.Control:
    """The accounts there are, one's own or those of a business, and a form for another one."""
    ui = use_ui()
    query = use_query(reads.accounts(use_store()), every_s=5)
    adding, add = use_value(False)

    def added(account: BankAccountOut) -> None:
        add(False)
        on_choose(account.id)

    if adding:
        return NewAccount(added, business_id)
    another = Button(
        ui.say("Add an account"), lambda: add(True), kind="plain", icon_name="plus", identifier="add-account"
    )

    def ready(accounts: list[BankAccountOut]) -> ft.Control:
        theirs = [each for each in accounts if each.business_id == business_id]
        if not theirs:
            return NewAccount(added, business_id)
        rows = [_row(ui, each, str(each.id) == chosen, on_choose) for each in theirs]
        return column(*rows, another, gap=10)

    waiting = skeleton.cards(ui, 72, 54)
    return state_view(ui, query, ready, skeleton=waiting, empty=lambda: NewAccount(added, business_id))


def _row(ui: Ui, account: BankAccountOut, is_chosen: bool, on_choose: Callable[[UUID], object]) -> ft.Control:
    return choice(
        ui,
        account_name(account),
        partial(on_choose, account.id),
        chosen=is_chosen,
        subtitle=ownership(ui, account.ownership),
        icon_name="bank",
        identifier=f"account-{account.id}",
    )


def bank_name(account: BankAccountOut) -> str:
    """The bank's name where we know its code, else the code."""
    return (
        dict(NIGERIAN_BANKS).get(account.bank_code, account.bank_code) if account.country == "NG" else account.bank_code
    )


def account_name(account: BankAccountOut) -> str:
    """The bank with the account's last figures, which stay together on one line."""
    return f"{bank_name(account)} {account.number_masked.replace(' ', _NO_BREAK)}"


def ownership(ui: Ui, state: AccountOwnership) -> str:
    """What the bank says about whose account it is."""
    return {
        AccountOwnership.PENDING: ui.say("Asking your bank"),
        AccountOwnership.CONFIRMED: ui.say("Confirmed by your bank"),
        AccountOwnership.MISMATCH: ui.say("Not in your name: choose another one"),
        AccountOwnership.NOT_FOUND: ui.say("Your bank does not know it: check the number"),
    }.get(state, ui.say("Your bank does not say"))


@component
def NewAccount(on_added: Callable[[BankAccountOut], object], business_id: UUID | None = None) -> ft.Control:
    """The form for an account in the tenant's country, one's own or that of a business."""
    ui = use_ui()
    store = use_store()
    form = use_observed(use_kept(lambda: AccountForm(store, business_id)))
    action = use_observed(form.action)

    async def save() -> None:
        saved = await form.save()
        if saved is not None:
            on_added(saved)

    # A bank chosen from a list has no place for words of its own.
    named = {"number", "holder_name", *(["bank_code"] if form.scheme is AccountScheme.LOCAL else [])}
    return column(
        heading(ui, ui.say("A new account"), 2),
        _bank(ui, form),
        Field(
            ui.say("IBAN") if form.scheme is AccountScheme.IBAN else ui.say("Account number"),
            form.number,
            lambda typed: form.write(number=typed),
            error=field_error(ui, action.problem, "number"),
            keyboard=ft.KeyboardType.TEXT if form.scheme is AccountScheme.IBAN else ft.KeyboardType.NUMBER,
            latin=True,
        ),
        Field(
            ui.say("Account holder"),
            form.holder,
            lambda typed: form.write(holder=typed),
            error=field_error(ui, action.problem, "holder_name"),
        ),
        problem_notice(ui, action.problem, at=named),
        Button(
            ui.say("Add this account"), save, disabled=not form.is_complete, busy=action.busy, identifier="save-account"
        ),
    )


def _bank(ui: Ui, form: AccountForm) -> ft.Control | None:
    if form.scheme is AccountScheme.IBAN:
        return None
    if form.scheme is AccountScheme.NUBAN:
        return Select(
            ui.say("Bank"), NIGERIAN_BANKS, form.bank_code, lambda code: form.write(bank_code=code), identifier="bank"
        )
    return Field(
        ui.say("Bank code"),
        form.bank_code,
        lambda typed: form.write(bank_code=typed),
        error=field_error(ui, form.action.problem, "bank_code"),
        latin=True,
    )
