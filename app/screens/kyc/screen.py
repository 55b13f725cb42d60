"""The list of tasks with how far each is, the hand-in, and the result as it comes."""

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, chip, column, list_card, notice, progress, row, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, TITLE_3, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Apply, Home, Kyc, KycTask
from app.stores import reads
from app.stores.action import Action
from app.ui import Ui
from shared.api.onboarding import CaseOut, CaseState, TaskOut, TaskState

WAITING = frozenset({CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.REFERRED})


@component
def KycScreen(route: Kyc) -> ft.Control:
    """Looks every two seconds while the check goes on."""
    del route
    ui = use_ui()
    store = use_store()
    query = reads.kyc(store)
    checking = query.value is not None and query.value.state in WAITING
    use_query(query, every_s=2 if checking else None)
    action = use_action()
    return screen(
        ui,
        state_view(ui, query, lambda case: _case(ui, case, action), skeleton=skeleton.cards(ui, 90, 260)),
        back=lambda: ui.go(Home()),
    )


def _case(ui: Ui, case: CaseOut, action: Action) -> ft.Control:
    if case.state in WAITING:
        return _checking(ui, case)
    if case.state is CaseState.PASSED:
        return _result(
            ui, "seal-check", "good", ui.say("You are verified"), ui.say("Nothing more is needed. You can apply now.")
        )
    if case.state is CaseState.FAILED:
        words = ui.say("We could not confirm who you are. Write to us if you think this is a mistake.")
        return _result(ui, "x-circle", "bad", ui.say("The check did not pass"), words)
    return _tasks(ui, case, action)


def _checking(ui: Ui, case: CaseOut) -> ft.Control:
    by_person = case.state is CaseState.REFERRED
    words = (
        ui.say("One of us looks at it. This can take a working day.")
        if by_person
        else ui.say("It takes about two minutes. You can leave; we tell you when it is done.")
    )
    ring = ft.Container(
        content=ft.ProgressRing(
            width=56, height=56, stroke_width=5, color=ui.palette.fill, semantics_label=ui.say("Checking")
        ),
        padding=Space.L,
    )
    inner = column(
        ring,
        heading(ui, ui.say("Checking your details"), 1, TITLE_3),
        muted(ui, words, align=ft.TextAlign.CENTER),
        center=True,
    )
    return ft.Semantics(live_region=True, container=True, content=card(ui, inner))


def _result(ui: Ui, icon_name: str, tone: str, said: str, words: str) -> ft.Control:
    inner = column(
        badge(ui, icon_name, tone=tone, size=72),
        heading(ui, said, 1, TITLE_3),
        muted(ui, words, align=ft.TextAlign.CENTER),
        center=True,
    )
    next_step = (
        Button(ui.say("Apply for credit"), lambda: ui.go(Apply()), identifier="apply-now") if tone == "good" else None
    )
    return ft.Semantics(live_region=True, container=True, content=column(card(ui, inner), next_step))


def _tasks(ui: Ui, case: CaseOut, action: Action) -> ft.Control:
    done = sum(task.state is TaskState.DONE for task in case.tasks)
    share = ui.say("{done} of {all} done", done=done, all=len(case.tasks))

    async def submit() -> None:
        answer = await action.run(
            lambda: ui.store.client.onboarding.submit_kyc(case.id, idempotency_key=action.key(case.attempt))
        )
        if answer is not None:
            reads.kyc(ui.store).put(answer)
            await ui.store.refresh(reads.HOME)

    redo = case.state is CaseState.NEEDS_ACTION
    return column(
        title(ui, ui.say("Prove who you are")),
        muted(ui, ui.say("The law asks us to know our customers. You can stop and go on later, on any device.")),
        notice(ui, ui.say("Something has to be given again: the list says what."), tone="warn") if redo else None,
        column(progress(ui, done / max(len(case.tasks), 1), label=share), muted(ui, share, SMALL), gap=Space.S),
        list_card(ui, [_task(ui, task) for task in case.tasks]),
        problem_notice(ui, action.problem),
        Button(ui.say("Hand in"), submit, disabled=bool(case.outstanding), busy=action.busy, identifier="submit-kyc"),
    )


def _task(ui: Ui, task: TaskOut) -> ft.Control:
    icon_name, name, words = task_words(ui, task.name)
    states = {
        TaskState.DONE: chip(ui, ui.say("Done"), tone="good", icon_name="check"),
        TaskState.REDO: chip(ui, ui.say("Again"), tone="warn", icon_name="warning"),
    }
    state = states.get(task.state, chip(ui, ui.say("To do")))
    return tile(
        ui,
        name,
        task.message or words,
        lead=badge(ui, icon_name),
        trail=row(state, gap=0),
        on_press=lambda: ui.go(KycTask(task=task.name)),
        identifier=f"task-{task.name}",
    )


def task_words(ui: Ui, name: str) -> tuple[str, str, str]:
    """Icon, name and a word about each task."""
    return {
        "identity_details": ("user", ui.say("Your details"), ui.say("Name, birthday, BVN or NIN")),
        "document": ("identification-card", ui.say("Identity document"), ui.say("Passport, card or licence")),
        "selfie": ("camera", ui.say("A picture of you"), ui.say("Compared with your document")),
        "address": ("map-pin", ui.say("Your address"), ui.say("Where you live")),
    }.get(name, ("note-pencil", name, ""))
