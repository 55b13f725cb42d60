"""One task's page."""

import flet as ft

from app.components import skeleton
from app.components.layout import column, notice
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import muted, title
from app.guard import component, keyed
from app.hooks import use_kept, use_observed, use_query, use_store, use_task, use_ui
from app.routes import Kyc, KycTask
from app.screens.kyc.forms import form
from app.screens.kyc.reasons import redo_because
from app.screens.kyc.screen import task_words
from app.screens.not_there import NotThereScreen
from app.stores.kyc import Filing, KycForm, filing
from shared.api import onboarding


@component
def KycTaskScreen(route: KycTask) -> ft.Control:
    """A task that there is, or word that there is none."""
    return TaskPage(route.task) if route.task in list(onboarding.KycTask) else NotThereScreen(route)


@component
def TaskPage(task: str) -> ft.Control:
    """The form of a task, with what was given before; handed in, it leads back to the list."""
    ui = use_ui()
    query = use_query(filing(use_store()))
    return screen(
        ui,
        state_view(
            ui,
            query,
            # A form of its own for each task: one address may follow another.
            lambda found: keyed(f"{found.case.id} {task}", Form, found, task),
            skeleton=skeleton.cards(ui, 60, 60, 60),
        ),
        back=lambda: ui.go(Kyc()),
    )


@component
def Form(found: Filing, task: str) -> ft.Control:
    """One task, with what was wrong with it before."""
    ui = use_ui()
    store = use_store()
    kept = use_observed(use_kept(lambda: KycForm(store, found, task)))
    use_observed(kept.action)
    use_task(kept.recall, [])
    if not kept.is_recalled:
        return skeleton.cards(ui, 60, 60, 60)

    async def save() -> None:
        if await kept.save():
            ui.go(Kyc())

    _, name, words = task_words(ui, task)
    known = next((each for each in found.case.tasks if each.name == task), None)
    wrong = redo_because(ui, known) if known is not None else ""
    return column(
        title(ui, name),
        muted(ui, words),
        notice(ui, wrong, tone="warn", icon_name="warning") if wrong else None,
        *form(ui, kept),
        problem_notice(ui, kept.action.problem, at=kept.names),
        Button(ui.say("Save"), save, disabled=not kept.is_complete, busy=kept.action.busy, identifier="save-task"),
    )
