"""The language, at once."""

from functools import partial

import flet as ft

from app.components.field import choice
from app.components.layout import column, notice
from app.components.problem import problem_notice
from app.components.screen import screen
from app.design.tokens import Space
from app.guard import component
from app.hooks import use_action, use_store, use_ui
from app.routes import Profile, Speech
from shared.api.identity import MeChange
from shared.i18n import Language


@component
def SpeechScreen(route: Speech) -> ft.Control:
    """Changes what the app speaks now, and what messages are written in from now on."""
    del route
    ui = use_ui()
    store = use_store()
    action = use_action()

    async def choose(language: Language) -> None:
        await store.speak(language)
        await action.run(lambda: store.client.identity.change_me(MeChange(locale=language.value)))

    rows = [
        choice(
            ui,
            language.endonym[:1].upper() + language.endonym[1:],
            partial(choose, language),
            chosen=language is ui.words.language,
            identifier=f"language-{language.value}",
        )
        for language in Language
    ]
    return screen(
        ui,
        column(*rows, gap=Space.S),
        problem_notice(ui, action.problem),
        notice(ui, ui.say("Our translations have not been read by native speakers yet. Tell us what sounds wrong.")),
        title=ui.say("Language"),
        back=lambda: ui.go(Profile()),
    )
