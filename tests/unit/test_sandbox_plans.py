from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from backend.sandbox.magic import Quirk
from backend.sandbox.messages import is_unreachable
from backend.sandbox.pace import Pace
from backend.sandbox.payouts import plan_of
from backend.sandbox.plan import Plan
from backend.sandbox.pricing import LENDERS, Quote, QuoteRequest, Refusal, price
from shared.terms import FeeWhen, Frequency, RepaymentMethod

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def asked(**changes: object) -> QuoteRequest:
    given = {
        "reference": "q-1",
        "amount_minor": 50_000_00,
        "currency": "NGN",
        "instalments": 6,
        "frequency": Frequency.MONTHLY,
        "method": RepaymentMethod.EQUAL_INSTALMENTS,
        "product_kind": "working_capital",
        "score_band": "A",
        "country": "NG",
    }
    return QuoteRequest(**{**given, **changes})  # type: ignore[arg-type]


def quoted(code: str, **changes: object) -> Quote:
    answer = price(LENDERS[code], asked(**changes))
    assert isinstance(answer, Quote)
    return answer


def refused(code: str, **changes: object) -> str:
    answer = price(LENDERS[code], asked(**changes))
    assert isinstance(answer, Refusal)
    return answer.reason


def test_a_plan_holds_at_each_instant_and_before_its_first() -> None:
    plan = Plan.of((NOON, "pending"), (NOON + SECOND, "sent"), (NOON + 2 * SECOND, "failed", "closed"))

    assert plan.status(NOON - SECOND).status == "pending"
    assert plan.status(NOON + SECOND).status == "sent"
    assert plan.status(NOON + 9 * SECOND).reason == "closed"


def test_a_plan_can_be_cut_short() -> None:
    plan = Plan.of((NOON, "pending"), (NOON + 2 * SECOND, "active")).then(NOON + SECOND, "cancelled")

    assert [step.status for step in plan.steps] == ["pending", "cancelled"]


@pytest.mark.parametrize(
    ("quirk", "end", "reason", "latest"),
    [
        (Quirk.NONE, "settled", None, SECOND),
        (Quirk.FAILS, "failed", "account_closed", SECOND),
        (Quirk.HANGS, "settled", None, SECOND),
        (Quirk.SLOW, "settled", None, 10 * SECOND),
    ],
)
def test_what_becomes_of_a_payout(quirk: Quirk, end: str, reason: str | None, latest: timedelta) -> None:
    steps = plan_of(NOON, quirk, Pace()).steps

    assert [step.status for step in steps] == ["pending", "sent", end]
    assert steps[-1].reason == reason
    assert steps[0].at < steps[1].at < steps[2].at <= NOON + latest


def test_harbor_is_cheap_and_quickline_is_dear() -> None:
    rates = [quoted(code).rate_pct for code in ("harbor", "meridian", "quickline")]

    assert rates == [Decimal(22), Decimal("24.5"), Decimal(27)]
    assert [quoted(code).fees for code in ("harbor", "meridian")] == [[], []]
    assert [(fee.when, fee.rate_bps) for fee in quoted("quickline").fees] == [(FeeWhen.DISBURSEMENT, 250)]


def test_strict_lenders_serve_fewer_bands() -> None:
    serving = {
        band: [code for code in LENDERS if isinstance(price(LENDERS[code], asked(score_band=band)), Quote)]
        for band in "ABCDE"
    }

    assert serving == {
        "A": ["harbor", "meridian", "quickline"],
        "B": ["harbor", "meridian", "quickline"],
        "C": ["meridian", "quickline"],
        "D": ["quickline"],
        "E": [],
    }
    assert refused("harbor", score_band="C") == "score_below_policy"
    assert quoted("meridian", score_band="") == quoted("meridian", score_band="C")


def test_harbor_lends_less_to_the_second_band() -> None:
    assert quoted("harbor", score_band="B").max_amount_minor == 40_000_00
    assert quoted("harbor", score_band="B", amount_minor=1).max_amount_minor == 1
    assert quoted("meridian", score_band="B").max_amount_minor == 50_000_00


def test_a_term_beyond_the_lenders_is_declined() -> None:
    assert refused("quickline", instalments=36) == "term_too_long"
    assert quoted("harbor", instalments=36).rate_pct == 22


@pytest.mark.parametrize(("currency", "rate"), [("NGN", 22), ("JPY", 4), ("KWD", 6), ("XOF", 12)])
def test_the_price_follows_the_currency(currency: str, rate: int) -> None:
    assert quoted("harbor", currency=currency).rate_pct == rate


def test_paying_in_parts_bears_no_interest() -> None:
    parts = {"method": RepaymentMethod.PAY_IN_N, "instalments": 4, "frequency": Frequency.FORTNIGHTLY}

    assert {code: quoted(code, **parts).rate_pct for code in LENDERS} == dict.fromkeys(LENDERS, Decimal(0))
    assert quoted("harbor", **parts).fees == []
    assert [fee.rate_bps for fee in quoted("quickline", **parts).fees] == [150]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+234 803 000 0001", True),
        ("+2348030000010", False),
        ("bounce@example.com", True),
        ("Bounce+x@example.com", True),
        ("ada0001@example.com", False),
        ("device-token", False),
    ],
)
def test_some_addresses_can_not_be_reached(address: str, *, expected: bool) -> None:
    assert is_unreachable(address) is expected
