import pytest

from backend.onboarding.domain.cases import (
    Case,
    CaseRules,
    CaseStep,
    complete,
    move,
    open_case,
    renew,
    send_back,
    submit,
)
from backend.onboarding.domain.errors import (
    IllegalCaseStep,
    ImplausibleOwnership,
    ReasonsMissing,
    TasksOutstanding,
    UnknownCaseTask,
)
from backend.onboarding.domain.kyb_case import KYB, Holding, check_holdings
from backend.onboarding.domain.kyc_case import KYC
from shared.api.onboarding import CaseState, KybTask, KycTask, TaskState

BOTH = pytest.mark.parametrize("rules", [KYC, KYB], ids=["kyc", "kyb"])


def collected(rules: CaseRules) -> Case:
    case = open_case(rules)
    for task in rules.tasks:
        case = complete(rules, case, task)
    return case


def in_review(rules: CaseRules) -> Case:
    return move(rules, submit(rules, collected(rules)), CaseStep.SEND)


@BOTH
def test_the_first_task_begins_the_collecting(rules: CaseRules) -> None:
    case = complete(rules, open_case(rules), rules.tasks[1])

    assert case.state is CaseState.COLLECTING
    assert case.outstanding == (rules.tasks[0], *rules.tasks[2:])


@BOTH
def test_a_case_is_submitted_only_when_every_task_is_done(rules: CaseRules) -> None:
    case = complete(rules, open_case(rules), rules.tasks[0])

    with pytest.raises(TasksOutstanding, match=rules.tasks[1]):
        submit(rules, case)
    assert submit(rules, collected(rules)).state is CaseState.SUBMITTED


@BOTH
@pytest.mark.parametrize(
    ("step", "state"),
    [
        (CaseStep.PASS, CaseState.PASSED),
        (CaseStep.FAIL, CaseState.FAILED),
        (CaseStep.ASK, CaseState.NEEDS_ACTION),
        (CaseStep.REFER, CaseState.REFERRED),
    ],
)
def test_a_provider_decides_once(rules: CaseRules, step: CaseStep, state: CaseState) -> None:
    decided = move(rules, in_review(rules), step)

    assert decided.state is state
    for again in (CaseStep.PASS, CaseStep.FAIL, CaseStep.ASK):
        with pytest.raises(IllegalCaseStep):
            move(rules, decided, again)


@BOTH
def test_an_illegal_step_says_what_is_possible_instead(rules: CaseRules) -> None:
    with pytest.raises(IllegalCaseStep) as refused:
        move(rules, open_case(rules), CaseStep.APPROVE)

    assert refused.value.detail == "A case that is draft can't approve. It can: begin, withdraw."


@BOTH
def test_a_case_that_somebody_else_has_takes_nothing_more(rules: CaseRules) -> None:
    with pytest.raises(IllegalCaseStep):
        complete(rules, in_review(rules), rules.tasks[0])


def test_a_provider_that_asks_reopens_only_the_tasks_it_names() -> None:
    asked = send_back(KYC, in_review(KYC), CaseStep.ASK, {KycTask.DOCUMENT: "document_blurred"})

    assert asked.state is CaseState.NEEDS_ACTION
    assert asked.outstanding == (KycTask.DOCUMENT,)
    assert [(task.state, task.reason) for task in asked.tasks if task.name == "document"] == [
        (TaskState.REDO, "document_blurred")
    ]

    again = submit(KYC, complete(KYC, asked, KycTask.DOCUMENT))

    assert again.state is CaseState.SUBMITTED
    assert again.attempt == 2


def test_an_officer_must_say_what_to_do_again() -> None:
    referred = move(KYC, in_review(KYC), CaseStep.REFER)

    with pytest.raises(ReasonsMissing):
        send_back(KYC, referred, CaseStep.RETURN, {})
    with pytest.raises(UnknownCaseTask, match="directors"):
        send_back(KYC, referred, CaseStep.RETURN, {KybTask.DIRECTORS: "wrong"})


def test_an_unknown_task_is_refused_with_the_list_of_tasks() -> None:
    with pytest.raises(UnknownCaseTask, match="identity_details, document, selfie, address"):
        complete(KYC, open_case(KYC), "horoscope")


def test_an_expired_case_asks_only_for_what_goes_stale() -> None:
    expired = move(KYC, move(KYC, in_review(KYC), CaseStep.PASS), CaseStep.EXPIRE)

    assert renew(KYC, expired).outstanding == (KycTask.DOCUMENT, KycTask.SELFIE)
    with pytest.raises(IllegalCaseStep):
        renew(KYC, collected(KYC))


def test_a_known_business_may_renew_early_and_a_person_may_not() -> None:
    assert renew(KYB, move(KYB, in_review(KYB), CaseStep.PASS)).state is CaseState.COLLECTING
    with pytest.raises(IllegalCaseStep):
        renew(KYC, move(KYC, in_review(KYC), CaseStep.PASS))


@BOTH
def test_every_state_but_the_first_can_be_reached(rules: CaseRules) -> None:
    assert set(rules.transitions.values()) == set(CaseState) - {CaseState.DRAFT}


def test_owners_who_hold_more_than_the_whole_are_refused() -> None:
    owners = [Holding(name="Ada", share_bps=6000), Holding(name="Obi", share_bps=4001)]

    with pytest.raises(ImplausibleOwnership, match=r"100\.01 %"):
        check_holdings(owners, nobody_significant=False)


def test_owners_and_the_declaration_that_there_are_none_must_not_contradict_each_other() -> None:
    small, large = [Holding(name="Ada", share_bps=499)], [Holding(name="Ada", share_bps=500)]

    check_holdings(small, nobody_significant=True)
    check_holdings(large, nobody_significant=False)
    check_holdings([], nobody_significant=True)
    with pytest.raises(ImplausibleOwnership):
        check_holdings(large, nobody_significant=True)
    with pytest.raises(ImplausibleOwnership):
        check_holdings(small, nobody_significant=False)
