"""When an agreement may be signed or cancelled, and what becomes of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.agreements.domain.agreement import NOT_PAID_OUT, RETURN_DAYS, SIGN_WITHIN, WITHDRAWN, Agreement
from backend.agreements.domain.signing import CONSENT_VERSION, Evidence, signing_hash
from backend.agreements.errors import AgreementNotCancellable, AgreementNotSignable, AgreementRunOut
from shared.api.agreements import AgreementStatus, DocumentKind
from shared.ids import new_id
from shared.terms import Frequency, LoanTerms

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = NOW.date()
_S = AgreementStatus
DOCUMENTS = {DocumentKind.KEY_FACTS: bytes(32), DocumentKind.CONTRACT: bytes([1]) * 32}


def draft() -> Agreement:
    terms = LoanTerms(
        currency="NGN",
        principal_minor=1_000_000,
        annual_rate_pct=Decimal(18),
        instalments=3,
        frequency=Frequency.MONTHLY,
    )
    return Agreement(
        id=new_id(),
        application_id=new_id(),
        offer_id=new_id(),
        loan_id=new_id(),
        user_id=new_id(),
        business_id=None,
        product_id=new_id(),
        product_kind="working_capital",
        lender="harbor",
        lender_name="Harbor",
        terms=terms,
        credit_limit_minor=None,
        payout_account_id=new_id(),
        status=_S.DRAFTING,
        drafted_at=NOW,
    )


def ready(days: int = 14) -> Agreement:
    return draft().ready(NOW, language="en", cooling_off_days=days)


def signed(days: int = 14) -> Agreement:
    return ready(days).signed(NOW, TODAY)


def test_it_can_be_signed_for_a_week() -> None:
    agreement = ready()

    assert agreement.signed(NOW + SIGN_WITHIN - timedelta(seconds=1), TODAY).status is _S.SIGNED
    with pytest.raises(AgreementRunOut):
        agreement.signed(NOW + SIGN_WITHIN, TODAY)
    assert agreement.expired(NOW + SIGN_WITHIN).status is _S.EXPIRED
    assert agreement.expired(NOW + SIGN_WITHIN - timedelta(seconds=1)) is agreement


@pytest.mark.parametrize("status", [_S.DRAFTING, _S.SIGNED, _S.CANCELLING, _S.CANCELLED, _S.EXPIRED])
def test_only_a_ready_one_can_be_signed(status: AgreementStatus) -> None:
    with pytest.raises(AgreementNotSignable):
        replace(ready(), status=status).signed(NOW, TODAY)


def test_the_cooling_off_days_run_from_the_signature() -> None:
    assert signed(14).cooling_off_until == date(2026, 12, 5)


def test_before_the_payout_it_may_be_cancelled_at_any_time_and_ends_at_once() -> None:
    for today in (TODAY, TODAY + timedelta(days=100)):
        cancelled = signed(3).cancelled(today, "changed_mind")
        assert (cancelled.status, cancelled.cancelled_on, cancelled.return_by) == (_S.CANCELLED, today, None)


@pytest.mark.parametrize("days_later", [0, 3])
def test_after_the_payout_it_may_be_cancelled_while_the_cooling_off_days_run(days_later: int) -> None:
    paid = signed(3).paid_out(TODAY, TODAY)
    today = TODAY + timedelta(days=days_later)

    cancelling = paid.cancelled(today, "changed_mind")

    assert paid.may_cancel(today)
    assert cancelling.status is _S.CANCELLING
    assert cancelling.return_by == today + timedelta(days=RETURN_DAYS)


def test_after_the_payout_and_the_cooling_off_days_it_holds() -> None:
    paid = signed(3).paid_out(TODAY, TODAY)

    assert not paid.may_cancel(TODAY + timedelta(days=4))
    with pytest.raises(AgreementNotCancellable):
        paid.cancelled(TODAY + timedelta(days=4), "changed_mind")


@pytest.mark.parametrize("days_later", [0, 1])
def test_without_cooling_off_days_it_may_be_cancelled_until_the_payout(days_later: int) -> None:
    paid = signed(0).paid_out(TODAY, TODAY)

    assert signed(0).may_cancel(TODAY + timedelta(days=5))
    assert not paid.may_cancel(TODAY + timedelta(days=days_later))


@pytest.mark.parametrize("status", [_S.DRAFTING, _S.CANCELLING, _S.CANCELLED, _S.EXPIRED])
def test_what_is_not_in_force_can_not_be_cancelled(status: AgreementStatus) -> None:
    with pytest.raises(AgreementNotCancellable):
        replace(signed(), status=status).cancelled(TODAY, "changed_mind")


def test_a_payout_that_crosses_the_cancellation_is_to_be_paid_off() -> None:
    cancelled = signed().cancelled(TODAY, "changed_mind")

    crossed = cancelled.paid_out(TODAY, TODAY + timedelta(days=1))

    assert (crossed.status, crossed.cancel_reason) == (_S.CANCELLING, "changed_mind")
    assert crossed.return_by == TODAY + timedelta(days=1 + RETURN_DAYS)


def test_a_cancellation_is_done_once_the_loan_is_paid_off() -> None:
    cancelling = signed().paid_out(TODAY, TODAY).cancelled(TODAY, "changed_mind")

    done = cancelling.paid_off(TODAY + timedelta(days=2))

    assert (done.status, done.cancelled_on) == (_S.CANCELLED, TODAY + timedelta(days=2))
    assert signed().paid_off(TODAY).status is _S.SIGNED


def test_a_cancellation_whose_money_does_not_come_back_is_void() -> None:
    cancelling = signed().paid_out(TODAY, TODAY).cancelled(TODAY, "changed_mind")
    last = TODAY + timedelta(days=RETURN_DAYS)

    assert cancelling.lapsed(last) is cancelling
    lapsed = cancelling.lapsed(last + timedelta(days=1))
    assert (lapsed.status, lapsed.return_by, lapsed.cancelled_on) == (_S.SIGNED, None, None)


def test_a_withdrawn_application_ends_only_what_is_unsigned() -> None:
    assert ready().withdrawn(TODAY).cancel_reason == WITHDRAWN
    assert draft().withdrawn(TODAY).status is _S.CANCELLED
    assert signed().withdrawn(TODAY).status is _S.SIGNED


def test_one_whose_payout_is_given_up_ends_unless_its_money_is_out() -> None:
    ended = signed().never_paid_out(TODAY)

    assert (ended.status, ended.cancelled_on, ended.cancel_reason) == (_S.CANCELLED, TODAY, NOT_PAID_OUT)
    assert signed().paid_out(TODAY, TODAY).never_paid_out(TODAY).status is _S.SIGNED
    assert ready().never_paid_out(TODAY).status is _S.READY


STEPS = ("sign", "cancel", "pay_out", "pay_off", "lapse", "expire", "withdraw", "give_up")
steps = st.lists(st.sampled_from(STEPS), max_size=8)


@given(steps=steps, gaps=st.lists(st.integers(0, 40), min_size=8, max_size=8))
def test_whatever_happens_a_cancelled_one_never_holds_again_unless_its_money_stayed_out(
    steps: list[str], gaps: list[int]
) -> None:
    agreement, today = ready(14), TODAY
    for step, gap in zip(steps, gaps, strict=False):
        today += timedelta(days=gap)
        before = agreement
        agreement = _take(agreement, step, today)
        if before.status is _S.CANCELLED and agreement.status is not _S.CANCELLED:
            assert agreement.status is _S.CANCELLING
        if before.status is _S.CANCELLING and agreement.status is _S.SIGNED:
            assert before.return_by is not None
            assert before.return_by < today
        if agreement.status in {_S.CANCELLING, _S.CANCELLED}:
            assert agreement.cancelled_on is not None
        if agreement.status in {_S.SIGNED, _S.CANCELLING}:
            assert agreement.signed_at is not None


def _take(agreement: Agreement, step: str, today: date) -> Agreement:
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    moves: dict[str, Any] = {
        "sign": lambda: agreement.signed(now, today),
        "cancel": lambda: agreement.cancelled(today, "changed_mind"),
        "pay_out": lambda: agreement.paid_out(today, today) if agreement.signed_at else agreement,
        "pay_off": lambda: agreement.paid_off(today),
        "lapse": lambda: agreement.lapsed(today),
        "expire": lambda: agreement.expired(now),
        "withdraw": lambda: agreement.withdrawn(today),
        "give_up": lambda: agreement.never_paid_out(today),
    }
    try:
        moved: Agreement = moves[step]()
    except (AgreementNotSignable, AgreementNotCancellable, AgreementRunOut):
        return agreement
    return moved


def test_the_signing_hash_covers_the_agreement_each_document_and_the_consent() -> None:
    one = new_id()
    whole = signing_hash(one, DOCUMENTS, CONSENT_VERSION)

    others = {
        signing_hash(new_id(), DOCUMENTS, CONSENT_VERSION),
        signing_hash(one, DOCUMENTS | {DocumentKind.KEY_FACTS: bytes([2]) * 32}, CONSENT_VERSION),
        signing_hash(one, DOCUMENTS | {DocumentKind.CONTRACT: bytes([2]) * 32}, CONSENT_VERSION),
        signing_hash(one, DOCUMENTS, "other"),
    }

    assert signing_hash(one, DOCUMENTS, CONSENT_VERSION) == whole
    assert len(others | {whole}) == 5


def test_a_signature_without_a_document_has_no_hash() -> None:
    with pytest.raises(AssertionError):
        signing_hash(new_id(), {DocumentKind.CONTRACT: bytes(32)}, CONSENT_VERSION)


def test_any_change_to_the_evidence_changes_its_hash() -> None:
    proof = Evidence(
        agreement_id=new_id(),
        user_id=new_id(),
        session_id=new_id(),
        signed_at=NOW,
        method="one_time_code",
        language="en",
        signing_hash="a" * 64,
        documents={"contract": "b" * 64},
        consent_version=CONSENT_VERSION,
        consent_text="I sign",
        signer_name="Ada Obi",
        address="127.0.0.1",
        user_agent="x",
    )
    changes: list[dict[str, Any]] = [
        {"user_id": new_id()},
        {"session_id": new_id()},
        {"signed_at": NOW + timedelta(microseconds=1)},
        {"documents": {"contract": "c" * 64}},
        {"consent_text": "I do not sign"},
        {"address": "127.0.0.2"},
    ]

    assert proof.sha256() == replace(proof).sha256()
    assert len({replace(proof, **change).sha256() for change in changes} | {proof.sha256()}) == 7
