"""What happened to an application, step by step, and the files that were given with it."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, list_card, tile
from app.components.problem import problem_notice
from app.components.state_view import state_view
from app.components.text import heading, icon
from app.components.timeline import Happening, Pace, timeline
from app.design.tokens import STRONG, Space
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui
from app.screens.applications.words import status_words
from app.stores import papers
from app.stores.papers import Handout
from app.ui import Ui
from shared.api.applications import ApplicationOut, ApplicationStatus, StatusStepOut

_ENDS_BADLY = frozenset({ApplicationStatus.DECLINED, ApplicationStatus.EXPIRED, ApplicationStatus.DISBURSEMENT_FAILED})


@component
def Past(found: ApplicationOut) -> ft.Control:
    """Read by itself, below where the application stands now."""
    ui = use_ui()
    query = use_query(papers.steps(use_store(), found.id))
    shown = state_view(ui, query, lambda steps: card(ui, _steps(ui, steps)), skeleton=skeleton.cards(ui, 180))
    return column(heading(ui, ui.say("What happened"), 2, STRONG), shown, gap=Space.S)


def _steps(ui: Ui, steps: list[StatusStepOut]) -> ft.Control:
    return timeline(ui, [_step(ui, each) for each in steps])


def _step(ui: Ui, each: StatusStepOut) -> Happening:
    name = ui.say("Begun") if each.status is ApplicationStatus.DRAFT else status_words(ui, each.status)[2]
    return Happening(name, ui.instant(each.at), Pace.WRONG if each.status in _ENDS_BADLY else Pace.DONE)


@component
def Given(found: ApplicationOut) -> ft.Control:
    """The files, each to be had back."""
    ui = use_ui()
    store = use_store()
    handout = use_observed(use_kept(lambda: Handout(store)))
    use_observed(handout.action)
    rows = [
        tile(
            ui,
            ui.words.verbatim(each.filename),
            ui.instant(each.created_at),
            lead=badge(ui, "file-text", tone="sunken"),
            trail=icon(ui, "download-simple", 20, ui.palette.muted),
            on_press=partial(handout.attachment, found.id, each.id, each.filename),
            identifier=f"file-{each.id}",
        )
        for each in found.attachments
    ]
    return column(
        heading(ui, ui.say("What you gave with it"), 2, STRONG),
        list_card(ui, rows),
        problem_notice(ui, handout.action.problem),
        gap=Space.S,
    )
