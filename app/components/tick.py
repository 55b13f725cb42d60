"""A box to tick."""

from collections.abc import Callable

import flet as ft

from app.components.text import style_of
from app.design.tokens import LABEL
from app.guard import from_event
from app.ui import Ui


def tick(ui: Ui, label: str, value: bool, on_change: Callable[[bool], object]) -> ft.Control:
    """The box with its words."""
    return ft.Checkbox(
        value=value,
        label=label,
        label_style=style_of(ui, LABEL),
        on_change=from_event(on_change, bool),
        active_color=ui.palette.fill,
        check_color=ui.palette.on_fill,
        border_side=ft.BorderSide(2, ui.palette.edge),
    )
