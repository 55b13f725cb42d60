"""The lock of the app on this device: on or off, and after how long away it closes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import flet as ft

from app.components import skeleton
from app.components.field import choice, toggle
from app.components.layout import badge, column, list_card, notice, row
from app.components.press import Button
from app.components.screen import screen
from app.components.text import heading, muted, title
from app.design.tokens import STRONG, Space
from app.guard import component
from app.hooks import use_observed, use_store, use_task, use_ui, use_value
from app.platform.port import Owner
from app.routes import AppLock, Devices, Profile
from app.stores.lock import CHOICES, Lock
from app.ui import Ui


@component
def AppLockScreen(route: AppLock) -> ft.Control:
    """Where the device can't ask for its owner this says so, and what protects instead."""
    del route
    ui = use_ui()
    lock = use_observed(use_store().lock)
    looked, has_looked = use_value(lock.able or lock.is_on)

    async def look() -> None:
        await lock.look()
        has_looked(True)

    use_task(look, [])
    if not looked:
        body: ft.Control = skeleton.cards(ui, 80, 160)
    elif lock.able or lock.is_on:
        body = _lock(ui, lock)
    else:
        body = _none(ui)
    return screen(ui, body, title=ui.say("App lock"), back=lambda: ui.go(Profile()))


def _none(ui: Ui) -> ft.Control:
    if ui.store.platform.channel == "web":
        words = ui.say(
            "A browser can't lock this app. Lock your device when you leave it, and sign out where others use it too."
        )
    else:
        words = ui.say("This device has no screen lock. Set one up in its settings, then come back.")
    return column(
        row(badge(ui, "fingerprint", size=64)),
        title(ui, ui.say("No lock here")),
        muted(ui, words),
        muted(ui, ui.say("Signing an agreement or changing a contact needs a confirmation of its own in any case.")),
        Button(ui.say("See where you are signed in"), lambda: ui.go(Devices()), kind="soft", icon_name="device-mobile"),
    )


def _lock(ui: Ui, lock: Lock) -> ft.Control:
    me = ui.store.session.me

    async def turn(on: bool) -> None:
        if me is None:
            return
        if on:
            await lock.turn_on(me.id, ui.say("Lock the app from now on"))
        else:
            await lock.turn_off(ui.say("Lock the app no more"))

    async def choose(after: timedelta) -> None:
        if me is not None:
            await lock.choose(me.id, after, ui.say("Lock the app later"))

    switch = toggle(
        ui,
        ui.say("Lock the app"),
        lock.is_on,
        turn,
        subtitle=ui.say("It opens with your finger, your face or the code of this device."),
        disabled=lock.asking,
    )
    refused = {
        Owner.UNCONFIRMED: ui.say("That was not confirmed. Nothing has changed."),
        Owner.UNKNOWN: ui.say("This device can't tell who you are: its screen lock is off."),
    }
    return column(
        list_card(ui, [switch]),
        notice(ui, refused[lock.answer], tone="warn", icon_name="warning") if lock.answer in refused else None,
        _times(ui, lock, choose) if lock.is_on else None,
        notice(ui, ui.say("The lock is of this device alone. It stands in for no code that signs or pays.")),
    )


def _times(ui: Ui, lock: Lock, on_choose: Callable[[timedelta], object]) -> ft.Control:
    rows = [
        choice(
            ui,
            _name(ui, after),
            partial(on_choose, after),
            chosen=lock.after == after,
            identifier=f"lock-after-{int(after.total_seconds())}",
        )
        for after in CHOICES
    ]
    return column(heading(ui, ui.say("Lock after"), 2, STRONG), column(*rows, gap=Space.S), gap=Space.S)


def _name(ui: Ui, after: timedelta) -> str:
    minutes = int(after.total_seconds()) // 60
    return ui.plural("{count} minute away", "{count} minutes away", minutes) if minutes else ui.say("At once")
