"""Language first; then three sentences about the app, and the way in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.components.field import choice
from app.components.layout import around, column, row
from app.components.navigation import brand_mark
from app.components.press import Button, Press, icon_button, tappable
from app.components.screen import screen
from app.components.text import heading, icon, muted, title
from app.design.colour import fade
from app.design.tokens import TITLE_1, Motion, Radius, Size, Space
from app.guard import component
from app.hooks import use_ui, use_value
from app.routes import Home, SignIn, Welcome
from app.screens.sign_in import PasskeyWay
from app.ui import Ui
from shared.i18n import Language


@component
def WelcomeScreen(route: Welcome) -> ft.Control:
    """The languages until one is chosen on this device, then the carousel."""
    ui = use_ui()
    asking, ask = use_value(not ui.store.look.language_chosen)
    if asking:
        return _languages(ui, lambda: ask(False))
    return _carousel(ui, route, lambda: ask(True))


def _languages(ui: Ui, done: Press) -> ft.Control:
    tenant = ui.store.session.tenant

    async def choose(language: Language) -> None:
        await ui.store.speak(language)

    rows = [
        choice(
            ui,
            language.endonym[:1].upper() + language.endonym[1:],
            partial(choose, language),
            chosen=language is ui.words.language,
            identifier=f"language-{language.value}",
        )
        for language in Language
    ]
    return screen(
        ui,
        ft.Container(height=Space.XXL)
        if ui.wide
        else around(brand_mark(ui, tenant.name if tenant else "", size=44), top=Space.XL, bottom=Space.M),
        title(ui, ui.say("Choose your language")),
        column(*rows, gap=Space.S),
        actions=[Button(ui.say("Continue"), done, identifier="continue")],
    )


@dataclass(frozen=True)
class Slide:
    """One sentence about the app."""

    icon_name: str
    title: str
    words: str


def _slides(ui: Ui) -> tuple[Slide, ...]:
    return (
        Slide(
            "sparkle",
            ui.say("Credit you can read"),
            ui.say("Instalment, total and yearly rate before you decide. No cost appears later."),
        ),
        Slide(
            "scales",
            ui.say("Offers side by side"),
            ui.say("Several lenders answer one application. The cheapest is marked by its total cost alone."),
        ),
        Slide(
            "calendar-check",
            ui.say("Pay back your way"),
            ui.say("By bank transfer, link or automatic debit. Paying early lowers what you pay."),
        ),
    )


def _carousel(ui: Ui, route: Welcome, change_language: Press) -> ft.Control:
    at, move = use_value(0)
    slides = _slides(ui)[1:] if ui.wide else _slides(ui)  # a wide window says the first one beside it
    slide = slides[at]
    tenant = ui.store.session.tenant
    top = row(
        ft.Container(content=None if ui.wide else brand_mark(ui, tenant.name if tenant else ""), expand=True),
        icon_button(ui, "translate", ui.say("Change language"), change_language, identifier="change-language"),
    )
    words = column(
        heading(ui, slide.title, 1, TITLE_1),
        muted(ui, slide.words, align=ft.TextAlign.CENTER),
        center=True,
        gap=Space.M,
    )
    return screen(
        ui,
        top,
        _picture(ui, slide.icon_name, height=220 if ui.wide else 300),
        ft.Container(content=words, height=150 * ui.scale),
        _dots(ui, len(slides), at, move),
        actions=[
            Button(ui.say("Get started"), lambda: ui.go(SignIn(next=route.next)), identifier="get-started"),
            PasskeyWay(route.next or Home().path),
            Button(ui.say("I have an account"), lambda: ui.go(SignIn(next=route.next)), kind="plain"),
        ],
    )


def _picture(ui: Ui, name: str, *, height: int) -> ft.Control:
    """An icon on the brand's gradient, with light in two corners."""
    colours = ui.palette
    glow = ft.Container(
        width=260,
        height=260,
        right=-60,
        top=-110,
        gradient=ft.RadialGradient(colors=[fade("#FFFFFF", 0.28), fade("#FFFFFF", 0)], radius=0.5),
    )
    low = ft.Container(
        width=240,
        height=240,
        left=-90,
        bottom=-140,
        gradient=ft.RadialGradient(colors=[fade("#FFFFFF", 0.16), fade("#FFFFFF", 0)], radius=0.5),
    )
    ring = ft.Container(
        width=132,
        height=132,
        border_radius=66,
        bgcolor=fade("#FFFFFF", 0.14),
        border=ft.Border.all(1, fade("#FFFFFF", 0.25)),
        alignment=ft.Alignment.CENTER,
        content=icon(ui, name, 64, colours.on_hero),
    )
    middle = ft.Container(content=ring, alignment=ft.Alignment.CENTER, left=0, right=0, top=0, bottom=0)
    return ft.Container(
        height=height,
        border_radius=Radius.XL,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT, end=ft.Alignment.BOTTOM_RIGHT, colors=list(colours.hero), stops=[0, 0.55, 1]
        ),
        content=ft.Stack([glow, low, middle], expand=True),
    )


def _dots(ui: Ui, count: int, at: int, move: Callable[[int], None]) -> ft.Control:
    return ft.Row(
        [_dot(ui, n, count, n == at, move) for n in range(count)], alignment=ft.MainAxisAlignment.CENTER, spacing=0
    )


def _dot(ui: Ui, number: int, count: int, is_here: bool, move: Callable[[int], None]) -> ft.Control:
    mark = ft.Container(
        width=26 if is_here else 8,
        height=8,
        border_radius=4,
        bgcolor=ui.palette.fill if is_here else ui.palette.edge,
        animate=None if ui.still else Motion.ENTER,
    )
    inner = ft.Container(content=mark, width=Size.TARGET, height=Size.TARGET, alignment=ft.Alignment.CENTER)
    label = ui.say("Page {number} of {count}", number=number + 1, count=count)
    dot = tappable(
        ui,
        inner,
        lambda: move(number),
        label=label,
        selected=is_here,
        radius=Radius.PILL,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Container(content=dot, width=Size.TARGET, height=Size.TARGET)
