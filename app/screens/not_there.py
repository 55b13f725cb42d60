"""Where a path leads nowhere."""

import flet as ft

from app.components.press import Button
from app.components.screen import screen
from app.components.state_view import blank
from app.guard import component
from app.hooks import use_ui
from app.routes import Home, Route


@component
def NotThereScreen(route: Route) -> ft.Control:
    """Says so, and leads home."""
    del route
    ui = use_ui()
    home = Button(ui.say("Go to the start"), lambda: ui.go(Home()), kind="soft", grow=False)
    words = ui.say("The link may be old, or mistyped.")
    return screen(ui, blank(ui, ui.say("This page is not there"), "map-pin", words, home))
