"""Where one is signed in, and the way to end it."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, chip, column, list_card, tile
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import state_view
from app.components.text import heading
from app.design.tokens import STRONG, Space
from app.guard import component
from app.hooks import use_action, use_kept, use_observed, use_query, use_store, use_ui
from app.routes import Devices, Profile
from app.screens.profile.chats import chat_list
from app.stores import reads
from app.stores.action import Action
from app.stores.linking import Linking
from app.ui import Ui
from shared.api.channels import ChannelLinkOut
from shared.api.identity import SessionOut

_DESKTOPS = ("Linux", "Windows", "macOS")  # as the app names them


@component
def DevicesScreen(route: Devices) -> ft.Control:
    """This device first, as it can't be mistaken for another one."""
    del route
    ui = use_ui()
    query = use_query(reads.sessions(use_store()))
    action = use_action()
    store = use_store()
    chats = use_query(reads.chats(store))
    linking = use_observed(use_kept(lambda: Linking(store)))
    use_observed(linking.action)
    return screen(
        ui,
        state_view(ui, query, lambda found: _devices(ui, found, action), skeleton=skeleton.rows(ui, 3)),
        _chats(ui, chats.value, linking) if chats.value else None,
        problem_notice(ui, action.problem or linking.action.problem),
        title=ui.say("Devices"),
        back=lambda: ui.go(Profile()),
    )


def _devices(ui: Ui, found: list[SessionOut], action: Action) -> ft.Control:
    ordered = sorted(found, key=lambda each: not each.current)

    async def end_others() -> None:
        await action.run(ui.store.client.identity.end_other_sessions)
        await ui.store.refresh(reads.SESSIONS)

    others = Asking(
        ui.say("Sign out everywhere else"),
        ui.say("Sign out everywhere else?"),
        ui.say("This device stays signed in."),
        ui.say("Sign out"),
        end_others,
        danger=True,
        identifier="end-others",
    )
    return column(*(_device(ui, each, action) for each in ordered), others if len(found) > 1 else None)


def _chats(ui: Ui, found: list[ChannelLinkOut], linking: Linking) -> ft.Control:
    """They can ask in one's name as a device can; without any there is nothing to say here."""
    return column(heading(ui, ui.say("Linked chats"), 2, STRONG), chat_list(ui, found, linking), gap=Space.S)


def _device(ui: Ui, each: SessionOut, action: Action) -> ft.Control:
    async def end() -> None:
        await action.run(lambda: ui.store.client.identity.end_session(each.id))
        await ui.store.refresh(reads.SESSIONS)

    said = each.device or each.client
    name = ui.words.verbatim(said)
    used = ui.say("Last used {at}", at=ui.instant(each.last_used_at))
    here = chip(ui, ui.say("This device"), tone="good", icon_name="check") if each.current else None
    shown = tile(
        ui, name, used, lead=badge(ui, "desktop" if said.startswith(_DESKTOPS) else "device-mobile"), trail=here
    )
    if each.current:
        return list_card(ui, [shown])
    ask = Asking(
        ui.say("Sign out"),
        ui.say("Sign this device out?"),
        name,
        ui.say("Sign out"),
        partial(end),
        danger=True,
        identifier=f"end-{each.id}",
    )
    return list_card(ui, [shown, ask])
