"""Laws that hold for any history of codes and refreshes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.identity.domain.codes import RULES, Challenge, Purpose, Sent, Verdict, attempt, wait_before_sending
from backend.identity.domain.sessions import Presented, Refresh, Session, judge, rotated
from shared.ids import new_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
instants = st.integers(0, 3 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.lists(st.tuples(instants, st.booleans()), max_size=60))
def test_no_eager_caller_gets_more_codes_than_the_rules_allow(asked: list[tuple[datetime, bool]]) -> None:
    sent: list[Sent] = []
    for at, met in sorted(asked):
        if wait_before_sending(sent, at) <= timedelta(0):
            sent.append(Sent(at=at, met=met))

    unmet = [one.at for one in sent if not one.met]
    for first in unmet:
        assert sum(first <= at < first + timedelta(hours=1) for at in unmet) <= RULES.unmet_an_hour
        assert sum(first <= at < first + timedelta(days=1) for at in unmet) <= RULES.unmet_a_day
    every = [one.at for one in sent]
    assert all(sum(first <= at < first + timedelta(days=1) for at in every) <= RULES.sends_a_day for first in every)
    assert all(later - earlier >= RULES.resend_after for earlier, later in pairwise(unmet))


@given(st.lists(st.tuples(instants, st.booleans()), max_size=60), instants)
def test_waiting_as_long_as_told_is_enough(sent: list[tuple[datetime, bool]], now: datetime) -> None:
    past = [Sent(at=at, met=met) for at, met in sent if at <= now]

    assert wait_before_sending(past, now + wait_before_sending(past, now)) <= timedelta(0)


@given(st.lists(st.tuples(st.booleans(), instants), max_size=20))
def test_a_challenge_is_met_at_most_once_and_after_at_most_four_wrong_tries(tries: list[tuple[bool, datetime]]) -> None:
    challenge = Challenge(id=new_id(), purpose=Purpose.SIGN_IN, expires_at=NOW + RULES.lives)
    verdicts = []
    for matches, at in tries:
        challenge, verdict = attempt(challenge, matches=matches, now=at)
        verdicts.append(verdict)

    assert verdicts.count(Verdict.RIGHT) <= 1
    assert verdicts.count(Verdict.WRONG) <= RULES.tries
    if Verdict.RIGHT in verdicts:
        before = verdicts[: verdicts.index(Verdict.RIGHT)]
        assert before.count(Verdict.WRONG) < RULES.tries
        assert Verdict.SPENT not in before


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["k1", "k2"]), st.integers(0, 90)), max_size=15))
def test_once_a_copy_shows_up_the_session_never_comes_back(requests: list[tuple[int, str, int]]) -> None:
    """Two holders of every token ever issued refresh in any order; each token has one answer for each request key."""
    session = Session(id=new_id(), started_at=NOW, refreshed_at=NOW, generation=0, token_hash=b"t")
    issued, now, ended = [b"t"], NOW, False
    for which, key, later in requests:
        now += timedelta(seconds=later)
        generation = min(which, len(issued) - 1)
        token = issued[generation]
        successor = token + key.encode()
        outcome = judge(session, Presented(generation=generation, hash=token, successor_hash=successor), now)
        if ended:
            assert outcome is Refresh.REFUSED
        if outcome is Refresh.ROTATE:
            assert token == issued[-1]
            session = rotated(session, successor, now)
            issued.append(successor)
        elif outcome is Refresh.REPEAT:
            assert successor == issued[-1]
        elif outcome is Refresh.REUSED:
            assert token != issued[-1]
            session, ended = replace(session, revoked_at=now), True
