"""One task's page."""

import flet as ft

from app.components import skeleton
from app.components.layout import column
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import muted, title
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui
from app.routes import Kyc, KycTask
from app.screens.kyc.forms import form
from app.screens.kyc.screen import task_words
from app.stores import reads
from app.stores.kyc import KycForm
from app.ui import Ui
from shared.api.onboarding import CaseOut


@component
def KycTaskScreen(route: KycTask) -> ft.Control:
    """The form of a task; handed in, it leads back to the list."""
    ui = use_ui()
    store = use_store()
    query = use_query(reads.kyc(store))
    kept = use_observed(use_kept(lambda: KycForm(store, route.task)))
    use_observed(kept.action)
    return screen(
        ui,
        state_view(ui, query, lambda case: _form(ui, case, kept), skeleton=skeleton.cards(ui, 60, 60, 60)),
        back=lambda: ui.go(Kyc()),
    )


def _form(ui: Ui, case: CaseOut, kept: KycForm) -> ft.Control:
    async def save() -> None:
        if await kept.save(case):
            ui.go(Kyc())

    _, name, words = task_words(ui, kept.task)
    return column(
        title(ui, name),
        muted(ui, words),
        *form(ui, kept),
        problem_notice(ui, kept.action.problem),
        Button(ui.say("Save"), save, disabled=not kept.is_complete, busy=kept.action.busy, identifier="save-task"),
    )
