import asyncio
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.stores.action import Action
from app.stores.allocation import due_now, preview
from app.stores.amounts import move, step_for, typed_minor
from app.stores.days import parse_day
from app.stores.home import Home, NudgeKind
from app.stores.ics import Due, calendar
from app.stores.joined import Joined
from app.stores.look import Look, Theme
from app.stores.officers import WHOLE_BPS, parse_share
from app.stores.problem import Kind, Problem
from app.stores.query import Query
from app.stores.root import Toast
from app.stores.state import Empty, Failed, Loading, Offline, Ready
from shared.api.applications import ApplicationStatus
from shared.api.onboarding import CaseState, TaskState
from shared.api.servicing import LoanStatus
from shared.client.errors import (
    ApiError,
    ClientError,
    ConnectionFailed,
    ConnectionLost,
    SessionExpired,
    TooManyRequests,
)
from shared.clock import FixedClock
from shared.currency import exponent_of
from shared.i18n import Language
from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)


def clock() -> FixedClock:
    return FixedClock(NOW)


def refusal(status: int = 409) -> ApiError:
    return ApiError(status=status, code="conflict", detail="It clashes.", request_id="r-1")


async def test_a_query_is_loading_then_ready_then_shows_the_old_while_it_reads_again() -> None:
    answers = iter([1, 2])
    gate = asyncio.Event()

    async def fetch() -> int:
        await gate.wait()
        return next(answers)

    query = Query(fetch, clock())
    states: list[object] = [query.state]
    first = asyncio.create_task(query.refresh())
    await asyncio.sleep(0)
    states.append(query.state)

    gate.set()
    await first

    assert states == [Loading(), Loading()]
    assert query.state == Ready(1, NOW)
    await query.refresh()
    assert query.value == 2


async def test_whoever_asks_while_a_query_reads_shares_the_reading() -> None:
    calls = 0

    async def fetch() -> int:
        nonlocal calls
        calls += 1
        await asyncio.sleep(0)
        return calls

    query = Query(fetch, clock())

    await asyncio.gather(query.refresh(), query.refresh(), query.refresh())

    assert calls == 1


async def test_a_change_during_a_reading_is_read_by_another_one() -> None:
    truth, gate = [1], asyncio.Event()

    async def fetch() -> list[int]:
        found = list(truth)
        await gate.wait()
        return found

    query = Query(fetch, clock())
    before = asyncio.create_task(query.ensure())
    await asyncio.sleep(0)
    truth.append(2)
    after = asyncio.create_task(query.refresh())
    await asyncio.sleep(0)

    gate.set()
    await asyncio.gather(before, after)

    assert query.value == [1, 2]


async def test_what_a_change_was_answered_with_stands_against_an_older_reading() -> None:
    gate = asyncio.Event()

    async def fetch() -> str:
        await gate.wait()
        return "before"

    query = Query(fetch, clock())
    reading = asyncio.create_task(query.refresh())
    await asyncio.sleep(0.01)
    query.put("after")

    gate.set()
    await reading

    assert query.value == "after"


@pytest.mark.parametrize(("status", "known"), [(500, 7), (503, 7), (404, None), (403, None)])
async def test_what_was_read_stays_unless_the_platform_says_that_it_is_not_there(status: int, known: object) -> None:
    async def fetch() -> int:
        if query.value is not None:
            raise refusal(status)
        return 7

    query = Query(fetch, clock())
    await query.refresh()

    await query.refresh()

    assert isinstance(query.state, Failed)
    assert query.value == known


async def test_without_a_network_a_query_keeps_what_it_knew_and_since_when() -> None:
    async def fetch() -> int:
        if query.value is not None:
            raise ConnectionFailed("no network")
        return 7

    query = Query(fetch, clock())
    await query.refresh()

    await query.refresh()

    assert query.state == Offline(Ready(7, NOW))
    assert query.value == 7


async def test_a_refused_query_says_why_and_an_empty_one_that_it_is_empty() -> None:
    async def refuse() -> list[int]:
        raise refusal(500)

    async def none() -> list[int]:
        return []

    failed, empty = Query(refuse, clock()), Query(none, clock())

    await failed.refresh()
    await empty.refresh()

    assert isinstance(failed.state, Failed)
    assert failed.state.problem.reference == "r-1"
    assert empty.state == Empty([], NOW)


async def test_two_reads_as_one_are_there_when_both_are_and_fail_when_either_does() -> None:
    answers: dict[str, object] = {"one": 1, "other": []}

    def read(name: str) -> Query[object]:
        async def fetch() -> object:
            answer = answers[name]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return Query(fetch, clock())

    one, other = read("one"), read("other")
    both = Joined(one, other)

    await one.refresh()
    assert (both.state, both.value) == (Loading(), None)
    await other.refresh()
    assert (both.state, both.value) == (Ready((1, []), NOW), (1, []))
    assert Joined(other, one).state == Empty(([], 1), NOW)

    answers["one"] = ConnectionFailed("no network")
    await one.refresh()
    assert (both.state, both.value) == (Offline(Ready((1, []), NOW)), (1, []))

    answers["other"] = refusal(500)
    await other.refresh()
    assert (isinstance(both.state, Failed), both.value) == (True, (1, []))

    answers |= {"one": 2, "other": [3]}
    await both.retry()
    assert (both.state, both.value) == (Ready((2, [3]), NOW), (2, [3]))


async def test_a_read_that_never_came_is_out_of_reach_beside_one_that_did() -> None:
    async def fetch() -> int:
        return 1

    async def lost() -> int:
        raise ConnectionFailed("no network")

    one, other = Query(fetch, clock()), Query(lost, clock())
    await asyncio.gather(one.refresh(), other.refresh())

    assert Joined(one, other).state == Offline()


async def test_an_action_that_runs_can_not_begin_again() -> None:
    action, gate, calls = Action(), asyncio.Event(), 0

    async def work() -> int:
        nonlocal calls
        calls += 1
        await gate.wait()
        return calls

    first = asyncio.create_task(action.run(work))
    await asyncio.sleep(0)

    assert await action.run(work) is None
    gate.set()
    assert await first == 1
    assert not action.busy


@pytest.mark.parametrize(
    ("lost", "kind"), [(ConnectionLost("cut", outcome_unknown=True), Kind.UNKNOWN), (refusal(502), Kind.BROKEN)]
)
async def test_the_key_of_a_request_stays_until_its_outcome_is_known(lost: ClientError, kind: Kind) -> None:
    action = Action()
    key = action.key("pay 5")

    async def lose() -> None:
        raise lost

    async def refuse() -> None:
        raise refusal()

    await action.run(lose)
    assert action.key("pay 5") == key
    assert _kind(action) is kind

    await action.run(refuse)
    assert action.key("pay 5") != key
    assert _kind(action) is Kind.REFUSED


def _kind(action: Action) -> Kind | None:
    return action.problem.kind if action.problem is not None else None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionFailed("x"), Kind.OFFLINE),
        (ConnectionLost("x", outcome_unknown=True), Kind.UNKNOWN),
        (TooManyRequests(status=429, code="too_many_requests", retry_after_s=2.5), Kind.WAIT),
        (SessionExpired(status=401, code="not_authenticated"), Kind.SIGNED_OUT),
        (refusal(), Kind.REFUSED),
        (refusal(500), Kind.BROKEN),
    ],
)
def test_each_error_is_a_problem_of_its_kind(error: ApiError, kind: Kind) -> None:
    problem = Problem.of(error)

    assert problem.kind is kind
    assert problem.wait_s == (3 if kind is Kind.WAIT else None)


@given(st.integers(1, 10**9), st.integers(0, 10**12), st.integers(1, 10**6))
def test_a_step_is_a_whole_multiple_of_the_products_and_takes_at_most_some_four_hundred_moves(
    least: int, span: int, product_step: int
) -> None:
    step = step_for(least, least + span, product_step)

    assert step % product_step == 0
    assert span // step <= 500


@given(amount=st.integers(0, 100), width=st.integers(0, 100), step=st.integers(1, 9), up=st.booleans())
def test_a_move_goes_to_the_next_stop_and_never_past_the_bounds(
    amount: int, width: int, step: int, *, up: bool
) -> None:
    least, most = 5, 5 + width
    start = min(most, max(least, amount))

    moved = move(start, step if up else -step, least, most)

    assert least <= moved <= most
    assert moved >= start if up else moved <= start


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("50000", "NGN", 5_000_000),
        ("50,000", "NGN", 5_000_000),
        ("50,000.50", "NGN", 5_000_050),
        ("50.000,5", "NGN", 5_000_050),
        ("₦ 1 234.5", "NGN", 123_450),
        ("1.234", "JPY", 1_234),
        ("1.234", "KWD", 1_234),
        ("\u0665\u0660\u0660", "NGN", 50_000),
        ("10\u066b50", "NGN", 1_050),
        ("\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "NGN", 123_450),
        ("1\u066b234", "KWD", 1_234),
        ("10\u066b505", "NGN", None),
        ("10\u066b5", "JPY", None),
        ("1\u066b2\u066b3", "NGN", None),
        ("10\u00b2", "NGN", 1_000),
        (".", "NGN", None),
        ("9" * 19, "NGN", None),
        ("", "NGN", None),
        ("abc", "NGN", None),
    ],
)
def test_an_amount_is_read_however_it_is_typed(typed: str, currency: str, minor: int | None) -> None:
    assert typed_minor(typed, currency) == minor


_SCRIPTS = [
    "0123456789",
    "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
    "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9",
]


@given(
    minor=st.integers(0, 10**15),
    currency=st.sampled_from(["NGN", "JPY", "KWD"]),
    digits=st.sampled_from(_SCRIPTS),
    marks=st.sampled_from([",.", ".,", "\u066c\u066b", " \u066b", " ."]),
)
def test_an_amount_written_in_any_script_is_read_as_it_is_meant(
    minor: int, currency: str, digits: str, marks: str
) -> None:
    places = exponent_of(currency)
    whole, cents = divmod(minor, 10**places)
    written = f"{whole:,}".replace(",", marks[0]) + (f"{marks[1]}{cents:0{places}}" if places else "")

    assert typed_minor(written.translate(str.maketrans("0123456789", digits)), currency) == minor


@given(text=st.text(alphabet=st.characters(categories=["N", "P", "Zs", "L"]), max_size=20))
def test_whatever_is_typed_is_an_amount_or_none(text: str) -> None:
    minor, share = typed_minor(text, "NGN"), parse_share(text)

    assert minor is None or minor >= 0
    assert share is None or 0 <= share <= WHOLE_BPS


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("17/05/1990", date(1990, 5, 17)),
        ("17.5.1990", date(1990, 5, 17)),
        ("1990-05-17", date(1990, 5, 17)),
        ("31/02/1990", None),
        ("17/05", None),
        ("", None),
    ],
)
def test_a_day_is_read_with_its_day_first(typed: str, day: date | None) -> None:
    assert parse_day(typed) == day


def test_a_payment_pays_what_is_due_first_and_says_what_stays() -> None:
    due = due_now(samples.SCHEDULE)
    assert due == samples.ngn(21_000_000)

    part = preview(samples.SCHEDULE, samples.ngn(5_000_000))
    whole = preview(samples.SCHEDULE, samples.ngn(30_000_000))

    assert (part.full, part.part, part.still_due) == ((), 2, samples.ngn(16_000_000))
    assert (whole.full, whole.part, whole.rest) == ((2,), None, samples.ngn(9_000_000))
    assert not whole.still_due


def test_the_most_pressing_thing_is_the_only_one_that_home_points_at() -> None:
    waiting = samples.summary(ApplicationStatus.SUBMITTED)
    ready = samples.summary(ApplicationStatus.AGREEMENT_READY)
    passed = samples.case(CaseState.PASSED, TaskState.DONE)

    assert Home(applications=[waiting, ready], kyc=passed).nudge.kind is NudgeKind.SIGN  # type: ignore[union-attr]
    assert Home(kyc=None).nudge.kind is NudgeKind.KYC  # type: ignore[union-attr]
    assert Home(kyc=passed).nudge is None


def test_home_puts_what_is_overdue_first_and_leaves_out_what_is_paid_back() -> None:
    late, done = samples.loan(LoanStatus.OVERDUE, past_due=1), samples.loan(LoanStatus.CLOSED)

    home = Home(loans=[samples.loan(), done, late])

    assert [loan.status for loan in home.owed] == [LoanStatus.OVERDUE, LoanStatus.ACTIVE]
    assert home.next_due is late


def test_due_dates_become_events_with_an_alarm_the_day_before() -> None:
    due = Due(uid="1-2", on=date(2026, 12, 31), title="Pay ₦50,000.00; now, or later " * 4)

    file = calendar([due], "Kola Credit", NOW)

    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    text = file.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101" in text
    assert "SUMMARY:Pay ₦50\\,000.00\\; now\\, or later" in text
    assert "TRIGGER:-PT15H" in text


async def test_what_was_chosen_on_this_device_is_recalled_and_nonsense_is_not() -> None:
    device = DeviceInMemory(language=None)
    chosen = Look(device)
    await chosen.choose_language(Language.ARABIC)
    await chosen.choose_theme(Theme.DARK)
    await chosen.choose_text_size(1.3)

    again = Look(device)
    await again.recall(["fr"], fallback="en")
    assert (again.language, again.theme, again.text_size) == (Language.ARABIC, Theme.DARK, 1.3)

    device.settings |= {"theme": "pink", "text_size": "99", "language": "xx"}
    strange = Look(device)
    await strange.recall([], fallback="en")
    assert (strange.language, strange.theme, strange.text_size) == (Language.ENGLISH, Theme.SYSTEM, 1.0)


async def test_the_devices_language_counts_where_none_was_chosen_and_we_speak_it() -> None:
    look = Look(DeviceInMemory(language=None))

    await look.recall(["de-DE", "fr-CA"], fallback="en")

    assert look.language is Language.FRENCH
    assert not look.language_chosen


async def test_a_toast_holds_nobody_up_goes_by_itself_and_stays_for_whoever_shows_it_again() -> None:
    tasks: list[asyncio.Task[None]] = []
    toast = Toast(lambda work: tasks.append(asyncio.create_task(work())))

    async with asyncio.timeout(0.05):
        await toast.show("Copied", for_s=0.08)
    assert toast.text == "Copied"
    await asyncio.sleep(0.05)
    await toast.show("Copied", for_s=0.08)
    await asyncio.sleep(0.05)
    assert toast.text == "Copied", "the second has its own time"
    await asyncio.sleep(0.08)
    assert toast.text == ""
