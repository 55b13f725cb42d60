"""The lines of credit that can be drawn on, each with whose it is."""

import flet as ft

from app.components.for_whom import for_words
from app.components.layout import badge, tile
from app.routes import Draw
from app.stores import businesses
from app.stores.drawing import can_draw
from app.stores.home import Home
from app.ui import Ui
from shared.api.servicing import CreditLineOut


def drawable(ui: Ui, home: Home) -> list[CreditLineOut]:
    """Those with something left, one's own first."""
    return [each for each in home.lines_of(businesses.bound_by_me(ui.store)) if can_draw(each)]


def line_rows(ui: Ui, lines: list[CreditLineOut]) -> list[ft.Control]:
    """One row a line, which leads to drawing on it."""
    firms = businesses.mine(ui.store).value or []
    return [
        tile(
            ui,
            ui.say("Draw on your line of credit"),
            ui.aloud(
                ui.say("{available} is left, without a new application", available=line.available),
                for_words(ui, firms, line.business_id),
            ),
            lead=badge(ui, "coins"),
            on_press=lambda line=line: ui.go(Draw(line_id=line.id)),  # type: ignore[misc]  # each row its own line
            identifier=f"to-draw-{at}" if at else "to-draw",
        )
        for at, line in enumerate(lines)
    ]
