"""Our palette in the words of Flet's theme, for what Material draws by itself: fields, switches, sheets, pickers."""

import flet as ft

from app.design.colour import fade
from app.design.palette import Palette
from app.design.tokens import ARABIC_FONT, FONT

_ROLES = (
    "body_large body_medium body_small label_large label_medium label_small title_large title_medium title_small "
    "headline_small headline_medium headline_large display_small display_medium display_large"
)


def theme_of(colours: Palette, *, still: bool) -> ft.Theme:
    """One theme; it is given for light and dark alike, since the palette knows which it is."""
    style = ft.TextStyle(font_family=FONT, font_family_fallback=[ARABIC_FONT], color=colours.text)
    motion = ft.PageTransitionTheme.NONE if still else ft.PageTransitionTheme.FADE_FORWARDS
    quick = ft.PageTransitionTheme.NONE
    return ft.Theme(
        font_family=FONT,
        text_theme=ft.TextTheme(**dict.fromkeys(_ROLES.split(), style)),
        color_scheme=ft.ColorScheme(
            primary=colours.fill,
            on_primary=colours.on_fill,
            primary_container=colours.soft,
            on_primary_container=colours.on_soft,
            secondary=colours.fill,
            on_secondary=colours.on_fill,
            surface=colours.surface,
            on_surface=colours.text,
            on_surface_variant=colours.muted,
            surface_container=colours.surface,
            surface_container_low=colours.surface,
            surface_container_high=colours.surface,
            surface_container_highest=colours.sunken,
            outline=colours.edge,
            outline_variant=colours.line,
            error=colours.bad,
            on_error=colours.on_bad,
            shadow="#000000",
            scrim="#000000",
        ),
        scaffold_bgcolor=colours.ground,
        focus_color=fade(colours.text, 0.16),
        hover_color=fade(colours.text, 0.05),
        splash_color=fade(colours.text, 0.08),
        page_transitions=ft.PageTransitionsTheme(
            android=motion,
            ios=ft.PageTransitionTheme.NONE if still else ft.PageTransitionTheme.CUPERTINO,
            linux=quick,
            macos=quick,
            windows=quick,
        ),
    )
