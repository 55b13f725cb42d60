"""What one wants to hear of, and by which way."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.field import toggle
from app.components.layout import column, list_card, notice
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Preferences, Profile
from app.stores import reads
from app.stores.action import Action
from app.ui import Ui
from shared.api.notifications import Channel, PreferencesIn, PreferencesOut


@component
def PreferencesScreen(route: Preferences) -> ft.Control:
    """Channels by purpose; what has to be sent is marked as such."""
    del route
    ui = use_ui()
    query = use_query(reads.preferences(use_store()))
    action = use_action()
    return screen(
        ui,
        state_view(ui, query, lambda found: _matrix(ui, found, action), skeleton=skeleton.cards(ui, 220, 220)),
        problem_notice(ui, action.problem),
        title=ui.say("Messages"),
        back=lambda: ui.go(Profile()),
    )


def _matrix(ui: Ui, found: PreferencesOut, action: Action) -> ft.Control:
    tenant = ui.store.session.tenant
    quiet = ""
    if tenant is not None:
        settings = tenant.settings
        quiet = ui.say(
            "No reminders between {start} and {end}.",
            start=f"{settings.quiet_from_hour}:00",
            end=f"{settings.quiet_until_hour}:00",
        )
    always = ui.say("Codes, sign-ins and what happens to your own loan are always sent.")
    return column(
        _purpose(ui, ui.say("Reminders of payments"), found, "reminder", action),
        _purpose(ui, ui.say("News and offers"), found, "marketing", action),
        notice(ui, f"{always} {quiet}".strip(), icon_name="bell"),
    )


def _purpose(ui: Ui, name: str, found: PreferencesOut, purpose: str, action: Action) -> ft.Control:
    channels: list[Channel] = getattr(found, purpose)
    names = ((Channel.SMS, ui.say("Text message")), (Channel.WHATSAPP, "WhatsApp"), (Channel.EMAIL, ui.say("E-mail")))
    rows = [
        toggle(ui, label, channel in channels, partial(_set, ui, found, (purpose, channel), action))
        for channel, label in names
    ]
    kept = muted(ui, ui.say("In the app you find them in any case."), SMALL)
    return column(heading(ui, name, 2, STRONG), list_card(ui, rows), kept, gap=Space.S)


async def _set(ui: Ui, found: PreferencesOut, place: tuple[str, Channel], action: Action, yes: bool) -> None:
    purpose, channel = place
    chosen = {"reminder": list(found.reminder), "marketing": list(found.marketing)}
    chosen[purpose] = [*(each for each in chosen[purpose] if each is not channel), *([channel] if yes else [])]
    query = reads.preferences(ui.store)
    before = found
    query.put(PreferencesOut(reminder=chosen["reminder"], marketing=chosen["marketing"]))
    body = PreferencesIn(reminder=chosen["reminder"], marketing=chosen["marketing"])
    answer = await action.run(lambda: ui.store.client.notifications.set_preferences(body))
    query.put(answer if answer is not None else before)
