"""What was said, each message with who said it: a bot is always called one."""

from functools import partial

import flet as ft

from app.components.layout import column, row
from app.components.press import Button, link, tappable
from app.components.text import muted, text
from app.design.tokens import BODY, CAPTION, LABEL, Radius, Space
from app.stores.chat import Chat, app_name
from app.ui import Ui
from shared.api.channels import ChatChannel
from shared.api.conversations import Author, ChatLink, ChatOption, MessageOut


def messages(ui: Ui, chat: Chat, found: list[MessageOut]) -> list[ft.Control]:
    """The messages, the oldest first; one's own at the end of the line."""
    shown = [_message(ui, chat, each) for each in found]
    options = [_option(ui, chat, each) for each in found[-1].options] if found else []
    return [*shown, row(*options, gap=Space.S, wrap=True)] if options else shown


def _option(ui: Ui, chat: Chat, option: ChatOption) -> ft.Control:
    """What can be tapped now; once something else was said it is gone."""
    colours = ui.palette
    label = ui.aloud(ui.words.verbatim(option.title), ui.words.verbatim(option.note or ""))
    shown = ft.Container(
        content=text(ui, label, LABEL, colours.on_soft),
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.L - 1),
    )
    return tappable(
        ui,
        shown,
        partial(chat.choose, option),
        label=label,
        identifier=f"say-{option.title}",
        radius=Radius.PILL,
        ground=colours.soft,
    )


def author(ui: Ui, each: MessageOut) -> str:
    """Who wrote it."""
    return {
        Author.BORROWER: ui.say("You"),
        Author.BOT: ui.say("Assistant (bot)"),
        Author.AGENT: ui.say("Our team"),
    }.get(each.author, ui.say("Notice"))


def _leads_to(ui: Ui, chat: Chat, found: ChatLink) -> ft.Control:
    """A place of this app is a button that goes there; another site is a link out of it."""
    name, place = ui.words.verbatim(found.title), chat.place_of(found)
    if place is None:
        return link(ui, name, partial(chat.open, found), identifier="open-link")
    return Button(name, partial(ui.go, place), kind="soft", identifier="go-there")


def _message(ui: Ui, chat: Chat, each: MessageOut) -> ft.Control:
    mine = each.author is Author.BORROWER
    colours = ui.palette
    ground = colours.soft if mine else colours.surface
    ink = colours.on_soft if mine else colours.text
    said = ui.words.passage(each.text) if each.text is not None else ui.say("This message was erased.")
    when = ui.say("{at}, received", at=ui.instant(each.at)) if mine else ui.instant(each.at)
    where = "" if each.channel is ChatChannel.IN_APP else app_name(each.channel)
    inner = column(
        muted(ui, ui.aloud(author(ui, each), where), CAPTION),
        text(ui, said, BODY, ink),
        _leads_to(ui, chat, each.link) if each.link else None,
        *(link(ui, ui.words.verbatim(file.filename), partial(chat.keep, file)) for file in each.attachments),
        muted(ui, when, CAPTION),
        gap=Space.XS,
    )
    bubble = ft.Container(
        content=inner,
        bgcolor=ground,
        border=None if mine else ft.Border.all(1, colours.line),
        border_radius=Radius.L,
        padding=Space.L - 2,
        expand=5,
    )
    parts: list[ft.Control] = [ft.Container(expand=1), bubble] if mine else [bubble, ft.Container(expand=1)]
    return ft.Semantics(container=True, live_region=True, content=ft.Row(parts, spacing=0))
