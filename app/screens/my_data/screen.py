"""Copies of one's data: asked for, prepared, downloaded while they are there."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, bullet, card, chip, column, row
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import MyData, Profile
from app.stores import reads
from app.stores.action import Action
from app.stores.state import Offline
from app.ui import Ui
from shared.api.compliance import DataExportOut, ExportStatus

_LOOK_EVERY_S = 2.0


@component
def MyDataScreen(route: MyData) -> ft.Control:
    """Looks again while a copy is being prepared."""
    del route
    ui = use_ui()
    store = use_store()
    query = reads.exports(store)
    preparing = any(each.status is ExportStatus.PREPARING for each in query.value or [])
    use_query(query, every_s=_LOOK_EVERY_S if preparing else None)
    action = use_action()

    async def ask() -> None:
        key = action.key("export")
        if await action.run(lambda: store.client.my_data.request_export(idempotency_key=key)) is not None:
            await store.refresh(reads.EXPORTS)

    offline = isinstance(query.state, Offline)
    wanted = Button(
        ui.say("Ask for a copy"), ask, disabled=preparing or offline, busy=action.busy, identifier="ask-for-copy"
    )
    return screen(
        ui,
        _what(ui),
        state_view(
            ui,
            query,
            lambda found: _copies(ui, found, action),
            skeleton=skeleton.cards(ui, 112),
            empty=lambda: ft.Container(width=0, height=0),
        ),
        problem_notice(ui, action.problem),
        title=ui.say("A copy of your data"),
        back=lambda: ui.go(Profile()),
        actions=[wanted],
    )


def _what(ui: Ui) -> ft.Control:
    return column(
        title(ui, ui.say("Your data is yours")),
        muted(ui, ui.say("We put together all that we hold of you, for you to read and to take elsewhere.")),
        column(
            bullet(ui, ui.say("Who you are, your loans, payments, documents and messages"), "check-circle"),
            bullet(ui, ui.say("One ZIP file, readable by people and programs"), "package"),
            bullet(ui, ui.say("Ready within minutes; we tell you"), "clock"),
            gap=Space.M,
        ),
    )


def _copies(ui: Ui, found: list[DataExportOut], action: Action) -> ft.Control:
    cards = [_copy(ui, each, action) for each in found]
    return column(heading(ui, ui.say("Your copies"), 2, STRONG), *cards, gap=Space.M)


def _copy(ui: Ui, each: DataExportOut, action: Action) -> ft.Control:
    state = {
        ExportStatus.PREPARING: chip(ui, ui.say("Being prepared"), tone="warn", icon_name="hourglass-medium"),
        ExportStatus.READY: chip(ui, ui.say("Ready"), tone="good", icon_name="check"),
        ExportStatus.FAILED: chip(ui, ui.say("Failed"), tone="bad", icon_name="x"),
        ExportStatus.EXPIRED: chip(ui, ui.say("Gone"), icon_name="clock"),
    }[each.status]
    words = column(
        heading(ui, ui.say("Asked for on {at}", at=ui.instant(each.requested_at)), 3, STRONG),
        muted(ui, _note(ui, each), SMALL),
        gap=Space.XXS,
    )
    ready = each.status is ExportStatus.READY
    return ft.Semantics(
        live_region=True,
        container=True,
        content=card(
            ui,
            row(
                badge(ui, "package", tone="good" if ready else "sunken"),
                ft.Container(content=words, expand=True),
                top=True,
                gap=Space.M + 2,
            ),
            row(state, gap=0),
            _download(ui, each, action) if ready else None,
        ),
    )


def _note(ui: Ui, each: DataExportOut) -> str:
    match each.status:
        case ExportStatus.PREPARING:
            return ui.say("You can leave; it goes on.")
        case ExportStatus.READY if each.expires_at is not None:
            size = max(1, (each.size or 0) // 1000)
            return ui.say("ZIP, {size} kB. Here until {at}", size=size, at=ui.instant(each.expires_at))
        case ExportStatus.FAILED:
            return ui.say("It could not be put together. Ask for a new one.")
        case _:
            return ui.say("It was kept for a few days only. Ask for a new one.")


def _download(ui: Ui, each: DataExportOut, action: Action) -> ft.Control:
    async def fetch() -> bool:
        file = await ui.store.client.my_data.download_export(each.id)
        await ui.store.platform.save_file(file.filename or "my-data.zip", file.content, file.media_type)
        return True

    return Button(
        ui.say("Download"),
        partial(action.run, fetch),
        kind="soft",
        icon_name="download-simple",
        busy=action.busy,
        identifier="download-copy",
    )
