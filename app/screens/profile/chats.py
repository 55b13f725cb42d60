"""The chats of other apps that may ask in one's name: which there are, how one is added, how one is ended."""

from collections.abc import Sequence
from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, list_card, notice, row, tile
from app.components.press import Button, icon_button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import blank, state_view
from app.components.text import heading, muted, text
from app.design.tokens import CAPTION, FIGURE, SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui
from app.routes import Chats, Profile
from app.stores import reads
from app.stores.chat import app_name
from app.stores.linking import Linking
from app.ui import Ui
from shared.api.channels import ChannelLinkOut, ChatChannel, LinkCodeOut

_LOOK_EVERY_S = 4.0  # while a code is out


@component
def ChatsScreen(route: Chats) -> ft.Control:
    """Looks again while a code waits to be written in the chat."""
    del route
    ui = use_ui()
    store = use_store()
    linking = use_observed(use_kept(lambda: Linking(store)))
    use_observed(linking.action)
    query = use_query(reads.chats(store), every_s=None if linking.code is None else _LOOK_EVERY_S)
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: column(chat_list(ui, found, linking), _adding(ui, found, linking)),
            skeleton=skeleton.rows(ui, 2),
            empty=lambda: _none(ui, linking),
        ),
        problem_notice(ui, linking.action.problem),
        title=ui.say("Linked chats"),
        back=lambda: ui.go(Profile()),
    )


def chat_list(ui: Ui, found: Sequence[ChannelLinkOut], linking: Linking) -> ft.Control:
    """Each chat with the way to end it."""
    words = ui.say("A linked chat can ask about your loans in your name. Unlink what is not yours.")
    return column(muted(ui, words, SMALL), *(_chat(ui, each, linking) for each in found), gap=Space.M)


def chat_name(ui: Ui, channel: ChatChannel, masked: str) -> str:
    """The other app's own name, and the number there."""
    return ui.say("{app} {number}", app=ui.words.verbatim(app_name(channel)), number=ui.words.verbatim(masked))


def _chat(ui: Ui, each: ChannelLinkOut, linking: Linking) -> ft.Control:
    name = chat_name(ui, each.channel, each.masked)
    since = ui.say("Linked {at}", at=ui.instant(each.linked_at))
    ask = Asking(
        ui.say("Unlink"),
        ui.say("Unlink this chat?"),
        ui.say("From now on nobody can ask about your loans there. You can link it again."),
        ui.say("Unlink"),
        partial(linking.end, each.id),
        danger=True,
        identifier=f"unlink-{each.id}",
    )
    return list_card(ui, [tile(ui, name, since, lead=badge(ui, _icon_of(each.channel))), ask])


def _icon_of(channel: ChatChannel) -> str:
    return "whatsapp-logo" if channel is ChatChannel.WHATSAPP else "paper-plane-tilt"


def _none(ui: Ui, linking: Linking) -> ft.Control:
    if not linking.is_over(()):
        return _adding(ui, (), linking)
    words = ui.say("Link WhatsApp to ask for your balance, to pay and to reach a person from there.")
    return blank(ui, ui.say("No chat is linked"), "whatsapp-logo", words, _adding(ui, (), linking))


def _adding(ui: Ui, found: Sequence[ChannelLinkOut], linking: Linking) -> ft.Control:
    if linking.code is not None and not linking.is_over(found):
        return _code(ui, linking.code)
    begin = Button(
        ui.say("Link WhatsApp"),
        linking.begin,
        kind="soft",
        icon_name="whatsapp-logo",
        busy=linking.action.busy,
        identifier="link-chat",
    )
    linked = linking.code is not None and any(found)
    done = notice(ui, ui.say("The chat is linked."), tone="good", icon_name="check-circle") if linked else None
    return column(done, begin)


def _code(ui: Ui, code: LinkCodeOut) -> ft.Control:
    async def copy() -> None:
        await ui.store.platform.copy(code.code)
        await ui.store.toast.show(ui.say("Copied"))

    shown = ft.Semantics(identifier="link-code", container=True, content=text(ui, ui.words.verbatim(code.code), FIGURE))
    once = ui.say("It works once, until {at}. Give it to nobody else.", at=ui.instant(code.expires_at))
    return card(
        ui,
        heading(ui, ui.say("Write this code to us in WhatsApp"), 2, STRONG),
        row(
            ft.Container(content=shown, expand=True),
            icon_button(ui, "copy", ui.say("Copy the code"), copy, ground=ui.palette.soft, identifier="copy-code"),
        ),
        muted(ui, once, CAPTION),
    )
