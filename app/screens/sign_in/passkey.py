"""Passkeys at the door: the button that leads to the page, and where the page leads back to."""

from collections.abc import Awaitable, Callable

import flet as ft

from app.components.layout import column
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank
from app.guard import component
from app.hooks import use_action, use_kept, use_observed, use_store, use_task, use_ui
from app.routes import PasskeyDone, SignIn
from app.stores.passkeys import Ended, ReturnFlow, begin_sign_in, can_use_passkeys
from app.ui import Ui
from shared.api.passkeys import CeremonyPurpose


@component
def PasskeyWay(place: str, kind: str = "soft") -> ft.Control:
    """Signs in with a passkey and goes on at `place`; nothing where passkeys can't be used."""
    ui = use_ui()
    store = use_store()
    use_observed(store.session)
    action = use_action()
    if not can_use_passkeys(store):
        return ft.Container(visible=False)

    async def begin() -> None:
        await action.run(lambda: begin_sign_in(store, place))

    button = Button(
        ui.say("Sign in with a passkey"),
        begin,
        kind=kind,
        icon_name="key",
        busy=action.busy,
        identifier="passkey-sign-in",
    )
    return column(button, problem_notice(ui, action.problem))


@component
def PasskeyDoneScreen(route: PasskeyDone) -> ft.Control:
    """Goes on by itself where it worked, and says why where it did not."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: ReturnFlow(store)))
    use_observed(flow.action)

    async def finish() -> None:
        await flow.finish(route.code)
        if flow.ended is Ended.DONE:
            if flow.purpose is CeremonyPurpose.ADD:  # this screen ends before the sentence does
                ui.start(lambda: store.toast.show(ui.say("The passkey is added")))
            ui.go(flow.next)

    use_task(finish, [route.code])
    if flow.ended in {None, Ended.DONE}:
        return screen(ui, blank(ui, ui.say("One moment"), "key"))
    if flow.ended is Ended.CANCELLED:
        return screen(
            ui, blank(ui, ui.say("Nothing was changed"), "key", ui.say("The passkey was not used.")), *_ways(ui, flow)
        )
    problem = flow.action.problem
    again = None if problem is None or problem.is_settled else _again(ui, flow, finish)
    return screen(ui, problem_notice(ui, problem), again, *_ways(ui, flow))


def _again(ui: Ui, flow: ReturnFlow, finish: Callable[[], Awaitable[None]]) -> ft.Control:
    return Button(ui.say("Try again"), finish, busy=flow.action.busy, identifier="passkey-again")


def _ways(ui: Ui, flow: ReturnFlow) -> list[ft.Control]:
    if ui.store.is_signed_in:
        return [Button(ui.say("Back"), lambda: ui.go(flow.next), kind="soft", identifier="passkey-back")]
    return [
        PasskeyWay(flow.next),
        Button(ui.say("Sign in another way"), lambda: ui.go(SignIn()), kind="plain", identifier="another-way"),
    ]
