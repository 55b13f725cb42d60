"""A business's case: its list of tasks, the hand-in, the result; and each task's page."""

from functools import partial

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
from app.routes import Apply, Business, Kyb, KybTask
from app.screens.businesses.forms import form
from app.screens.kyc.case import WAITING, CaseWords, case_view
from app.screens.kyc.reasons import redo_because
from app.screens.not_there import NotThereScreen
from app.stores import businesses
from app.stores.businesses import Filing, Standing
from app.stores.case import CaseFlow
from app.stores.kyb import KybForm
from app.ui import Ui
from shared.api import onboarding


@component
def KybScreen(route: Kyb) -> ft.Control:
    """Looks every two seconds while the check goes on."""
    ui = use_ui()
    store = use_store()
    query = businesses.standing(store, route.business_id)
    case = query.value.case if query.value is not None else None
    use_query(query, every_s=2 if case is not None and case.state in WAITING else None)
    flow = use_kept(lambda: CaseFlow(store))
    use_observed(flow.action)
    return screen(
        ui,
        state_view(ui, query, lambda found: _case(ui, found, flow), skeleton=skeleton.cards(ui, 90, 260)),
        title=ui.words.verbatim(query.value.business.name) if query.value is not None else "",
        back=lambda: ui.go(Business(business_id=route.business_id)),
    )


def _case(ui: Ui, found: Standing, flow: CaseFlow) -> ft.Control:
    if found.case is None:
        return notice(ui, ui.say("No owner of the business has begun this yet."), icon_name="info")
    business_id = found.business.id
    words = CaseWords(
        title=ui.say("Show who owns it"),
        intro=ui.say("The law asks us to know whom we lend to. Each part is kept; go on later, on any device."),
        checking=ui.say("Checking the business"),
        passed=ui.say("The business is verified"),
        failed=ui.say("We could not confirm the business. Write to us if you think this is a mistake."),
        renew=ui.say("You name directors, owners and address anew. Until they are checked nobody can apply for it."),
        task=partial(task_words, ui),
        place=lambda name: KybTask(business_id=business_id, task=name),
        apply=Apply(business_id=business_id) if found.may_apply else None,
    )
    return case_view(ui, found.case, flow, words, may_change=found.is_mine)


def task_words(ui: Ui, name: str) -> tuple[str, str, str]:
    """Icon, name and a word about each task."""
    return {
        "registration_details": (
            "buildings",
            ui.say("Registration"),
            ui.say("As the register has it; the certificate if you have it"),
        ),
        "directors": ("users", ui.say("Directors"), ui.say("Everybody who directs the business")),
        "beneficial_owners": ("hand-coins", ui.say("Owners"), ui.say("Everybody who holds 5 % or more")),
        "proof_of_address": ("map-pin", ui.say("Address of the business"), ui.say("With a bill or statement")),
    }.get(name, ("note-pencil", name, ""))


@component
def KybTaskScreen(route: KybTask) -> ft.Control:
    """A task that there is, or word that there is none."""
    return TaskPage(route) if route.task in list(onboarding.KybTask) else NotThereScreen(route)


@component
def TaskPage(route: KybTask) -> ft.Control:
    """The form of a task, with what was given before; handed in, it leads back to the list."""
    ui = use_ui()
    query = use_query(businesses.filing(use_store(), route.business_id))

    def form_of(found: Filing) -> ft.Control:
        # A form of its own for each task: one address may follow another.
        return keyed(f"{found.case.id} {route.task}", Form, found, route.task)

    return screen(
        ui,
        state_view(ui, query, form_of, skeleton=skeleton.cards(ui, 60, 60, 60)),
        back=lambda: ui.go(Kyb(business_id=route.business_id)),
    )


@component
def Form(filing: Filing, task: str) -> ft.Control:
    """One task."""
    ui = use_ui()
    store = use_store()
    kept = use_observed(use_kept(lambda: KybForm(store, filing, task)))
    use_observed(kept.action)
    use_task(kept.recall, [])
    if not kept.is_recalled:
        return skeleton.cards(ui, 60, 60, 60)

    async def save() -> None:
        if await kept.save():
            ui.go(Kyb(business_id=filing.standing.business.id))

    _, name, words = task_words(ui, task)
    known = next((each for each in filing.case.tasks if each.name == task), None)
    wrong = redo_because(ui, known) if known is not None else ""
    return column(
        title(ui, name),
        muted(ui, words),
        notice(ui, wrong, tone="warn", icon_name="warning") if wrong else None,
        *form(ui, kept),
        problem_notice(ui, kept.action.problem, at=kept.names),
        Button(ui.say("Save"), save, disabled=not kept.is_complete, busy=kept.action.busy, identifier="save-task"),
    )
