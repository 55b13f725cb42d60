"""Refresh tokens: replaced at each use, and a copy ends the session."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from backend.identity.domain.sessions import (
    RULES,
    STAFF_RULES,
    Presented,
    Refresh,
    Session,
    expires_at,
    judge,
    rotated,
)
from shared.ids import new_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def session() -> Session:
    return Session(id=new_id(), started_at=NOW, refreshed_at=NOW, generation=0, token_hash=b"t0")


def presented(generation: int, token: bytes, successor: bytes = b"?") -> Presented:
    return Presented(generation=generation, hash=token, successor_hash=successor)


def test_the_live_token_is_replaced() -> None:
    before = session()

    assert judge(before, presented(0, b"t0", b"t1"), NOW) is Refresh.ROTATE
    after = rotated(before, b"t1", NOW)
    assert (after.generation, after.token_hash) == (1, b"t1")
    assert judge(after, presented(1, b"t1", b"t2"), NOW) is Refresh.ROTATE


def test_the_same_request_again_gets_the_same_answer_for_a_day() -> None:
    after = rotated(session(), b"t1", NOW)

    assert judge(after, presented(0, b"t0", b"t1"), NOW + timedelta(days=1)) is Refresh.REPEAT
    assert judge(after, presented(0, b"t0", b"t1"), NOW + timedelta(days=1) + SECOND) is Refresh.REUSED


def test_an_old_token_in_another_request_is_a_copy() -> None:
    after = rotated(session(), b"t1", NOW)

    assert judge(after, presented(0, b"t0", b"other"), NOW) is Refresh.REUSED


def test_once_the_successor_was_used_the_old_token_is_a_copy_even_in_the_same_request() -> None:
    after = rotated(rotated(session(), b"t1", NOW), b"t2", NOW)

    assert judge(after, presented(0, b"t0", b"t1"), NOW) is Refresh.REUSED


def test_a_token_of_a_generation_that_was_never_issued_ends_nothing() -> None:
    assert judge(session(), presented(0, b"x"), NOW) is Refresh.REFUSED
    assert judge(session(), presented(5, b"x"), NOW) is Refresh.REFUSED


def test_an_ended_session_refuses_its_own_token() -> None:
    assert judge(replace(session(), revoked_at=NOW), presented(0, b"t0"), NOW) is Refresh.REFUSED


def test_a_session_ends_when_it_is_idle_and_when_it_is_old() -> None:
    fresh = session()
    busy = replace(fresh, refreshed_at=NOW + timedelta(days=170))

    assert expires_at(fresh) == NOW + timedelta(days=30)
    assert expires_at(busy) == NOW + timedelta(days=180)
    assert judge(fresh, presented(0, b"t0"), NOW + RULES.idle) is Refresh.REFUSED
    assert judge(fresh, presented(0, b"t0"), NOW + RULES.idle - SECOND) is Refresh.ROTATE
    assert judge(fresh, presented(0, b"t0"), NOW + STAFF_RULES.idle, STAFF_RULES) is Refresh.REFUSED
