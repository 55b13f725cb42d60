"""What would help: three answers, a detail of each, and room for the borrower's own words."""

from functools import partial

import flet as ft

from app.components.field import Field, choice, segments
from app.components.layout import column, notice
from app.components.press import Button
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, STRONG, Space
from app.screens.hardship.budget import budget
from app.stores.hardship import DELAYS, MAX_WORDS, HardshipFlow
from app.ui import Ui
from shared.api.arrears import ArrearsOut, Every, HardshipKind
from shared.api.servicing import LoanOut


def asking(ui: Ui, flow: HardshipFlow, currency: str) -> list[ft.Control | None]:
    """The three answers; more is asked only once one is chosen."""
    answers = (
        (
            HardshipKind.SHORT_DELAY,
            "calendar-plus",
            ui.say("I need a few more days"),
            ui.say("Up to two weeks, then you pay"),
        ),
        (
            HardshipKind.SMALLER_AMOUNTS,
            "hand-coins",
            ui.say("I need a plan"),
            ui.say("Smaller amounts, over a longer time"),
        ),
        (
            HardshipKind.CANNOT_PAY,
            "lifebuoy",
            ui.say("I can't pay at the moment"),
            ui.say("One of us looks at it with you"),
        ),
    )
    rows = [
        choice(
            ui,
            name,
            partial(flow.choose, kind),
            chosen=flow.kind is kind,
            subtitle=words,
            icon_name=icon_name,
            identifier=f"help-{kind.value}",
        )
        for kind, icon_name, name, words in answers
    ]
    return [
        column(
            title(ui, ui.say("You are not alone with this")),
            muted(ui, ui.say("It happens to many people. Tell us what would help; no reminders go out meanwhile.")),
            gap=Space.S,
        ),
        column(*rows, gap=Space.M),
        *(_details(ui, flow, currency) if flow.kind is not None else []),
    ]


def _details(ui: Ui, flow: HardshipFlow, currency: str) -> list[ft.Control | None]:
    detail: ft.Control | None = None
    if flow.kind is HardshipKind.SHORT_DELAY:
        days = [(str(each), ui.plural("{count} day", "{count} days", each)) for each in DELAYS]
        detail = column(
            heading(ui, ui.say("How much longer?"), 2, STRONG),
            segments(ui, days, str(flow.delay_days), flow.delay, identifier="delay"),
            gap=Space.S,
        )
    elif flow.kind is HardshipKind.SMALLER_AMOUNTS:
        paces = [
            (Every.WEEK.value, ui.say("Every week")),
            (Every.TWO_WEEKS.value, ui.say("Every two weeks")),
            (Every.MONTH.value, ui.say("Every month")),
        ]
        detail = column(
            heading(ui, ui.say("What can you pay at a time?"), 2, STRONG),
            Field(
                ui.say("Amount at a time"),
                flow.affordable,
                flow.afford,
                keyboard=ft.KeyboardType.NUMBER,
                latin=True,
                helper=ui.say("Only what you can spare after food, rent and what else you can't do without."),
            ),
            segments(ui, paces, flow.every.value, flow.pace, identifier="every"),
            gap=Space.M,
        )
    return [detail, _words(ui, flow), budget(ui, flow, currency)]


def _words(ui: Ui, flow: HardshipFlow) -> ft.Control:
    privacy = ui.say("Only those who help you can read this. It is kept encrypted.")
    return column(
        heading(ui, ui.say("What happened? You need not say"), 2, STRONG),
        Field(
            ui.say("In your own words (optional)"),
            flow.circumstances,
            flow.confide,
            lines=3,
            max_length=MAX_WORDS,
        ),
        notice(ui, privacy, icon_name="lock-key"),
        gap=Space.M,
    )


def send_button(ui: Ui, flow: HardshipFlow, found: ArrearsOut, loan: LoanOut, *, offline: bool) -> ft.Control:
    """Asks for the plans, or for a person where nothing can be paid."""
    wanted = flow.wanted(found, loan.as_of) if loan.as_of is not None else None

    async def ask() -> None:
        if wanted is not None:
            await flow.ask(wanted)

    cannot = flow.kind is HardshipKind.CANNOT_PAY
    label = ui.say("Ask for help") if cannot else ui.say("See what is possible")
    return column(
        muted(ui, ui.say("You agree to nothing yet."), SMALL, align=ft.TextAlign.CENTER),
        Button(label, ask, disabled=wanted is None or offline, busy=flow.action.busy, identifier="ask-for-help"),
        gap=Space.S,
    )
