"""Asking lenders: side by side, with patience that ends, and left alone when they keep failing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import msgspec
import pytest

from backend.offers.adapters.breaker import Guarded
from backend.offers.adapters.sandbox import PROFILES, SandboxLender
from backend.offers.domain.asking import Answer, Declined, Question, Quoted, Silent, SilentReason
from backend.offers.usecases.ask_lenders import ask_lenders
from shared.ids import new_id
from shared.terms import Frequency, RepaymentMethod
from tests.builders.offers import ToldLender, quoted

QUESTION = Question(
    reference=new_id().hex,
    amount_minor=30_000_000,
    currency="NGN",
    instalments=6,
    frequency=Frequency.MONTHLY,
    method=RepaymentMethod.EQUAL_INSTALMENTS,
    product_kind="working_capital",
    score_band="B",
    country="NG",
)
TIMED_OUT = Silent(reason=SilentReason.TIMED_OUT)


def over_http(handle: Callable[[httpx.Request], httpx.Response]) -> SandboxLender:
    return SandboxLender(PROFILES[0], "http://lenders.test", "secret", transport=httpx.MockTransport(handle))


async def test_lenders_are_asked_at_the_same_time() -> None:
    lenders = [ToldLender(code, quoted(), after_s=1) for code in ("a", "b", "c")]

    async with asyncio.timeout(2.5):
        answers = await ask_lenders(lenders, QUESTION)

    assert [profile.code for profile, _ in answers] == ["a", "b", "c"]


async def test_a_lender_that_takes_too_long_costs_the_others_nothing() -> None:
    slow, quick = ToldLender("slow", quoted(), after_s=30), ToldLender("quick", Declined(reason="no"))

    answers = await ask_lenders([slow, quick], QUESTION, wait_s=0)

    assert [answer for _, answer in answers] == [TIMED_OUT, TIMED_OUT]
    answers = await ask_lenders([quick], QUESTION)
    assert answers[0][1] == Declined(reason="no")


async def test_a_price_is_read_from_the_answer() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url == "http://lenders.test/lenders/harbor/quotes"
        assert request.headers["Authorization"] == "Bearer secret"
        assert msgspec.json.decode(request.content, type=Question) == QUESTION
        fee = {"code": "origination", "when": "disbursement", "rate_bps": 250, "fixed_minor": 0}
        return httpx.Response(
            200, json={"rate_pct": "18.5", "fees": [fee], "max_amount_minor": 5, "expires_in_s": 3600, "new": 1}
        )

    read = await over_http(answer).quote(QUESTION)

    assert isinstance(read, Quoted)
    assert read.rate_pct == Decimal("18.5")
    assert read.fees[0].rate_bps == 250


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(422, json={"reason": "score_below_policy"}), Declined(reason="score_below_policy")),
        (httpx.Response(500), Silent(reason=SilentReason.FAILED)),
        (httpx.Response(401), Silent(reason=SilentReason.FAILED)),
        (httpx.Response(302, headers={"Location": "http://elsewhere"}), Silent(reason=SilentReason.FAILED)),
        (httpx.Response(200, content=b"<html>"), Silent(reason=SilentReason.UNREADABLE)),
        (httpx.Response(200, json={"rate_pct": "18"}), Silent(reason=SilentReason.UNREADABLE)),
        (httpx.Response(200, content=b" " * 100_000), Silent(reason=SilentReason.UNREADABLE)),
        (httpx.Response(422, content=b"no"), Silent(reason=SilentReason.UNREADABLE)),
    ],
)
async def test_whatever_comes_back_is_an_answer(response: httpx.Response, expected: Answer) -> None:
    assert await over_http(lambda _: response).quote(QUESTION) == expected


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (httpx.ReadTimeout("late"), SilentReason.TIMED_OUT),
        (httpx.ConnectError("refused"), SilentReason.UNREACHABLE),
        (httpx.RemoteProtocolError("cut"), SilentReason.UNREACHABLE),
    ],
)
async def test_a_failing_connection_is_silence(failure: Exception, reason: SilentReason) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise failure

    assert await over_http(fail).quote(QUESTION) == Silent(reason=reason)


async def test_a_lender_that_keeps_failing_is_left_alone_for_a_while() -> None:
    told = ToldLender("broken", Silent(reason=SilentReason.FAILED))
    guarded = Guarded(told, failures=2, pause=timedelta(seconds=1))

    answers = [await guarded.quote(QUESTION) for _ in range(4)]

    assert [each.reason for each in answers if isinstance(each, Silent)] == ["failed", "failed", "paused", "paused"]
    assert len(told.asked) == 2

    await asyncio.sleep(1.1)
    told.answer = quoted()
    assert isinstance(await guarded.quote(QUESTION), Quoted)


async def test_a_lender_that_declines_is_not_failing() -> None:
    told = ToldLender("strict", Declined(reason="score_below_policy"))
    guarded = Guarded(told, failures=2, pause=timedelta(seconds=30))

    for _ in range(5):
        assert await guarded.quote(QUESTION) == told.answer

    assert len(told.asked) == 5
