"""What happened, what happens now, what comes: one below the other, with a line between."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import flet as ft

from app.components.layout import column
from app.components.text import icon, muted, text
from app.design.tokens import SMALL, STRONG, Space
from app.ui import Ui


class Pace(StrEnum):
    """Where a step stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    WRONG = "wrong"


@dataclass(frozen=True)
class Happening:
    """One step. `note` is its time, or what to expect."""

    title: str
    note: str
    pace: Pace


def timeline(ui: Ui, steps: Sequence[Happening]) -> ft.Control:
    """The steps, the oldest first; each is said with where it stands."""
    last = len(steps) - 1
    return column(*(_step(ui, each, is_last=at == last) for at, each in enumerate(steps)), gap=0)


def _step(ui: Ui, each: Happening, *, is_last: bool) -> ft.Control:
    colours = ui.palette
    mark, ink = {
        Pace.DONE: ("check-circle", colours.good),
        Pace.NOW: ("clock", colours.brand),
        Pace.AHEAD: ("circle", colours.edge),
        Pace.WRONG: ("x-circle", colours.bad),
    }[each.pace]
    thread = ft.Container(
        width=2, height=28 * ui.scale, bgcolor=colours.good if each.pace is Pace.DONE else colours.line, border_radius=1
    )
    rail = ft.Column(
        [icon(ui, mark, 24, ink, filled=each.pace is not Pace.AHEAD), *([] if is_last else [thread])],
        spacing=Space.XS,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    strong = each.pace in {Pace.NOW, Pace.WRONG}
    title = text(ui, each.title, STRONG, None if strong or each.pace is Pace.DONE else colours.muted)
    words = column(title, muted(ui, each.note, SMALL) if each.note else None, gap=Space.XXS)
    state = {
        Pace.DONE: ui.say("Done"),
        Pace.NOW: ui.say("Now"),
        Pace.AHEAD: ui.say("To come"),
        Pace.WRONG: ui.say("Did not work"),
    }[each.pace]
    line = ft.Row(
        [rail, ft.Container(content=words, expand=True, padding=ft.Padding(bottom=0 if is_last else Space.M))],
        spacing=Space.L,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    said = ui.aloud(state, each.title, each.note)
    return ft.Semantics(label=said, container=True, exclude_semantics=True, content=line)
