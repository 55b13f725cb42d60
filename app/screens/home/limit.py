"""What can be borrowed: the line with what is left of it, or what one could apply for."""

import flet as ft

from app.components.for_whom import for_words
from app.components.layout import column, list_card, progress
from app.components.text import hero_amount, text
from app.design.colour import fade
from app.design.tokens import LABEL, SMALL, Radius, Space
from app.screens.home.lines import line_rows
from app.stores import businesses
from app.stores.drawing import can_draw
from app.stores.home import Home
from app.ui import Ui
from shared.api.servicing import CreditLineOut
from shared.money import Money


def limit_card(ui: Ui, home: Home) -> ft.Control | None:
    """The card at the top, and below it the other lines."""
    lines = home.lines_of(businesses.bound_by_me(ui.store))
    if lines:
        more = line_rows(ui, [each for each in lines[1:] if can_draw(each)])
        return column(_line(ui, lines[0]), list_card(ui, more) if more else None)
    if home.ceiling is None:
        return None
    return _ceiling(ui, home.ceiling)


def _line(ui: Ui, line: CreditLineOut) -> ft.Control:
    used = ui.say("Used {used} of {limit}", used=line.drawn, limit=line.limit)
    whose = for_words(ui, businesses.mine(ui.store).value or [], line.business_id)
    share = line.drawn.amount_minor / line.limit.amount_minor if line.limit else 0
    return hero(
        ui,
        ui.say("Available to borrow"),
        line.available,
        column(
            progress(ui, share, label=used, color=ui.palette.on_hero, track=fade("#FFFFFF", 0.25)),
            text(ui, ui.aloud(used, whose), SMALL, ui.palette.on_hero),
            gap=Space.S,
        ),
    )


def _ceiling(ui: Ui, ceiling: Money) -> ft.Control:
    words = ui.say("Apply in minutes. You see every cost before you sign.")
    return hero(ui, ui.say("Apply for up to"), ceiling, text(ui, words, SMALL, ui.palette.on_hero))


def hero(ui: Ui, label: str, amount: Money, below: ft.Control) -> ft.Control:
    """An amount on the brand's gradient."""
    colours = ui.palette
    glow = ft.Container(
        width=280,
        height=280,
        right=-80,
        top=-140,
        gradient=ft.RadialGradient(colors=[fade("#FFFFFF", 0.22), fade("#FFFFFF", 0)], radius=0.5),
    )
    words = ft.Container(
        padding=Space.XL - 2,
        content=column(
            text(ui, label, LABEL, colours.on_hero),
            hero_amount(ui, amount, colours.on_hero, label=label),
            ft.Container(height=Space.L),
            below,
            gap=Space.S,
        ),
    )
    return ft.Container(
        border_radius=Radius.XL,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT, end=ft.Alignment.BOTTOM_RIGHT, colors=list(colours.hero), stops=[0, 0.6, 1]
        ),
        border=ft.Border.all(1, colours.line) if colours.hero[0] == "#000000" else None,
        shadow=None
        if colours.is_dark
        else ft.BoxShadow(
            blur_radius=36, spread_radius=-14, offset=ft.Offset(0, 16), color=fade(colours.hero[1], 0.55)
        ),
        content=ft.Stack([glow, words]),
    )
