"""The place on a screen where a file is handed in."""

import flet as ft

from app.components.layout import badge, column, row
from app.components.press import tappable
from app.components.problem import problem_notice
from app.components.text import icon, muted, text
from app.design.tokens import SMALL, STRONG, Radius, Space
from app.guard import component
from app.hooks import use_observed, use_ui
from app.stores.files import Handover


@component
def UploadTile(
    label: str, hint: str, handover: Handover, icon_name: str = "upload-simple", identifier: str | None = None
) -> ft.Control:
    """Says what is wanted, then what was sent; the picker of the device does the rest."""
    ui = use_ui()
    use_observed(handover)
    action = use_observed(handover.action)
    colours = ui.palette
    done = bool(handover.name) and not action.busy
    if action.busy:
        lead: ft.Control = ft.Container(
            content=ft.ProgressRing(width=24, height=24, stroke_width=3, color=colours.fill), padding=10
        )
        words = ui.say("Sending the file")
    else:
        lead = badge(ui, "check" if done else icon_name, tone="good" if done else "soft")
        words = ui.say("Received: {name}", name=ui.words.verbatim(handover.name)) if done else hint
    said = column(text(ui, label, STRONG), muted(ui, words, SMALL), gap=Space.XXS)
    inner = ft.Container(
        content=row(
            lead, ft.Container(content=said, expand=True), icon(ui, "paperclip", 20, colours.muted), gap=Space.M + 2
        ),
        padding=Space.L,
    )
    button = tappable(
        ui,
        inner,
        None if action.busy else handover.choose,
        label=ui.aloud(label, words),
        identifier=identifier,
        radius=Radius.L,
        ground=colours.surface,
        border=colours.edge,
    )
    return column(button, problem_notice(ui, action.problem), gap=Space.S)
