"""One's passkeys: which there are, how one is added, renamed, removed."""

from collections.abc import Callable, Sequence
from functools import partial

import flet as ft

from app.components import skeleton
from app.components.field import CodeField, Field
from app.components.layout import badge, chip, column, list_card, notice, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.resend import Resend, where_it_went
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import blank, state_view
from app.components.text import muted, title
from app.design.tokens import SMALL, Space
from app.guard import component, keyed
from app.hooks import use_kept, use_observed, use_query, use_store, use_task, use_ui, use_value
from app.routes import Passkeys, Profile
from app.stores import reads
from app.stores.passkeys import AddingFlow, can_use_passkeys
from app.ui import Ui
from shared.api.passkeys import PasskeyOut


@component
def PasskeysScreen(route: Passkeys) -> ft.Control:
    """The list, or the code that confirms a new one."""
    ui = use_ui()
    store = use_store()
    query = use_query(reads.passkeys(store))
    flow = use_observed(use_kept(lambda: AddingFlow(store)))
    use_observed(flow.action)
    use_task(flow.recall, [])
    if flow.sent is not None:
        return _code_page(ui, flow, route)
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: _list(ui, found, flow),
            skeleton=skeleton.rows(ui, 2),
            empty=lambda: _none(ui, flow),
        ),
        problem_notice(ui, flow.action.problem),
        title=ui.say("Passkeys"),
        back=lambda: ui.go(Profile()),
    )


def _list(ui: Ui, found: Sequence[PasskeyOut], flow: AddingFlow) -> ft.Control:
    words = ui.say("A passkey signs you in with your face, your fingerprint or the lock of your device.")
    rows = [keyed(str(each.id), Passkey, each, flow) for each in found]
    return column(muted(ui, words, SMALL), *rows, _add(ui, flow, kind="soft"), gap=Space.M)


def _none(ui: Ui, flow: AddingFlow) -> ft.Control:
    words = ui.say(
        "Sign in with your face, your fingerprint or the lock of your device: no code to wait for, none to steal."
    )
    return blank(ui, ui.say("No passkey yet"), "key", words, _add(ui, flow, kind="main"))


def _add(ui: Ui, flow: AddingFlow, *, kind: str) -> ft.Control:
    if not can_use_passkeys(ui.store):
        words = ui.say("Passkeys can be added at the app's own address, not from here.")
        return notice(ui, words)
    return Button(
        ui.say("Add a passkey"),
        flow.send_code,
        kind=kind,
        icon_name="plus",
        busy=flow.action.busy,
        identifier="add-passkey",
    )


@component
def Passkey(each: PasskeyOut, flow: AddingFlow) -> ft.Control:
    """One of them, with the ways to rename and to remove it."""
    ui = use_ui()
    renaming, rename = use_value(False)
    if renaming:
        return list_card(ui, [Renaming(each, flow, lambda: rename(False))])
    name = ui.words.verbatim(each.name)
    added = ui.instant(each.added_at)
    since = (
        ui.say("Added {added}, not used yet", added=added)
        if each.last_used_at is None
        else ui.say("Added {added}, last used {used}", added=added, used=ui.instant(each.last_used_at))
    )
    is_here = each.id in flow.here
    here = chip(ui, ui.say("Added here"), tone="good", icon_name="check") if is_here else None
    ask = Asking(
        ui.say("Remove"),
        ui.say("Remove this passkey?"),
        ui.say("It signs you in no more. Delete it on your device too. A code still signs you in."),
        ui.say("Remove"),
        partial(flow.remove, each.id),
        danger=True,
        identifier=f"remove-{each.id}",
    )
    change = Button(ui.say("Rename"), lambda: rename(True), kind="plain", identifier=f"rename-{each.id}")
    shown = tile(ui, name, since, lead=badge(ui, "key"), trail=here)
    return list_card(ui, [shown, change, ask])


@component
def Renaming(each: PasskeyOut, flow: AddingFlow, done: Callable[[], None]) -> ft.Control:
    """Asks for another name."""
    ui = use_ui()
    name, write = use_value(each.name)

    async def save() -> None:
        await flow.rename(each.id, name)
        if flow.action.problem is None:
            done()

    inner = column(
        Field(ui.say("Name of the passkey"), name, write, max_length=60, on_submit=save, autofocus=True),
        Button(ui.say("Save"), save, disabled=not name.strip(), busy=flow.action.busy, identifier=f"save-{each.id}"),
    )
    return ft.Container(content=inner, padding=Space.L)


def _code_page(ui: Ui, flow: AddingFlow, route: Passkeys) -> ft.Control:
    sent = flow.sent
    assert sent is not None, "a code was sent before this page"
    return screen(
        ui,
        title(ui, ui.say("Confirm with the code")),
        where_it_went(ui, sent),
        CodeField(ui.say("Code"), flow.code, lambda code: flow.enter_code(code, route.path), digits=sent.digits),
        problem_notice(ui, flow.action.problem),
        notice(ui, ui.say("Next your device asks for your face, your fingerprint or its lock."), icon_name="key"),
        back=flow.leave_code,
        actions=[Resend(sent, flow.send_code)],
    )
