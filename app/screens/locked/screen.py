"""The locked app: whose app it is, the way in, and the way out."""

from collections.abc import Awaitable, Callable

import flet as ft

from app.components.layout import badge, column, notice
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.text import heading, muted
from app.design.tokens import TITLE_2, Size, Space
from app.guard import component
from app.hooks import use_action, use_observed, use_store, use_task, use_ui, use_value
from app.platform.port import Owner
from app.ui import Ui


@component
def LockScreen() -> ft.Control:
    """Asks for the device's owner by itself once it is in sight, then at each press."""
    ui = use_ui()
    store = use_store()
    lock = use_observed(store.lock)
    use_observed(store.session)
    action = use_action()
    name = store.session.tenant.name if store.session.tenant is not None else ui.say("The app")
    reason = ui.say("Unlock {tenant}", tenant=name)

    async def unlock() -> None:
        await lock.open(reason)

    async def at_first() -> None:
        if not lock.away:
            await unlock()

    async def sign_out() -> None:
        await action.run(store.sign_out)

    use_task(at_first, [lock.away])
    leave = Leave(sign_out)
    said = column(
        badge(ui, "lock-key", size=72),
        heading(ui, ui.say("{tenant} is locked", tenant=name), 1, TITLE_2),
        muted(ui, ui.say("Only the owner of this device can open it."), align=ft.TextAlign.CENTER),
        center=True,
    )
    inner = column(
        said,
        _trouble(ui, lock.answer),
        problem_notice(ui, action.problem),
        Button(ui.say("Unlock"), unlock, icon_name="fingerprint", busy=lock.asking, identifier="unlock"),
        leave,
        gap=Space.XL,
    )
    return ft.Container(
        content=ft.Container(content=inner, width=Size.COLUMN),
        alignment=ft.Alignment.CENTER,
        padding=Space.GUTTER,
        expand=True,
    )


@component
def Leave(on_leave: Callable[[], Awaitable[None]]) -> ft.Control:
    """The way out, asked in place: a sheet would hold what the lock hides."""
    ui = use_ui()
    sure, ask = use_value(False)
    if not sure:
        return Button(ui.say("Sign out"), lambda: ask(True), kind="plain", identifier="sign-out")
    return column(
        muted(ui, ui.say("Nothing of yours stays on this device."), align=ft.TextAlign.CENTER),
        Button(ui.say("Sign out"), on_leave, kind="danger", identifier="confirm"),
        Button(ui.say("Not now"), lambda: ask(False), kind="plain"),
        gap=Space.S,
    )


def _trouble(ui: Ui, answer: Owner | None) -> ft.Control | None:
    match answer:
        case None | Owner.CONFIRMED:
            return None
        case Owner.UNCONFIRMED:
            return notice(ui, ui.say("That was not confirmed. Try again."), tone="warn", icon_name="warning")
        case Owner.UNKNOWN:
            words = ui.say(
                "This device can't tell any more who you are: its screen lock is off. Sign out, then sign in again."
            )
            return notice(ui, words, tone="warn", icon_name="warning")
