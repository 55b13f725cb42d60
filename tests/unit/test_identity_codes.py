"""One-time codes: sent within limits, tried within limits, good once."""

from datetime import UTC, datetime, timedelta

from backend.identity.domain.codes import (
    RULES,
    Challenge,
    Purpose,
    Sent,
    Verdict,
    attempt,
    binding,
    may_call,
    new_code,
    wait_before_sending,
)
from shared.ids import new_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def challenge() -> Challenge:
    return Challenge(id=new_id(), purpose=Purpose.SIGN_IN, expires_at=NOW + RULES.lives)


def unmet(*instants: datetime) -> list[Sent]:
    return [Sent(at=at, met=False) for at in instants]


def test_a_code_has_six_digits_leading_zeros_included() -> None:
    codes = [new_code() for _ in range(200)]

    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(set(codes)) > 190


def test_the_right_code_closes_the_challenge_and_works_once() -> None:
    closed, verdict = attempt(challenge(), matches=True, now=NOW)

    assert verdict is Verdict.RIGHT
    assert (closed.closed_at, closed.met) == (NOW, True)
    assert attempt(closed, matches=True, now=NOW) == (closed, Verdict.SPENT)


def test_the_fifth_wrong_try_ends_it_even_for_the_right_code() -> None:
    tried = challenge()
    for _ in range(5):
        tried, verdict = attempt(tried, matches=False, now=NOW)
        assert verdict is Verdict.WRONG

    assert (tried.closed_at, tried.met) == (NOW, False)
    assert attempt(tried, matches=True, now=NOW) == (tried, Verdict.SPENT)


def test_the_right_code_after_four_wrong_ones_is_still_right() -> None:
    tried = challenge()
    for _ in range(4):
        tried, _ = attempt(tried, matches=False, now=NOW)

    assert attempt(tried, matches=True, now=NOW)[1] is Verdict.RIGHT


def test_a_code_expires_after_ten_minutes_to_the_second() -> None:
    assert attempt(challenge(), matches=True, now=NOW + RULES.lives - SECOND)[1] is Verdict.RIGHT
    assert attempt(challenge(), matches=True, now=NOW + RULES.lives)[1] is Verdict.EXPIRED


def test_the_first_code_waits_for_nothing_and_the_next_one_thirty_seconds() -> None:
    assert wait_before_sending([], NOW) == timedelta(0)
    assert wait_before_sending(unmet(NOW), NOW) == 30 * SECOND
    assert wait_before_sending(unmet(NOW), NOW + 29 * SECOND) == SECOND
    assert wait_before_sending(unmet(NOW), NOW + 30 * SECOND) == timedelta(0)


def test_a_call_comes_only_after_a_code_that_was_sent_lately_and_not_answered() -> None:
    answered = [Sent(at=NOW, met=True)]

    assert not may_call([], NOW)
    assert not may_call(answered, NOW + MINUTE)
    assert may_call([*answered, *unmet(NOW)], NOW + 9 * MINUTE)
    assert not may_call(unmet(NOW), NOW + RULES.lives)


def test_the_sixth_code_of_an_hour_waits_for_the_first_to_age() -> None:
    sent = unmet(*(NOW + minute * MINUTE for minute in range(5)))

    assert wait_before_sending(sent, NOW + 10 * MINUTE) == 50 * MINUTE
    assert wait_before_sending(sent[::-1], NOW + HOUR) == timedelta(0)


def test_the_sixteenth_code_of_a_day_waits_for_the_first_to_age() -> None:
    sent = unmet(*(NOW + hour * HOUR for hour in range(15)))

    assert wait_before_sending(sent, NOW + 15 * HOUR) == 9 * HOUR
    assert wait_before_sending(sent, NOW + 24 * HOUR) == timedelta(0)


def test_codes_that_were_met_do_not_hold_up_the_next_one_until_there_are_fifty_a_day() -> None:
    met = [Sent(at=NOW + minute * MINUTE, met=True) for minute in range(50)]

    assert wait_before_sending(met[:49], NOW + 49 * MINUTE) == timedelta(0)
    assert wait_before_sending(met, NOW + 60 * MINUTE) == 23 * HOUR


def test_a_code_is_bound_to_purpose_challenge_action_and_subject() -> None:
    mine, step_up = new_id(), Purpose.STEP_UP
    good = binding(step_up, mine, "agreement.sign", "a1")

    assert good == binding(step_up, mine, "agreement.sign", "a1")
    assert good != binding(Purpose.VERIFY, mine, "agreement.sign", "a1")
    assert good != binding(step_up, new_id(), "agreement.sign", "a1")
    assert good != binding(step_up, mine, "payout.change", "a1")
    assert good != binding(step_up, mine, "agreement.sign", "a2")
