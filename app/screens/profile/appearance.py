"""Theme and text size, on this device."""

from functools import partial

import flet as ft

from app.components.field import choice
from app.components.layout import card, column, row
from app.components.press import icon_button
from app.components.screen import screen
from app.components.text import heading, muted, text
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_observed, use_store, use_ui
from app.routes import Appearance, Profile
from app.stores.look import TEXT_SIZES, Look, Theme
from app.ui import Ui


@component
def AppearanceScreen(route: Appearance) -> ft.Control:
    """What is chosen shows at once."""
    del route
    ui = use_ui()
    look = use_observed(use_store().look)
    themes = (
        (Theme.SYSTEM, "circle-half", ui.say("As the device"), ""),
        (Theme.LIGHT, "sun", ui.say("Light"), ""),
        (Theme.DARK, "moon", ui.say("Dark"), ""),
        (Theme.HIGH_CONTRAST, "eye", ui.say("High contrast"), ui.say("White on black, with lines")),
    )
    rows = [
        choice(
            ui,
            name,
            partial(look.choose_theme, theme),
            chosen=look.theme is theme,
            subtitle=words,
            icon_name=icon_name,
            identifier=f"theme-{theme.value}",
        )
        for theme, icon_name, name, words in themes
    ]
    return screen(
        ui,
        heading(ui, ui.say("Theme"), 2, STRONG),
        column(*rows, gap=Space.S),
        heading(ui, ui.say("Text size"), 2, STRONG),
        _sizes(ui, look),
        title=ui.say("Appearance"),
        back=lambda: ui.go(Profile()),
    )


def _sizes(ui: Ui, look: Look) -> ft.Control:
    at = TEXT_SIZES.index(look.text_size) if look.text_size in TEXT_SIZES else 1

    async def step(by: int) -> None:
        await look.choose_text_size(TEXT_SIZES[min(len(TEXT_SIZES) - 1, max(0, at + by))])

    share = ui.words.percent(int(look.text_size * 100))
    line = row(
        icon_button(ui, "minus", ui.say("Smaller"), partial(step, -1), ground=ui.palette.sunken, identifier="smaller"),
        ft.Container(
            content=ft.Semantics(live_region=True, content=text(ui, share, STRONG)),
            expand=True,
            alignment=ft.Alignment.CENTER,
        ),
        icon_button(ui, "plus", ui.say("Larger"), partial(step, 1), ground=ui.palette.sunken, identifier="larger"),
    )
    return card(ui, line, muted(ui, ui.say("This is how the app writes to you."), SMALL))
