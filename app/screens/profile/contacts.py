"""Where one is reached: phone and e-mail, shown and changed."""

from functools import partial

import flet as ft

from app.components.field import CodeField, Field
from app.components.layout import badge, list_card, notice, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.resend import Resend, where_it_went
from app.components.screen import screen
from app.components.text import muted, title
from app.guard import component, keyed
from app.hooks import use_kept, use_observed, use_store, use_ui
from app.routes import Contacts, Profile
from app.stores.contacts import ContactFlow, Step
from app.ui import Ui
from shared.api.identity import MeOut


@component
def ContactsScreen(route: Contacts) -> ft.Control:
    """What is known, then one page after the other."""
    del route
    ui = use_ui()
    store = use_store()
    session = use_observed(store.session)
    flow = use_observed(use_kept(lambda: ContactFlow(store)))
    action = use_observed(flow.action)

    def back() -> None:
        if not flow.back():
            ui.go(Profile())

    content, actions = _page(ui, flow, session.me)
    return screen(
        ui,
        *content,
        problem_notice(ui, action.problem),
        title=ui.say("Phone and e-mail"),
        back=back,
        actions=actions,
    )


def _page(ui: Ui, flow: ContactFlow, me: MeOut | None) -> tuple[list[ft.Control], list[ft.Control]]:
    match flow.step:
        case Step.TYPING:
            ready = len(flow.contact.strip()) >= 3
            send = Button(
                ui.say("Send code"), flow.send_code, disabled=not ready, busy=flow.action.busy, identifier="send-code"
            )
            return _typing(ui, flow), [send]
        case Step.CODE_THERE:
            return _code(ui, flow, ui.say("Enter the code"), ui.say("Code")), []
        case Step.CODE_HERE:
            why = ui.say("One more code, to where we reach you now: so nobody else can change this.")
            second = _code(ui, flow, ui.say("And the second code"), ui.say("Second code"))
            return [*second, notice(ui, why, icon_name="shield-check")], []
        case _:
            return _shown(ui, flow, me), []


def _shown(ui: Ui, flow: ContactFlow, me: MeOut | None) -> list[ft.Control]:
    ways = (
        ("phone", ui.say("Phone number"), me.phone if me else None, False),
        ("envelope-simple", ui.say("E-mail address"), me.email if me else None, True),
    )
    rows = [
        tile(
            ui,
            name,
            ui.words.verbatim(value) if value else ui.say("Not given yet"),
            lead=badge(ui, icon_name),
            on_press=partial(flow.begin, by_email=by_email),
            identifier="change-email" if by_email else "change-phone",
        )
        for icon_name, name, value, by_email in ways
    ]
    words = ui.say("You sign in by either, and we write to you there. Press one to change it.")
    return [muted(ui, words), list_card(ui, rows)]


def _typing(ui: Ui, flow: ContactFlow) -> list[ft.Control]:
    name = ui.say("E-mail address") if flow.by_email else ui.say("Phone number")
    field = Field(
        name,
        flow.contact,
        flow.write,
        helper="" if flow.by_email else ui.say("With its country code, or as you dial it at home."),
        keyboard=ft.KeyboardType.EMAIL if flow.by_email else ft.KeyboardType.PHONE,
        autofill=ft.AutofillHint.EMAIL if flow.by_email else ft.AutofillHint.TELEPHONE_NUMBER,
        on_submit=flow.send_code,
        latin=True,
        autofocus=True,
    )
    heading = ui.say("What is your new e-mail address?") if flow.by_email else ui.say("What is your new number?")
    return [title(ui, heading), field]


def _code(ui: Ui, flow: ContactFlow, heading: str, label: str) -> list[ft.Control]:
    assert flow.sent is not None, "a code was sent before this page"
    # Each code has a field of its own: what was typed into one is not shown in the next.
    which = str(flow.sent.challenge_id)
    field = keyed(which, CodeField, label, flow.code, flow.enter_code, digits=flow.sent.digits)
    return [title(ui, heading), where_it_went(ui, flow.sent), field, Resend(flow.sent, flow.send_again)]
