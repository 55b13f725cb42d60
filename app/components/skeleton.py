"""What shows while a screen is read: the geometry of what will come, so that nothing jumps."""

import flet as ft

from app.components.layout import column, row
from app.design.tokens import Radius, Space
from app.ui import Ui


def block(ui: Ui, height: int, *, width: int | None = None, radius: int = Radius.L) -> ft.Control:
    """One piece of it."""
    return ft.Container(height=height, width=width, border_radius=radius, bgcolor=ui.palette.sunken)


def shimmering(ui: Ui, content: ft.Control) -> ft.Control:
    """Light that passes over it, and a word for those who don't see it."""
    if not ui.still:
        content = ft.Shimmer(base_color=ui.palette.sunken, highlight_color=ui.palette.surface, content=content)
    return ft.Semantics(label=ui.say("Loading"), container=True, exclude_semantics=True, content=content)


def cards(ui: Ui, *heights: int) -> ft.Control:
    """A column of cards of these heights."""
    return shimmering(ui, column(*(block(ui, height) for height in heights), gap=Space.L))


def rows(ui: Ui, count: int = 5) -> ft.Control:
    """A list of `count` rows."""
    one = [
        row(block(ui, 44, width=44, radius=22), ft.Container(content=block(ui, 36), expand=True)) for _ in range(count)
    ]
    return shimmering(ui, column(*one, gap=Space.XL))
