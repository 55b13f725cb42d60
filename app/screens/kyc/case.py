"""A case as its applicant sees it, a person's or a business's: the list of tasks, the wait, the result."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.components.layout import badge, bullet, card, chip, column, list_card, notice, progress, row, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.sheet import Asking
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, TITLE_3, Space
from app.routes import Route
from app.screens.kyc.reasons import failed_because, redo_because
from app.stores.case import RENEW, SUBMIT, WITHDRAW, CaseFlow
from app.ui import Ui
from shared.api.onboarding import CaseOut, CaseState, TaskOut, TaskState

WAITING = frozenset({CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.REFERRED})


@dataclass(frozen=True)
class CaseWords:
    """What differs between the case of a person and that of a business."""

    title: str
    intro: str
    checking: str
    passed: str
    failed: str
    renew: str
    task: Callable[[str], tuple[str, str, str]]  # icon, name and a word about a task
    place: Callable[[str], Route]  # where a task is done
    apply: Route | None  # None for who may not


def case_view(ui: Ui, case: CaseOut, flow: CaseFlow, words: CaseWords, *, may_change: bool = True) -> ft.Control:
    """The case as it stands; who may not change it sees how far it is."""
    if case.state in WAITING:
        return _checking(ui, case, words)
    renew = _renew(ui, case, flow, words) if may_change and RENEW in case.steps else None
    if case.state is CaseState.PASSED:
        place = words.apply
        apply = Button(ui.say("Apply for credit"), partial(ui.go, place), identifier="apply-now") if place else None
        until = ui.say("Good until {on}.", on=ui.date(case.expires_on)) if case.expires_on is not None else None
        told = ui.say("Nothing more is needed. You can apply now.") if place else ui.say("Nothing more is needed.")
        shown = _result(ui, "seal-check", "good", words.passed, told)
        return column(shown, muted(ui, until, SMALL, align=ft.TextAlign.CENTER) if until else None, apply, renew)
    if case.state is CaseState.FAILED:
        return _failed(ui, case, words)
    if case.state is CaseState.EXPIRED:
        told = ui.say("What proved it has run out. Only what went stale is asked for again.")
        return column(_result(ui, "clock", "warn", ui.say("Time to check again"), told), renew)
    return _tasks(ui, case, flow, words, may_change=may_change)


def state_chip(ui: Ui, case: CaseOut | None) -> ft.Control:
    """How far a case is, in a word."""
    if case is None or case.state in {CaseState.DRAFT, CaseState.WITHDRAWN}:
        return chip(ui, ui.say("Not begun"))
    if case.state in WAITING:
        return chip(ui, ui.say("Being checked"), icon_name="clock")
    return {
        CaseState.PASSED: lambda: chip(ui, ui.say("Verified"), tone="good", icon_name="check"),
        CaseState.FAILED: lambda: chip(ui, ui.say("Not confirmed"), tone="bad", icon_name="x"),
        CaseState.EXPIRED: lambda: chip(ui, ui.say("Run out"), tone="warn", icon_name="clock"),
        CaseState.NEEDS_ACTION: lambda: chip(ui, ui.say("Needs you"), tone="warn", icon_name="warning"),
    }.get(case.state, lambda: chip(ui, share_words(ui, case)))()


def share_words(ui: Ui, case: CaseOut) -> str:
    """How many of the tasks are done."""
    done = sum(task.state is TaskState.DONE for task in case.tasks)
    return ui.say("{done} of {all} done", done=done, all=len(case.tasks))


def _checking(ui: Ui, case: CaseOut, words: CaseWords) -> ft.Control:
    by_person = case.state is CaseState.REFERRED
    said = (
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
        heading(ui, words.checking, 1, TITLE_3),
        muted(ui, said, align=ft.TextAlign.CENTER),
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
    return ft.Semantics(live_region=True, container=True, content=card(ui, inner))


def _failed(ui: Ui, case: CaseOut, words: CaseWords) -> ft.Control:
    reasons = [bullet(ui, failed_because(ui, code), "x-circle", "bad") for code in case.reasons]
    return column(
        _result(ui, "x-circle", "bad", ui.say("The check did not pass"), words.failed),
        card(ui, heading(ui, ui.say("Why"), 2), *reasons) if reasons else None,
        Button(ui.say("Write to us"), lambda: ui.go("/chat"), kind="soft", identifier="ask-why"),
    )


def _renew(ui: Ui, case: CaseOut, flow: CaseFlow, words: CaseWords) -> ft.Control:
    async def renew() -> None:
        await flow.step(case, RENEW)

    is_over = case.state is CaseState.EXPIRED
    asked = Asking(
        ui.say("Check again"),
        ui.say("Check again?"),
        words.renew,
        ui.say("Check again"),
        renew,
        kind="main" if is_over else "plain",
        identifier="renew-case",
    )
    return column(problem_notice(ui, flow.action.problem), asked)


def _tasks(ui: Ui, case: CaseOut, flow: CaseFlow, words: CaseWords, *, may_change: bool) -> ft.Control:
    done = sum(task.state is TaskState.DONE for task in case.tasks)
    share = share_words(ui, case)
    redo = case.state is CaseState.NEEDS_ACTION or any(task.state is TaskState.REDO for task in case.tasks)

    async def submit() -> None:
        await flow.step(case, SUBMIT)

    async def withdraw() -> None:
        if await flow.step(case, WITHDRAW):
            ui.start(lambda: ui.store.toast.show(ui.say("Withdrawn. You can begin again at any time.")))

    hand_in = Button(
        ui.say("Hand in"), submit, disabled=bool(case.outstanding), busy=flow.action.busy, identifier="submit-kyc"
    )
    away = Asking(
        ui.say("Withdraw the check"),
        ui.say("Withdraw the check?"),
        ui.say("What you gave is no longer looked at. You can begin again at any time."),
        ui.say("Withdraw"),
        withdraw,
        danger=True,
        identifier="withdraw-case",
    )
    only_owners = notice(ui, ui.say("Only an owner of the business can fill this in."), icon_name="lock-key")
    return column(
        title(ui, words.title),
        muted(ui, words.intro),
        notice(ui, ui.say("Something has to be given again: the list says what."), tone="warn") if redo else None,
        column(progress(ui, done / max(len(case.tasks), 1), label=share), muted(ui, share, SMALL), gap=Space.S),
        list_card(ui, [_task(ui, task, words, may_change=may_change) for task in case.tasks]),
        problem_notice(ui, flow.action.problem),
        hand_in if may_change else only_owners,
        away if may_change and WITHDRAW in case.steps and case.state is not CaseState.DRAFT else None,
    )


def _task(ui: Ui, task: TaskOut, words: CaseWords, *, may_change: bool) -> ft.Control:
    icon_name, name, about = words.task(task.name)
    states = {
        TaskState.DONE: chip(ui, ui.say("Done"), tone="good", icon_name="check"),
        TaskState.REDO: chip(ui, ui.say("Again"), tone="warn", icon_name="warning"),
    }
    return tile(
        ui,
        name,
        redo_because(ui, task) or about,
        lead=badge(ui, icon_name),
        trail=row(states.get(task.state, chip(ui, ui.say("To do"))), gap=0),
        on_press=partial(ui.go, words.place(task.name)) if may_change else None,
        identifier=f"task-{task.name}",
    )
