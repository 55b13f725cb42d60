"""The gallery."""

import flet as ft

from app.components import skeleton
from app.components.amount import AmountChooser
from app.components.field import CodeField, Field, choice, segments, toggle
from app.components.layout import badge, bullet, card, chip, column, fact, list_card, notice, progress, row, tile
from app.components.press import Button, icon_button, link
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, failure
from app.components.text import amount, heading, icon, text, title
from app.components.tick import tick
from app.components.timeline import Happening, Pace, timeline
from app.design.icons import ICONS
from app.design.tokens import BODY, CAPTION, FIGURE, HERO, LABEL, SMALL, STRONG, TITLE_1, TITLE_2, TITLE_3, Size
from app.guard import component
from app.hooks import use_store, use_ui, use_value
from app.routes import Gallery
from app.screens.home.limit import hero
from app.screens.not_there import NotThereScreen
from app.stores.problem import Kind, Problem
from app.ui import Ui
from shared.money import Money

_SAMPLE = Money.of(15_200_050, "NGN")


@component
def GalleryScreen(route: Gallery) -> ft.Control:
    """Nothing but components; none of them reaches the platform."""
    ui = use_ui()
    if not use_store().connections.config.development:
        return NotThereScreen(route)
    return screen(
        ui, title(ui, "Gallery"), *_words(ui), *_presses(ui), Inputs(), *_grounds(ui), *_states(ui), width=Size.COLUMN
    )


def _words(ui: Ui) -> list[ft.Control]:
    steps = (HERO, FIGURE, TITLE_1, TITLE_2, TITLE_3, BODY, STRONG, SMALL, LABEL, CAPTION)
    samples = [text(ui, "Wɛ̀n ọjọ́ ńlá 0123456789 ₦", step) for step in steps]
    icons = ft.Row([icon(ui, name) for name in ICONS], wrap=True, spacing=8, run_spacing=8)
    return [
        heading(ui, "Type", 2),
        column(*samples, gap=4),
        heading(ui, "Icons", 2),
        icons,
        amount(ui, _SAMPLE, FIGURE),
    ]


def _presses(ui: Ui) -> list[ft.Control]:
    kinds = [Button(kind.capitalize(), lambda: None, kind=kind) for kind in ("main", "soft", "plain", "danger")]
    more = [Button("Busy", lambda: None, busy=True), Button("Disabled", lambda: None, disabled=True)]
    small = row(icon_button(ui, "bell", "Bell", lambda: None), link(ui, "A link", lambda: None))
    return [heading(ui, "Presses", 2), *kinds, *more, small]


@component
def Inputs() -> ft.Control:
    """Fields that keep what is typed."""
    ui = use_ui()
    word, write = use_value("")
    code, enter = use_value("")
    minor, slide = use_value(15_000_000)
    yes, tick_it = use_value(False)
    way, go = use_value("a")
    chooser = AmountChooser(
        "Amount",
        Money.of(minor, "NGN"),
        Money.of(1_000_000, "NGN"),
        Money.of(100_000_000, "NGN"),
        lambda taken: slide(taken or minor),
    )
    return column(
        heading(ui, "Inputs", 2),
        Field("Name", word, write, helper="A helper"),
        Field("Name with an error", word, write, error="What is wrong"),
        CodeField("Code", code, enter),
        chooser,
        segments(ui, [("a", "One"), ("b", "Two")], way, go),
        choice(ui, "Chosen", lambda: None, chosen=True, subtitle="Subtitle", icon_name="bank"),
        choice(ui, "Not chosen", lambda: None, chosen=False),
        toggle(ui, "A switch", yes, tick_it, subtitle="Subtitle"),
        tick(ui, "A tick", yes, tick_it),
    )


def _grounds(ui: Ui) -> list[ft.Control]:
    tones = ("soft", "good", "warn", "bad", "sunken")
    steps = [Happening(pace.value.capitalize(), "A note", pace) for pace in Pace]
    return [
        heading(ui, "Grounds", 2),
        hero(ui, "Available", _SAMPLE, progress(ui, 0.4, label="Share", color=ui.palette.on_hero)),
        card(ui, heading(ui, "A card", 3), fact(ui, "Name", "Value"), fact(ui, "Strong", "Value", strong=True)),
        list_card(ui, [tile(ui, "A row", "Subtitle", lead=badge(ui, "bank"), on_press=lambda: None) for _ in range(2)]),
        row(*(chip(ui, tone, tone=tone, icon_name="info") for tone in tones), wrap=True),
        *(notice(ui, f"A notice that is {tone}", tone=tone) for tone in tones[:4]),
        bullet(ui, "A point of a list"),
        card(ui, timeline(ui, steps)),
    ]


def _states(ui: Ui) -> list[ft.Control]:
    problems = [
        Problem(kind=kind, code="code", detail="What the platform says.", reference="01a2", wait_s=3) for kind in Kind
    ]
    return [
        heading(ui, "States", 2),
        skeleton.cards(ui, 80, 40),
        skeleton.rows(ui, 2),
        blank(ui, "Nothing here", "list", "Why, and what next."),
        failure(ui, "What happened.", lambda: None, reference="01a2"),
        *(shown for each in problems if (shown := problem_notice(ui, each)) is not None),
    ]
