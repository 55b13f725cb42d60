"""Stages, promises and plans: what is decided without storage."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from backend.arrears.domain.hardship import Case, Plan
from backend.arrears.domain.plan import days_of, outlines, require_plan
from backend.arrears.domain.promise import Promise, Received, judged, require_promisable
from backend.arrears.domain.stage import stage_of
from backend.arrears.errors import HardshipNotOpen, PlanOutdated, PlanUnfit, PromiseTooFar, PromiseTooMuch
from shared.api.arrears import (
    ArrearsStage,
    CloseReason,
    Every,
    HardshipIn,
    HardshipKind,
    HardshipStatus,
    PaymentPlanned,
    PromiseStatus,
)
from shared.ids import new_id

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOAN, USER, CASE_ID = new_id(), new_id(), new_id()


def promise(amount_minor: int = 100_00, days: int = 7, **changes: Any) -> Promise:
    made = Promise(
        id=new_id(),
        loan_id=LOAN,
        user_id=USER,
        currency="NGN",
        on=TODAY + timedelta(days=days),
        amount_minor=amount_minor,
        made_on=TODAY,
        made_at=NOON,
    )
    return replace(made, **changes)


def paid(amount_minor: int, days: int = 1) -> Received:
    return Received(
        payment_id=new_id(), on=TODAY + timedelta(days=days), amount_minor=amount_minor, entered_at=NOON + timedelta(1)
    )


def case(**changes: Any) -> Case:
    opened = Case(
        id=CASE_ID,
        loan_id=LOAN,
        user_id=USER,
        business_id=None,
        currency="NGN",
        kind=HardshipKind.SHORT_DELAY,
        status=HardshipStatus.OPEN,
        needs_person=False,
        opened_at=NOON,
        review_on=TODAY + timedelta(days=30),
    )
    return replace(opened, **changes)


def plan(**changes: Any) -> Plan:
    offered = Plan(
        id=new_id(),
        case_id=CASE_ID,
        kind=HardshipKind.SHORT_DELAY,
        payments=(PaymentPlanned(on=TODAY + timedelta(days=7), amount_minor=100_00),),
        covers_minor=100_00,
        total_to_pay_minor=300_00,
        extra_cost_minor=0,
        reported_late=True,
        by_staff=False,
        offered_on=TODAY,
    )
    return replace(offered, **changes)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (0, ArrearsStage.CURRENT),
        (1, ArrearsStage.DAYS_1_30),
        (30, ArrearsStage.DAYS_1_30),
        (31, ArrearsStage.DAYS_31_60),
        (60, ArrearsStage.DAYS_31_60),
        (61, ArrearsStage.DAYS_61_90),
        (90, ArrearsStage.DAYS_61_90),
        (91, ArrearsStage.OVER_90),
    ],
)
def test_a_loan_is_as_late_as_its_days(days: int, stage: ArrearsStage) -> None:
    assert stage_of(days) is stage


def test_a_promise_is_kept_by_what_comes_in_for_it() -> None:
    (half,) = judged([promise()], [paid(60_00)], TODAY)
    (kept,) = judged([promise()], [paid(60_00), paid(50_00, 2)], TODAY)

    assert (half.status, half.paid_minor, half.settled_on) == (PromiseStatus.OPEN, 60_00, None)
    assert (kept.status, kept.paid_minor, kept.settled_on) == (PromiseStatus.KEPT, 100_00, TODAY)


def test_a_promise_has_two_days_of_grace_and_is_then_broken() -> None:
    made = promise(days=7)

    (still,) = judged([made], [], TODAY + timedelta(days=9))
    (broken,) = judged([made], [], TODAY + timedelta(days=10))
    (late,) = judged([made], [paid(100_00, days=10)], TODAY + timedelta(days=10))
    (just,) = judged([made], [paid(100_00, days=9)], TODAY + timedelta(days=10))

    assert [each.status for each in (still, broken, late, just)] == [
        PromiseStatus.OPEN,
        PromiseStatus.BROKEN,
        PromiseStatus.BROKEN,
        PromiseStatus.KEPT,
    ]


def test_payments_serve_the_promise_that_is_due_first_and_none_twice() -> None:
    first, second = promise(days=3), promise(days=10)

    after = judged([second, first], [paid(150_00)], TODAY)

    assert {each.id: (each.status, each.paid_minor) for each in after} == {
        first.id: (PromiseStatus.KEPT, 100_00),
        second.id: (PromiseStatus.OPEN, 50_00),
    }


def test_a_payment_from_before_the_promise_does_not_count() -> None:
    earlier = replace(paid(100_00), entered_at=NOON - timedelta(hours=1))

    (still,) = judged([promise()], [earlier], TODAY)

    assert (still.status, still.paid_minor) == (PromiseStatus.OPEN, 0)


def test_a_payment_that_bounced_opens_its_promise_again() -> None:
    kept = promise(status=PromiseStatus.KEPT, paid_minor=100_00, settled_on=TODAY)

    (again,) = judged([kept], [], TODAY)

    assert (again.status, again.paid_minor, again.settled_on) == (PromiseStatus.OPEN, 0, None)


def test_a_promise_is_for_the_next_two_weeks_and_for_what_is_owed() -> None:
    require_promisable(TODAY + timedelta(days=14), 100, today=TODAY, most_minor=100)

    with pytest.raises(PromiseTooFar):
        require_promisable(TODAY + timedelta(days=15), 100, today=TODAY, most_minor=100)
    with pytest.raises(PromiseTooFar):
        require_promisable(TODAY - timedelta(days=1), 100, today=TODAY, most_minor=100)
    with pytest.raises(PromiseTooMuch):
        require_promisable(TODAY, 101, today=TODAY, most_minor=100)


def test_what_was_asked_for_comes_first_and_other_ways_stand_beside_it() -> None:
    wanted = HardshipIn(kind=HardshipKind.SHORT_DELAY, delay_until=TODAY + timedelta(days=10))

    found = outlines(wanted, open_minor=100_00, today=TODAY)

    assert found[0].days == (TODAY + timedelta(days=10),)
    assert {outline.kind for outline in found} == {HardshipKind.SHORT_DELAY, HardshipKind.SMALLER_AMOUNTS}
    assert not any(outline.needs_person for outline in found)


def test_smaller_amounts_follow_from_what_can_be_paid() -> None:
    wanted = HardshipIn(
        kind=HardshipKind.SMALLER_AMOUNTS, can_pay_minor=15_00, every=Every.WEEK, first_on=TODAY + timedelta(days=2)
    )

    first = outlines(wanted, open_minor=100_00, today=TODAY)[0]

    assert (len(first.days), first.part_minor, first.days[0]) == (7, 14_29, TODAY + timedelta(days=2))
    assert first.needs_person


@pytest.mark.parametrize(
    "wanted",
    [
        HardshipIn(kind=HardshipKind.SHORT_DELAY, delay_until=TODAY + timedelta(days=15)),
        HardshipIn(kind=HardshipKind.SHORT_DELAY, delay_until=TODAY),
        HardshipIn(kind=HardshipKind.SMALLER_AMOUNTS, can_pay_minor=1),
        HardshipIn(kind=HardshipKind.SMALLER_AMOUNTS, first_on=TODAY + timedelta(days=32)),
    ],
)
def test_days_and_amounts_out_of_bounds_are_refused(wanted: HardshipIn) -> None:
    with pytest.raises(PlanUnfit):
        outlines(wanted, open_minor=100_00, today=TODAY)


def test_somebody_who_cannot_pay_is_offered_no_payments() -> None:
    assert outlines(HardshipIn(kind=HardshipKind.CANNOT_PAY), open_minor=100_00, today=TODAY) == []


def test_a_month_later_is_the_same_day_or_the_last_one() -> None:
    assert days_of(date(2026, 1, 31), Every.MONTH, 3) == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))


def test_a_proposed_plan_has_its_days_in_order_and_ahead() -> None:
    require_plan([TODAY, TODAY + timedelta(days=1)], TODAY)

    for days in ([TODAY + timedelta(days=1), TODAY], [TODAY, TODAY], [TODAY - timedelta(days=1)]):
        with pytest.raises(PlanUnfit):
            require_plan(days, TODAY)


def test_a_plan_is_agreed_while_its_figures_hold() -> None:
    agreed = case(needs_person=True).agreed(plan(), TODAY + timedelta(days=3))

    assert (agreed.status, agreed.needs_person) == (HardshipStatus.AGREED, False)
    with pytest.raises(PlanOutdated):
        case().agreed(plan(), TODAY + timedelta(days=4))
    with pytest.raises(HardshipNotOpen):
        agreed.agreed(plan(), TODAY)


def test_a_case_follows_the_promises_of_its_plan() -> None:
    agreed = case(status=HardshipStatus.AGREED, agreed_plan_id=new_id())
    kept = promise(case_id=CASE_ID, status=PromiseStatus.KEPT, paid_minor=100_00)
    broken = promise(case_id=CASE_ID, status=PromiseStatus.BROKEN)
    waits = promise(case_id=CASE_ID)

    assert agreed.judged([kept, waits], NOON) is agreed
    assert agreed.judged([kept], NOON).status is HardshipStatus.KEPT
    assert agreed.judged([kept, broken], NOON).status is HardshipStatus.BROKEN
    assert case().judged([broken], NOON).status is HardshipStatus.OPEN


def test_a_case_ends_once() -> None:
    closed = case().closed(CloseReason.WITHDRAWN, NOON)

    assert (closed.status, closed.closed_at) == (HardshipStatus.CLOSED, NOON)
    with pytest.raises(HardshipNotOpen):
        closed.closed(CloseReason.WITHDRAWN, NOON)
