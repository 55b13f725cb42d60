"""One question a page: where to send the code, the code, and for newcomers name and consents."""

from collections.abc import Callable

import flet as ft

from app.components.field import CodeField, Field, segments
from app.components.layout import column, notice, row
from app.components.press import Button, Press, link
from app.components.problem import field_error, problem_notice
from app.components.resend import Resend, where_it_went
from app.components.screen import screen
from app.components.text import muted, title
from app.design.tokens import SMALL
from app.guard import component, keyed
from app.hooks import use_kept, use_observed, use_pages, use_store, use_task, use_ui
from app.routes import Home, SignIn, Welcome
from app.screens.sign_in.consents import consents
from app.screens.sign_in.passkey import PasskeyWay
from app.stores.sign_in import SignInFlow, Step
from app.ui import Ui


@component
def SignInScreen(route: SignIn) -> ft.Control:
    """The page of the step that the flow is at."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: SignInFlow(store)))
    use_observed(flow.action)
    use_task(flow.begin, [])
    use_pages(
        route.step or Step.CONTACT,
        flow.step,
        lambda page: ui.go(SignIn(next=route.next, step="" if page == Step.CONTACT else page)),
        flow.show,
    )
    return steps(ui, flow, lambda: ui.go(Welcome(next=route.next)), place=route.next or Home().path)


def steps(ui: Ui, flow: SignInFlow, leave: Callable[[], None], *, place: str = "/") -> ft.Control:
    """What the flow's step looks like; `place` is where a passkey leads on to."""

    async def back() -> None:
        if not await flow.back():
            leave()

    match flow.step:
        case Step.CONTACT:
            return _contact(ui, flow, back, place)
        case Step.CODE:
            return _code(ui, flow, back)
        case Step.LINK_SENT:
            words = ui.say(
                "Open the link in the e-mail to {address} on this device. It works once.", address=flow.contact
            )
            return screen(ui, title(ui, ui.say("Look into your mailbox")), muted(ui, words), back=back)
        case Step.SECOND_FACTOR:
            return _second_factor(ui, flow, back)
        case Step.NAME:
            return _name(ui, flow, back)
        case Step.CONSENTS:
            return consents(ui, flow, back)
    raise AssertionError("every step has a page")


def _contact(ui: Ui, flow: SignInFlow, back: Press, place: str) -> ft.Control:
    ways = [("phone", ui.say("Phone")), ("email", ui.say("E-mail"))]
    wrong = field_error(ui, flow.action.problem, "email" if flow.by_email else "phone")
    chosen = "email" if flow.by_email else "phone"
    if flow.by_email:
        field = keyed(
            "email",
            Field,
            ui.say("E-mail address"),
            flow.contact,
            lambda text: flow.write(contact=text),
            error=wrong,
            keyboard=ft.KeyboardType.EMAIL,
            autofill=ft.AutofillHint.EMAIL,
            on_submit=flow.send_code,
            latin=True,
        )
    else:
        field = keyed(
            "phone",
            Field,
            ui.say("Phone number"),
            flow.contact,
            lambda text: flow.write(contact=text),
            error=wrong,
            helper=ui.say("With its country code, or as you dial it at home."),
            keyboard=ft.KeyboardType.PHONE,
            autofill=ft.AutofillHint.TELEPHONE_NUMBER,
            on_submit=flow.send_code,
            latin=True,
        )
    ready = len(flow.contact.strip()) >= 3
    link_way = Button(ui.say("Send me a link instead"), flow.send_link, kind="plain", disabled=not ready)
    return screen(
        ui,
        title(ui, ui.say("Sign in or sign up")),
        muted(ui, ui.say("We send you a code. There is no password to remember.")),
        segments(ui, ways, chosen, lambda way: flow.switch(by_email=way == "email"), identifier="way"),
        field,
        None if flow.by_email else muted(ui, ui.say("You know us from WhatsApp? Use the same number."), SMALL),
        None if wrong else problem_notice(ui, flow.action.problem),
        back=back,
        actions=[
            Button(
                ui.say("Send code"), flow.send_code, disabled=not ready, busy=flow.action.busy, identifier="send-code"
            ),
            *([link_way] if flow.by_email else []),
            PasskeyWay(place),
        ],
    )


def _code(ui: Ui, flow: SignInFlow, back: Press) -> ft.Control:
    assert flow.sent is not None, "a code was sent before this page"
    wrong = field_error(ui, flow.action.problem, "code")
    return screen(
        ui,
        title(ui, ui.say("Enter the code")),
        where_it_went(ui, flow.sent),
        CodeField(ui.say("Code"), flow.code, flow.enter_code, digits=flow.sent.digits, error=wrong),
        None if wrong else problem_notice(ui, flow.action.problem),
        row(
            Resend(flow.sent, flow.send_code),
            link(ui, ui.say("Change the address"), back, identifier="change-contact"),
            wrap=True,
        ),
        back=back,
        actions=[
            Button(
                ui.say("Continue"),
                flow.confirm_code,
                disabled=len(flow.code) < flow.sent.digits,
                busy=flow.action.busy,
                identifier="confirm-code",
            )
        ],
    )


def _second_factor(ui: Ui, flow: SignInFlow, back: Press) -> ft.Control:
    wrong = field_error(ui, flow.action.problem, "code")
    field = Field(
        ui.say("Code of the authenticator, or a recovery code"),
        flow.code,
        lambda text: flow.write(code=text),
        error=wrong,
        autofill=ft.AutofillHint.ONE_TIME_CODE,
        on_submit=flow.add_second_factor,
        latin=True,
        autofocus=True,
    )
    return screen(
        ui,
        title(ui, ui.say("One more step")),
        muted(ui, ui.say("Open your authenticator app and enter its code.")),
        field,
        None if wrong else problem_notice(ui, flow.action.problem),
        back=back,
        actions=[
            Button(
                ui.say("Continue"), flow.add_second_factor, disabled=len(flow.code.strip()) < 6, busy=flow.action.busy
            )
        ],
    )


def _name(ui: Ui, flow: SignInFlow, back: Press) -> ft.Control:
    wrong = field_error(ui, flow.action.problem, "name")
    field = Field(
        ui.say("Full name"),
        flow.name,
        lambda text: flow.write(name=text),
        error=wrong,
        helper=ui.say("As it stands on your identity document."),
        autofill=ft.AutofillHint.NAME,
        on_submit=flow.read_consents,
        autofocus=True,
    )
    return screen(
        ui,
        title(ui, ui.say("What is your name?")),
        column(field, None if wrong else problem_notice(ui, flow.action.problem)),
        notice(ui, ui.say("You are new here: welcome. This takes two more pages.")),
        back=back,
        actions=[
            Button(
                ui.say("Continue"),
                flow.read_consents,
                disabled=not flow.name.strip(),
                busy=flow.action.busy,
                identifier="name-done",
            )
        ],
    )
