"""What one agreed to, when, and what can be withdrawn."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import card, chip, column, row
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import state_view
from app.components.text import heading, muted
from app.design.tokens import CAPTION, SMALL, STRONG
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Consents, Profile
from app.stores import reads
from app.stores.action import Action
from app.stores.joined import Joined
from app.ui import Ui
from shared.api.consents import ConsentIn, ConsentOut, ConsentTextOut


@component
def ConsentsScreen(route: Consents) -> ft.Control:
    """Each text in force, with what was said to it."""
    del route
    ui = use_ui()
    store = use_store()
    query = Joined(use_query(reads.consent_texts(store)), use_query(reads.consents(store)))
    action = use_action()
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: column(*(_card(ui, each, found[1] or [], action) for each in found[0])),
            skeleton=skeleton.cards(ui, 150, 150, 150),
        ),
        problem_notice(ui, action.problem),
        title=ui.say("Consents"),
        back=lambda: ui.go(Profile()),
    )


def _card(ui: Ui, text: ConsentTextOut, given: list[ConsentOut], action: Action) -> ft.Control:
    mine = next((each for each in given if each.kind is text.kind and each.withdrawn_at is None), None)
    state = (
        chip(ui, ui.say("Agreed"), tone="good", icon_name="check")
        if mine is not None
        else chip(ui, ui.say("Not agreed"))
    )
    since = (
        ui.say("Version {version}, agreed on {at}", version=mine.version, at=ui.instant(mine.given_at)) if mine else ""
    )
    return card(
        ui,
        row(ft.Container(content=heading(ui, ui.words.passage(text.title), 2, STRONG), expand=True), state),
        muted(ui, ui.words.passage(text.body), SMALL),
        muted(ui, since, CAPTION) if since else None,
        _change(ui, text, mine, action),
    )


def _change(ui: Ui, text: ConsentTextOut, mine: ConsentOut | None, action: Action) -> ft.Control | None:
    identity = ui.store.client.identity

    async def withdraw() -> None:
        await action.run(lambda: identity.withdraw_consent(text.kind))
        await ui.store.refresh(reads.CONSENTS)

    async def give() -> None:
        body = ConsentIn(kind=text.kind, version=text.version, locale=text.locale)
        await action.run(lambda: identity.give_consent(body, idempotency_key=action.key(body)))
        await ui.store.refresh(reads.CONSENTS)

    if mine is None:
        return Button(ui.say("Agree"), give, kind="soft", busy=action.busy, identifier=f"agree-{text.kind.value}")
    if text.required:
        return muted(ui, ui.say("Your account needs this one."), CAPTION)
    return Asking(
        ui.say("Withdraw"),
        ui.say("Withdraw this consent?"),
        ui.say("It takes effect at once. You can agree again at any time."),
        ui.say("Withdraw"),
        partial(withdraw),
    )
