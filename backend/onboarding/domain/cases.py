"""What KYC and KYB cases have in common: states, steps, tasks, and the engine that walks a transition table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from backend.onboarding.domain.errors import IllegalCaseStep, ReasonsMissing, TasksOutstanding, UnknownCaseTask
from shared.api.onboarding import CaseState, TaskState


class CaseStep(StrEnum):
    """What can happen to a case, by who makes it happen."""

    BEGIN = "begin"  # applicant
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RENEW = "renew"
    SEND = "send"  # platform
    REFER = "refer"
    EXPIRE = "expire"
    PASS = "pass"  # noqa: S105  # provider
    FAIL = "fail"
    ASK = "ask"
    APPROVE = "approve"  # compliance officer
    REJECT = "reject"
    RETURN = "return"
    REOPEN = "reopen"


class Task(Struct, frozen=True, kw_only=True):
    """One thing that the applicant must give."""

    name: str
    state: TaskState = TaskState.TODO
    reason: str | None = None  # a code, told to the applicant in plain words


Transitions = Mapping[tuple[CaseState, CaseStep], CaseState]


class CaseRules(Struct, frozen=True, kw_only=True):
    """A kind of case: its table, its tasks in the order they are shown, and those that go stale with time."""

    transitions: Transitions
    tasks: tuple[str, ...]
    renewed_tasks: tuple[str, ...]

    def allowed(self, state: CaseState) -> tuple[CaseStep, ...]:
        """The steps that lead on from `state`, in a fixed order."""
        return tuple(step for step in CaseStep if (state, step) in self.transitions)


class Case(Struct, frozen=True, kw_only=True):
    """A case as the rules see it. `attempt` counts submissions: an answer to an earlier one is stale."""

    state: CaseState
    tasks: tuple[Task, ...]
    attempt: int = 0

    @property
    def outstanding(self) -> tuple[str, ...]:
        """The tasks that still keep the case from being submitted."""
        return tuple(task.name for task in self.tasks if task.state is not TaskState.DONE)


# States in which the applicant may still change what was given.
OPEN_TO_APPLICANT: Final = frozenset({CaseState.DRAFT, CaseState.COLLECTING, CaseState.NEEDS_ACTION})
# States in which somebody else has the case: no second one is opened beside it.
LIVE: Final = OPEN_TO_APPLICANT | {CaseState.SUBMITTED, CaseState.IN_REVIEW, CaseState.REFERRED}


def open_case(rules: CaseRules) -> Case:
    """A fresh case with every task to do."""
    return Case(state=CaseState.DRAFT, tasks=tuple(Task(name=name) for name in rules.tasks))


def move(rules: CaseRules, case: Case, step: CaseStep) -> Case:
    """The case after `step`. Raises IllegalCaseStep when the table has no such transition."""
    target = rules.transitions.get((case.state, step))
    if target is None:
        allowed = ", ".join(rules.allowed(case.state)) or "nothing more"
        raise IllegalCaseStep(state=case.state, action=step, allowed=allowed)
    return replace(case, state=target)


def complete(rules: CaseRules, case: Case, task: str) -> Case:
    """The case with `task` done; the first task done begins the collecting.

    Idempotent. Raises UnknownCaseTask, IllegalCaseStep once the case has left the applicant's hands.
    """
    if task not in rules.tasks:
        raise UnknownCaseTask(task=task, tasks=", ".join(rules.tasks))
    _require_open(rules, case, task)
    if case.state is CaseState.DRAFT:
        case = move(rules, case, CaseStep.BEGIN)
    done = Task(name=task, state=TaskState.DONE)
    return replace(case, tasks=tuple(done if known.name == task else known for known in case.tasks))


def submit(rules: CaseRules, case: Case) -> Case:
    """The case handed in for review, as its next attempt. Raises IllegalCaseStep, TasksOutstanding."""
    moved = move(rules, case, CaseStep.SUBMIT)
    if case.outstanding:
        raise TasksOutstanding(tasks=", ".join(case.outstanding))
    return replace(moved, attempt=case.attempt + 1)


def send_back(rules: CaseRules, case: Case, step: CaseStep, reasons: Mapping[str, str]) -> Case:
    """The case returned to the applicant with `reasons`: task name to reason code.

    `step` is the provider's ASK or the officer's RETURN. Raises IllegalCaseStep, ReasonsMissing, UnknownCaseTask.
    """
    assert step in {CaseStep.ASK, CaseStep.RETURN}, "only these give a case back"
    if not reasons:
        raise ReasonsMissing
    unknown = sorted(set(reasons) - set(rules.tasks))
    if unknown:
        raise UnknownCaseTask(task=", ".join(unknown), tasks=", ".join(rules.tasks))
    moved = move(rules, case, step)
    return replace(moved, tasks=tuple(_reopened(task, reasons.get(task.name)) for task in case.tasks))


def renew(rules: CaseRules, case: Case) -> Case:
    """The expired case open again, with only what goes stale to be given anew. Raises IllegalCaseStep."""
    moved = move(rules, case, CaseStep.RENEW)
    stale = dict.fromkeys(rules.renewed_tasks, "expired")
    return replace(moved, tasks=tuple(_reopened(task, stale.get(task.name)) for task in case.tasks))


def _reopened(task: Task, reason: str | None) -> Task:
    return replace(task, state=TaskState.REDO, reason=reason) if reason else task


def _require_open(rules: CaseRules, case: Case, task: str) -> None:
    if case.state not in OPEN_TO_APPLICANT:
        allowed = ", ".join(rules.allowed(case.state)) or "nothing more"
        raise IllegalCaseStep(state=case.state, action=f"take {task}", allowed=allowed)
