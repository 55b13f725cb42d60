"""A box to tick."""

from collections.abc import Callable

import flet as ft

from app.components.text import text
from app.design.tokens import LABEL, Space
from app.guard import from_event
from app.ui import Ui


def tick(ui: Ui, label: str, value: bool, on_change: Callable[[bool], object]) -> ft.Control:
    """The box with its words, which make it as high as a finger needs on desktops as well."""
    return ft.Checkbox(
        value=value,
        label=ft.Container(content=text(ui, label, LABEL), padding=ft.Padding.symmetric(vertical=Space.L)),
        on_change=from_event(on_change, bool),
        active_color=ui.palette.fill,
        check_color=ui.palette.on_fill,
        border_side=ft.BorderSide(2, ui.palette.edge),
    )
