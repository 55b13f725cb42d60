"""The place on a screen where a file is handed in."""

import flet as ft

from app.components.capture import Capture, Frame
from app.components.layout import badge, column, row
from app.components.press import Press, at_least, tappable
from app.components.problem import problem_notice
from app.components.sheet import use_sheet
from app.components.text import icon, muted, text
from app.design.tokens import LABEL, SMALL, STRONG, Radius, Size, Space
from app.guard import component
from app.hooks import use_observed, use_ui, use_value
from app.stores.files import Handover
from app.ui import Ui


@component
def UploadTile(
    label: str,
    hint: str,
    handover: Handover,
    icon_name: str = "upload-simple",
    identifier: str | None = None,
    *,
    frame: Frame = Frame.PAGE,
) -> ft.Control:
    """Says what is wanted, then what was sent; the device's picker or its camera does the rest."""
    ui = use_ui()
    is_open, set_open = use_value(False)
    use_sheet(
        ui,
        is_open=is_open,
        draw=lambda: Capture(label, frame, handover, lambda: set_open(False)),
        on_close=lambda: set_open(False),
    )
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
    photo = (
        _photo(ui, label, lambda: set_open(True), identifier) if handover.takes_pictures and not action.busy else None
    )
    return column(button, photo, problem_notice(ui, action.problem), gap=Space.S)


def _photo(ui: Ui, label: str, on_press: Press, identifier: str | None) -> ft.Control:
    said = text(ui, ui.say("Take a photo"), LABEL, ui.palette.brand)
    said.expand, said.expand_loose = True, True
    words = row(icon(ui, "camera", 20, ui.palette.brand), said, gap=Space.S)
    words.alignment = ft.MainAxisAlignment.CENTER
    return tappable(
        ui,
        at_least(Size.TARGET, words),
        on_press,
        label=ui.say("{what}: take a photo", what=label),
        identifier=f"photo-{identifier}" if identifier else None,
        radius=Radius.L,
        ground=ui.palette.soft,
    )
