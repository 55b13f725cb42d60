"""The way to what came before the newest of a list."""

from collections.abc import Callable

import flet as ft

from app.components.press import Button
from app.stores.pages import reach_back
from app.ui import Ui


def earlier(ui: Ui, key: object, found: object, *, begin: Callable[[], None] = lambda: None) -> ft.Control | None:
    """A button that shows more of the list known by `key`; nothing where `found` is all of it."""
    if not getattr(found, "goes_on", False):
        return None

    async def show() -> None:
        begin()
        await reach_back(ui.store, key)

    return Button(ui.say("Show earlier ones"), show, kind="plain", identifier="earlier")
