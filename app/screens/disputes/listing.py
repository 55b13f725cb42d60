"""What was said to be wrong with a loan, and the way to say it."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import bullet, column, row, tappable_card
from app.components.press import Button
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, icon, muted, text, title
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_news, use_store, use_ui
from app.routes import Dispute, Disputes, Loan, NewDispute
from app.screens.disputes.words import reason_words, status_chip
from app.stores import support
from app.ui import Ui
from shared.api.disputes import ANSWER_WITHIN, DisputeStatus, DisputeSummary

_LIVING = frozenset({DisputeStatus.OPEN, DisputeStatus.NEEDS_INFO, DisputeStatus.ESCALATED})


@component
def DisputesScreen(route: Disputes) -> ft.Control:
    """The newest first; before the first one, what happens when something is reported."""
    ui = use_ui()
    query = use_news(support.disputes(use_store(), route.loan_id), "support.dispute")
    begin = Button(
        ui.say("Report a problem"), lambda: ui.go(NewDispute(loan_id=route.loan_id)), identifier="report-problem"
    )
    return screen(
        ui,
        state_view(
            ui, query, lambda found: _list(ui, found), skeleton=skeleton.cards(ui, 112, 112), empty=partial(_none, ui)
        ),
        title=ui.say("Problems"),
        back=lambda: ui.go(Loan(loan_id=route.loan_id)),
        actions=[begin],
    )


def _none(ui: Ui) -> ft.Control:
    return column(
        title(ui, ui.say("Is something wrong?")),
        muted(
            ui, ui.say("A payment that is missing, a charge you don't know, an amount that can't be right: tell us.")
        ),
        what_happens(ui),
    )


def what_happens(ui: Ui) -> ft.Control:
    """What is promised to whoever reports a problem."""
    return column(
        bullet(ui, ui.say("Nobody reminds you of this loan while we look into it."), "bell"),
        bullet(
            ui,
            ui.plural(
                "You have an answer with reasons within {count} day.",
                "You have an answer with reasons within {count} days.",
                ANSWER_WITHIN.days,
            ),
            "clock",
        ),
        bullet(ui, ui.say("If you don't agree with it, somebody else looks again."), "scales"),
        gap=Space.M,
    )


def _list(ui: Ui, found: list[DisputeSummary]) -> ft.Control:
    return column(*(_dispute(ui, each) for each in found), gap=Space.M)


def _dispute(ui: Ui, each: DisputeSummary) -> ft.Control:
    name = reason_words(ui, each.reason)
    when = (
        ui.say("Answer by {day}", day=ui.date(each.answer_by))
        if each.status in _LIVING
        else ui.say("Reported on {at}", at=ui.instant(each.opened_at))
    )
    words = column(
        row(status_chip(ui, each.status, each.outcome), gap=0),
        row(
            ft.Container(content=heading(ui, name, 2, STRONG), expand=True),
            text(ui, ui.money(each.amount), STRONG, spoken=ui.words.spoken(each.amount)),
        ),
        muted(ui, ui.say("{number}. {when}", number=each.number, when=when), SMALL),
        gap=Space.S,
    )
    inner = row(ft.Container(content=words, expand=True), icon(ui, "caret-right", 18, ui.palette.muted))
    return tappable_card(ui, inner, partial(ui.go, Dispute(dispute_id=each.id)), identifier=f"dispute-{each.number}")
