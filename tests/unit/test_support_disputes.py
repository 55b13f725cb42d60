"""Disputes: what may become of one, and who decides."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from backend.support.domain.dispute import Dispute
from backend.support.errors import DisputeNotEscalable, DisputeNotLiving, NothingDisputed, SamePersonAgain
from shared.api.disputes import DisputedKind, DisputeOutcome, DisputeReason, DisputeStatus, ResolveDisputeIn
from shared.ids import new_id

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHY = "The rail shows no such payment."


def dispute(**changes: Any) -> Dispute:
    opened = Dispute(
        id=new_id(),
        loan_id=new_id(),
        user_id=new_id(),
        business_id=None,
        kind=DisputedKind.CHARGE,
        transaction_id=new_id(),
        instalment=None,
        reason=DisputeReason.NOT_AGREED,
        amount_minor=100_00,
        currency="NGN",
        status=DisputeStatus.OPEN,
        answer_by=TODAY + timedelta(days=21),
        opened_at=NOON,
    )
    return replace(opened, **changes)


def decided(found: Dispute, outcome: DisputeOutcome, amount_minor: int = 0, by: str = "ama") -> Dispute:
    given = ResolveDisputeIn(outcome=outcome, reasons=WHY, amount_minor=amount_minor)
    return found.resolved(given, by=by, now=NOON, today=TODAY)


def test_being_right_means_the_whole_amount_unless_another_is_named() -> None:
    assert decided(dispute(), DisputeOutcome.UPHELD).found_minor == 100_00
    assert decided(dispute(), DisputeOutcome.PARTLY_UPHELD, 40_00).found_minor == 40_00
    assert decided(dispute(), DisputeOutcome.REJECTED).found_minor == 0


def test_no_more_is_found_than_was_disputed_and_nothing_where_it_was_rejected() -> None:
    for outcome, amount in ((DisputeOutcome.PARTLY_UPHELD, 100_01), (DisputeOutcome.REJECTED, 1)):
        with pytest.raises(NothingDisputed):
            decided(dispute(), outcome, amount)


def test_another_look_is_had_once_in_time_and_by_somebody_else() -> None:
    rejected = decided(dispute(), DisputeOutcome.REJECTED)
    again = rejected.escalated(TODAY + timedelta(days=30))

    assert (again.status, again.outcome, again.answer_by) == (
        DisputeStatus.ESCALATED,
        None,
        TODAY + timedelta(days=44),
    )
    with pytest.raises(SamePersonAgain):
        decided(again, DisputeOutcome.UPHELD)
    final = decided(again, DisputeOutcome.REJECTED, by="ben")
    with pytest.raises(DisputeNotEscalable):
        final.escalated(TODAY)
    with pytest.raises(DisputeNotEscalable):
        rejected.escalated(TODAY + timedelta(days=31))


def test_whoever_was_wholly_right_has_nothing_to_ask() -> None:
    assert decided(dispute(), DisputeOutcome.UPHELD).may_escalate_until is None


def test_a_question_waits_for_the_borrower_and_a_word_ends_the_wait() -> None:
    asked = dispute().asked()

    assert (asked.status, asked.told_more().status) == (DisputeStatus.NEEDS_INFO, DisputeStatus.OPEN)
    assert dispute(status=DisputeStatus.ESCALATED).asked().status is DisputeStatus.ESCALATED


def test_what_is_over_stays_so() -> None:
    for over in (dispute().withdrawn(NOON, TODAY), decided(dispute(), DisputeOutcome.UPHELD)):
        for act in (over.asked, over.told_more, lambda it=over: it.withdrawn(NOON, TODAY)):
            with pytest.raises(DisputeNotLiving):
                act()


def test_a_dispute_is_late_once_its_day_is_over() -> None:
    assert not dispute().is_overdue(TODAY + timedelta(days=21))
    assert dispute().is_overdue(TODAY + timedelta(days=22))
    assert not dispute().withdrawn(NOON, TODAY).is_overdue(TODAY + timedelta(days=22))
