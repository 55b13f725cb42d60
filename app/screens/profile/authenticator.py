"""The authenticator app as a second step: set up, confirmed, removed."""

from collections.abc import Awaitable, Callable

import flet as ft

from app.components.field import Field
from app.components.layout import badge, card, column, notice, row
from app.components.press import Button, Press, icon_button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.text import heading, muted, text, title
from app.design.tokens import SMALL, STRONG, TITLE_3, Space
from app.guard import component
from app.hooks import use_kept, use_observed, use_store, use_ui, use_value
from app.routes import Authenticator, Profile
from app.stores.action import Action
from app.stores.authenticator import AuthenticatorFlow
from app.ui import Ui
from shared.api.identity import AuthenticatorOut


@component
def AuthenticatorScreen(route: Authenticator) -> ft.Control:
    """On or off, and the way from one to the other."""
    del route
    ui = use_ui()
    store = use_store()
    session = use_observed(store.session)
    flow = use_observed(use_kept(lambda: AuthenticatorFlow(store)))
    action = use_observed(flow.action)
    if flow.recovery_codes:
        body = _codes(ui, flow.recovery_codes, flow.kept)
    elif session.me is not None and session.me.second_factor:
        body = _on(ui, flow)
    elif flow.secret is not None:
        body = column(
            _secret(ui, flow.secret),
            Ask(ui.say("Turn it on"), ui.say("Then enter the code that it shows."), flow.confirm, action),
        )
    else:
        body = _off(ui, flow.begin, action)
    return screen(
        ui, body, problem_notice(ui, action.problem), title=ui.say("Authenticator"), back=lambda: ui.go(Profile())
    )


def _on(ui: Ui, flow: AuthenticatorFlow) -> ft.Control:
    renew = Ask(
        ui.say("New recovery codes"),
        ui.say("It is on. If you have used or lost your recovery codes, get new ones by a code of it."),
        flow.renew,
        flow.action,
        identifier="renew-codes",
    )
    remove = Ask(ui.say("Turn it off"), ui.say("Or turn it off, by a code of it as well."), flow.remove, flow.action)
    return column(renew, remove, gap=Space.XL)


def _off(ui: Ui, begin: Press, action: Action) -> ft.Control:
    return column(
        row(badge(ui, "lock-key", size=64)),
        title(ui, ui.say("A second step")),
        muted(
            ui,
            ui.say(
                "An app on your phone makes a new code every half minute. Whoever wants to sign in as you needs it too."
            ),
        ),
        Button(ui.say("Set it up"), begin, busy=action.busy, identifier="begin-authenticator"),
    )


def _secret(ui: Ui, found: AuthenticatorOut) -> ft.Control:
    async def copy() -> None:
        await ui.store.platform.copy(found.secret)
        await ui.store.toast.show(ui.say("Copied"))

    spaced = " ".join(found.secret[at : at + 4] for at in range(0, len(found.secret), 4))
    line = row(
        ft.Container(content=text(ui, spaced, STRONG), expand=True),
        icon_button(ui, "copy", ui.say("Copy the key"), copy, ground=ui.palette.soft, identifier="copy-secret"),
    )
    opened = Button(
        ui.say("Open in an authenticator on this device"),
        lambda: ui.store.platform.open_link(found.uri),
        kind="soft",
        icon_name="device-mobile",
    )
    return card(
        ui,
        heading(ui, ui.say("Add this key to your authenticator"), 2, TITLE_3),
        ft.Semantics(identifier="secret", container=True, content=line),
        opened,
    )


@component
def Ask(
    label: str,
    words: str,
    on_code: Callable[[str], Awaitable[None]],
    action: Action,
    *,
    identifier: str = "confirm-authenticator",
) -> ft.Control:
    """Asks for a code of the authenticator."""
    ui = use_ui()
    code, write = use_value("")

    async def send() -> None:
        await on_code(code.strip())

    return column(
        muted(ui, words),
        Field(ui.say("Code"), code, write, keyboard=ft.KeyboardType.NUMBER, latin=True, on_submit=send),
        Button(label, send, disabled=len(code.strip()) < 6, busy=action.busy, identifier=identifier),
    )


def _codes(ui: Ui, codes: tuple[str, ...], done: Press) -> ft.Control:
    async def copy() -> None:
        await ui.store.platform.copy("\n".join(codes))
        await ui.store.toast.show(ui.say("Copied"))

    lines = [text(ui, each, STRONG) for each in codes]
    return column(
        heading(ui, ui.say("Keep these codes"), 2, TITLE_3),
        muted(ui, ui.say("Each stands in for the authenticator once. They are shown only now."), SMALL),
        card(ui, *lines, gap=Space.S),
        notice(ui, ui.say("The second step is on."), tone="good", icon_name="check-circle"),
        Button(ui.say("Copy them"), copy, kind="soft", icon_name="copy"),
        Button(ui.say("I have kept them"), done),
    )
