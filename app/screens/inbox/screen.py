"""The messages, the newest first; unread ones stand out by a mark and a word."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.earlier import earlier
from app.components.layout import apart, badge, chip, column, list_card, row
from app.components.press import icon_button, link, tappable
from app.components.problem import problem_notice
from app.components.screen import screen, tab_head
from app.components.state_view import blank, state_view
from app.components.text import muted, text
from app.design.tokens import CAPTION, SMALL, STRONG, Radius, Space
from app.guard import component
from app.hooks import use_action, use_news, use_store, use_ui
from app.routes import Inbox, Preferences
from app.stores import reads
from app.stores.action import Action
from app.ui import Ui
from shared.api.notifications import NotificationOut, Topic

_ICONS = {
    Topic.SECURITY: "lock-key",
    Topic.SERVICE: "receipt",
    Topic.REMINDER: "calendar-blank",
    Topic.MARKETING: "megaphone",
}


@component
def InboxScreen(route: Inbox) -> ft.Control:
    """In step with what arrives."""
    del route
    ui = use_ui()
    query = use_news(reads.inbox(use_store()), "notifications.", every_s=15)
    action = use_action()
    settings = icon_button(
        ui, "gear-six", ui.say("What you want to hear of"), lambda: ui.go(Preferences()), identifier="preferences"
    )
    return screen(
        ui,
        tab_head(ui, ui.say("Inbox", context="navigation"), settings),
        problem_notice(ui, action.problem),
        state_view(
            ui,
            query,
            lambda found: _messages(ui, found, action),
            skeleton=skeleton.rows(ui),
            empty=lambda: blank(
                ui, ui.say("No messages yet"), "bell", ui.say("News about your applications and loans comes here.")
            ),
        ),
    )


def _messages(ui: Ui, found: list[NotificationOut], action: Action) -> ft.Control:
    unread = sum(each.read_at is None for each in found)

    async def read_all() -> None:
        await action.run(ui.store.client.notifications.mark_all_read)
        await ui.store.refresh(reads.INBOX)

    count = ui.plural("{count} unread", "{count} unread", unread)
    head = apart(muted(ui, count, SMALL), link(ui, ui.say("Mark all as read"), read_all, identifier="read-all"))
    rows = list_card(ui, [_message(ui, each, action) for each in found])
    return column(head if unread else None, rows, earlier(ui, reads.INBOX, found))


def _message(ui: Ui, each: NotificationOut, action: Action) -> ft.Control:
    fresh = each.read_at is None
    words = column(
        row(
            ft.Container(content=text(ui, ui.words.passage(each.title), STRONG), expand=True),
            chip(ui, ui.say("New"), tone="soft") if fresh else None,
        ),
        text(ui, ui.words.passage(each.text), SMALL, None if fresh else ui.palette.muted),
        muted(ui, ui.instant(each.at), CAPTION),
        gap=Space.XS,
    )
    lead = badge(ui, _ICONS.get(each.topic, "bell"), tone="soft" if fresh else "sunken")
    inner = ft.Container(
        content=row(lead, ft.Container(content=words, expand=True), top=True, gap=Space.M + 2), padding=Space.L
    )
    if not fresh:
        return inner
    return tappable(ui, inner, partial(_read, ui, each, action), radius=Radius.M, identifier=f"message-{each.id}")


async def _read(ui: Ui, each: NotificationOut, action: Action) -> None:
    async def mark() -> bool:
        await ui.store.client.notifications.mark_read(each.id)
        return True

    if await action.run(mark):
        await ui.store.refresh(reads.INBOX)
