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
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui
from app.routes import Preferences, Profile
from app.stores import reads
from app.stores.wishes import Wishes
from app.ui import Ui
from shared.api.notifications import Channel, PreferencesOut, Topic


@component
def PreferencesScreen(route: Preferences) -> ft.Control:
    """Channels by purpose; what has to be sent is marked as such."""
    del route
    ui = use_ui()
    store = use_store()
    query = use_query(reads.preferences(store))
    phones = use_query(reads.phones(store))
    notices = use_observed(store.notices)
    use_observed(notices.action)
    wishes = use_observed(use_kept(lambda: Wishes(store)))
    use_observed(wishes.action)
    by_push = bool(phones.value) or notices.on
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: _matrix(ui, wishes.over(found), wishes, by_push=by_push),
            skeleton=skeleton.cards(ui, 220, 220),
        ),
        problem_notice(ui, wishes.action.problem or notices.action.problem),
        title=ui.say("Messages"),
        back=lambda: ui.go(Profile()),
    )


def _here(ui: Ui) -> ft.Control:
    """Notices on this very device: the way to them, or why there is none."""
    store, notices = ui.store, ui.store.notices

    async def turn(yes: bool) -> None:
        await (notices.turn_on(store.client) if yes else notices.turn_off(store.client))
        await store.refresh(reads.PHONES, reads.PREFERENCES)

    if not store.platform.can_push:
        words = ui.say(
            "While this app is closed nothing can reach you here. Open it and what is new is in your messages."
        )
        return notice(ui, words, icon_name="device-mobile")
    switch = toggle(
        ui,
        ui.say("Notices on this phone"),
        notices.on,
        turn,
        subtitle=ui.say("They say that there is something, never what."),
        disabled=notices.action.busy,
    )
    refused = ui.say("Your phone does not let this app send notices. Allow it in its settings, then try again.")
    return column(
        list_card(ui, [switch]),
        notice(ui, refused, tone="warn", icon_name="warning") if notices.refused else None,
        gap=Space.S,
    )


def _matrix(ui: Ui, found: PreferencesOut, wishes: Wishes, *, by_push: bool) -> ft.Control:
    tenant = ui.store.session.tenant
    quiet = None
    if tenant is not None:
        start, end = tenant.settings.quiet_from_hour, tenant.settings.quiet_until_hour
        told = ui.say("No reminders between {start} and {end}.", start=ui.words.hour(start), end=ui.words.hour(end))
        quiet = muted(ui, told, SMALL)
    always = ui.say("Codes, sign-ins and what happens to your own loan are always sent.")
    return column(
        _purpose(ui, ui.say("Reminders of payments"), found, Topic.REMINDER, wishes, by_push=by_push),
        _purpose(ui, ui.say("News and offers"), found, Topic.MARKETING, wishes, by_push=by_push),
        _here(ui),
        notice(ui, always, icon_name="bell", then=quiet),
    )


def _purpose(ui: Ui, name: str, found: PreferencesOut, topic: Topic, wishes: Wishes, *, by_push: bool) -> ft.Control:
    channels = {Topic.REMINDER: found.reminder, Topic.MARKETING: found.marketing}[topic]
    chosen = {*channels, *([Channel.PUSH] if topic in found.push else [])}
    names = [(Channel.SMS, ui.say("Text message")), (Channel.WHATSAPP, "WhatsApp"), (Channel.EMAIL, ui.say("E-mail"))]
    if by_push:
        names.append((Channel.PUSH, ui.say("Notice on your phone")))
    rows = [toggle(ui, label, channel in chosen, partial(wishes.want, topic, channel)) for channel, label in names]
    kept = muted(ui, ui.say("In the app you find them in any case."), SMALL)
    return column(heading(ui, name, 2, STRONG), list_card(ui, rows), kept, gap=Space.S)
