"""What a wide window shows beside the way in: whose app it is, and what it promises."""

import flet as ft

from app.components.layout import column
from app.components.text import text
from app.design.colour import fade
from app.design.tokens import BODY, HERO, TITLE_2, Space
from app.ui import Ui


def front(ui: Ui) -> ft.Control:
    """The brand's gradient with its name and one sentence."""
    tenant = ui.store.session.tenant
    colours = ui.palette
    words = column(
        text(ui, tenant.name if tenant else "", TITLE_2, colours.on_hero),
        ft.Container(expand=True),
        text(ui, ui.say("Credit you can read"), HERO, colours.on_hero),
        text(
            ui,
            ui.say("Instalment, total and yearly rate before you decide. No cost appears later."),
            BODY,
            colours.on_hero,
        ),
        gap=Space.M,
    )
    words.tight = False
    return ft.Container(
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT, end=ft.Alignment.BOTTOM_RIGHT, colors=list(colours.hero), stops=[0, 0.55, 1]
        ),
        content=ft.Stack([_glow(), ft.Container(content=words, padding=Space.XXL + Space.S, expand=True)], expand=True),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        expand=True,
    )


def _glow() -> ft.Control:
    return ft.Container(
        width=520,
        height=520,
        right=-180,
        top=-180,
        gradient=ft.RadialGradient(colors=[fade("#FFFFFF", 0.24), fade("#FFFFFF", 0)], radius=0.5),
    )
