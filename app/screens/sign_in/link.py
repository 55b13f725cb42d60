"""Where the link of an e-mail leads."""

import flet as ft

from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank
from app.guard import component
from app.hooks import use_kept, use_observed, use_store, use_task, use_ui
from app.routes import MagicLink, SignIn
from app.screens.sign_in.screen import steps
from app.stores.sign_in import SignInFlow, Step


@component
def MagicLinkScreen(route: MagicLink) -> ft.Control:
    """Redeems the link once; goes on as after a code."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: SignInFlow(store)))
    use_observed(flow.action)
    use_task(lambda: flow.redeem(route.token), [route.token])
    if flow.step is not Step.CONTACT:
        return steps(ui, flow, lambda: ui.go(SignIn()))
    if flow.action.problem is None:
        return screen(ui, blank(ui, ui.say("Signing you in"), "link-simple"))
    again = Button(ui.say("Sign in another way"), lambda: ui.go(SignIn()), kind="soft")
    return screen(ui, problem_notice(ui, flow.action.problem), again)
