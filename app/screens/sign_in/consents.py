"""What newcomers agree to: one card for each purpose, none ticked before."""

import flet as ft

from app.components.layout import card, chip, column, row
from app.components.press import Button, Press
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.text import heading, muted, title
from app.components.tick import tick
from app.design.tokens import SMALL, STRONG
from app.stores.sign_in import SignInFlow
from app.ui import Ui
from shared.api.consents import ConsentTextOut


def consents(ui: Ui, flow: SignInFlow, back: Press) -> ft.Control:
    """The texts, each with its own tick."""
    return screen(
        ui,
        title(ui, ui.say("What you agree to")),
        muted(ui, ui.say("Each for its own purpose. What is optional you can withdraw in the settings at any time.")),
        column(*(_card(ui, flow, text) for text in flow.texts)),
        problem_notice(ui, flow.action.problem),
        back=back,
        actions=[
            Button(
                ui.say("Create my account"),
                flow.sign_up,
                disabled=not flow.can_agree,
                busy=flow.action.busy,
                identifier="create-account",
            )
        ],
    )


def _card(ui: Ui, flow: SignInFlow, text: ConsentTextOut) -> ft.Control:
    need = chip(ui, ui.say("Needed")) if text.required else chip(ui, ui.say("Optional"), tone="soft")
    return card(
        ui,
        row(ft.Container(content=heading(ui, text.title, 2, STRONG), expand=True), need),
        muted(ui, text.body, SMALL),
        tick(
            ui,
            ui.say("I agree: {title}", title=text.title),
            text.kind in flow.agreed,
            lambda yes: flow.agree(text.kind, yes=yes),
        ),
    )
