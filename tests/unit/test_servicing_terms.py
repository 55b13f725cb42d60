"""What each term of a loan does to its rows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from backend.servicing.calendars import days_off
from backend.servicing.domain.calendar import never_off, nominal_dates, working_day
from backend.servicing.domain.delinquency import INDIA_IRACP, NIGERIA_PRUDENTIAL
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.quote import price
from backend.servicing.domain.schedule import Row, build_schedule
from shared.loss_policy import LossBucket, LossPolicy
from shared.rounding import Rounding
from shared.terms import (
    CostCap,
    DayCount,
    DayOffMove,
    Fee,
    FeeWhen,
    Frequency,
    InterestKind,
    LastInstalment,
    LoanTerms,
    MonthEnd,
    Remainder,
    RepaymentMethod,
)

START = date(2026, 1, 1)
TERMS = LoanTerms(
    currency="NGN",
    principal_minor=1000_00,
    annual_rate_pct=Decimal(12),
    instalments=4,
    frequency=Frequency.MONTHLY,
    day_count=DayCount.THIRTY_E_360,
)


def rows(**changes: Any) -> tuple[Row, ...]:
    return build_schedule(replace(TERMS, **changes), START).rows


def parts(found: tuple[Row, ...]) -> list[tuple[int, int]]:
    return [(row.principal_minor, row.interest_minor) for row in found]


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        (date(2026, 1, 1), ["2026-01-16", "2026-02-01", "2026-02-16", "2026-03-01"]),
        (date(2026, 1, 15), ["2026-01-31", "2026-02-15", "2026-02-28", "2026-03-15"]),
        (date(2026, 1, 31), ["2026-02-15", "2026-02-28", "2026-03-15", "2026-03-31"]),
        (date(2026, 1, 20), ["2026-02-05", "2026-02-20", "2026-03-05", "2026-03-20"]),
    ],
)
def test_half_months_fall_on_two_days_of_each_month(anchor: date, expected: list[str]) -> None:
    found = nominal_dates(anchor, Frequency.SEMI_MONTHLY, every=1, count=4)

    assert [day.isoformat() for day in found] == expected


def test_half_a_month_is_a_twenty_fourth_of_a_year_under_thirty_360() -> None:
    assert rows(frequency=Frequency.SEMI_MONTHLY)[0].interest_minor == 5_00


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (MonthEnd.LAST_DAY, ["2025-02-28", "2025-03-30", "2025-04-30"]),
        (MonthEnd.NEXT_MONTH, ["2025-03-01", "2025-03-30", "2025-04-30"]),
        (MonthEnd.ALWAYS_LAST, ["2025-02-28", "2025-03-30", "2025-04-30"]),
    ],
)
def test_a_due_day_that_a_month_lacks(rule: MonthEnd, expected: list[str]) -> None:
    found = nominal_dates(date(2025, 1, 30), Frequency.MONTHLY, every=1, count=3, month_end=rule)

    assert [day.isoformat() for day in found] == expected


def test_what_begins_at_a_month_s_end_can_stay_there() -> None:
    found = nominal_dates(date(2025, 2, 28), Frequency.MONTHLY, every=1, count=2, month_end=MonthEnd.ALWAYS_LAST)

    assert [day.isoformat() for day in found] == ["2025-03-31", "2025-04-30"]


@pytest.mark.parametrize(
    ("move", "expected"),
    [
        (DayOffMove.FOLLOWING, date(2026, 6, 1)),
        (DayOffMove.MODIFIED_FOLLOWING, date(2026, 5, 29)),
        (DayOffMove.PRECEDING, date(2026, 5, 29)),
    ],
)
def test_a_due_date_on_the_last_sunday_of_may_moves_as_agreed(move: DayOffMove, expected: date) -> None:
    assert working_day(date(2026, 5, 31), days_off("GB"), move) == expected
    assert working_day(date(2026, 5, 31), never_off, move) == date(2026, 5, 31)


def test_dates_can_be_agreed_one_by_one_and_count_their_days() -> None:
    agreed = (date(2026, 1, 11), date(2026, 3, 2), date(2026, 3, 3), date(2026, 12, 24))

    found = rows(due_dates=agreed, day_count=DayCount.ACTUAL_360)

    assert tuple(row.due_on for row in found) == agreed
    assert found[0].interest_minor == 3_33  # ten days of 1,000.00 at 12 % over 360


def test_the_first_payment_may_fall_due_with_the_advance() -> None:
    found = rows(due_dates=(START, date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)))

    assert found[0].interest_minor == 0
    assert price(replace(TERMS, due_dates=tuple(row.due_on for row in found)), START).rows == found


def test_principal_in_grace_leaves_interest_alone_to_be_paid() -> None:
    found = rows(principal_grace=2)

    assert parts(found)[:2] == [(0, 10_00), (0, 10_00)]
    assert found[2].total_minor == 507_51


def test_interest_in_grace_falls_due_once_grace_ends() -> None:
    found = rows(method=RepaymentMethod.EQUAL_PRINCIPAL, interest_grace=2)

    assert parts(found) == [(250_00, 0), (250_00, 0), (250_00, 22_50), (250_00, 2_50)]


def test_interest_free_periods_cost_nothing() -> None:
    found = rows(method=RepaymentMethod.EQUAL_PRINCIPAL, interest_free=3)

    assert [row.interest_minor for row in found] == [0, 0, 0, 2_50]


def test_each_instalment_can_repay_an_agreed_share_and_the_last_the_rest() -> None:
    found = rows(method=RepaymentMethod.EQUAL_PRINCIPAL, principal_share_bps=1_000)

    assert [row.principal_minor for row in found] == [100_00, 100_00, 100_00, 700_00]


def test_a_fixed_instalment_is_paid_as_long_as_it_takes() -> None:
    found = rows(instalments=120, fixed_instalment_minor=300_00)

    assert [row.total_minor for row in found] == [300_00, 300_00, 300_00, 122_48]
    assert found[-1].balance_minor == 0


@pytest.mark.parametrize("amount", [9_99, 10_00, 11_00])
def test_a_fixed_instalment_that_never_repays_the_loan_is_refused(amount: int) -> None:
    with pytest.raises(TermsNotServiceable, match="don't repay"):
        rows(instalments=60, fixed_instalment_minor=amount)


def test_what_rounding_leaves_of_equal_parts_can_go_first() -> None:
    in_three = {"method": RepaymentMethod.EQUAL_PRINCIPAL, "instalments": 3}

    assert [row.principal_minor for row in rows(**in_three)] == [333_33, 333_33, 333_34]
    assert [row.principal_minor for row in rows(**in_three, remainder=Remainder.FIRST)] == [333_34, 333_33, 333_33]


def test_flat_instalments_are_level_from_the_second_on_where_the_first_takes_the_rest() -> None:
    found = rows(interest=InterestKind.FLAT, instalments=3, remainder=Remainder.FIRST)

    assert [row.total_minor for row in found] == [343_34, 343_33, 343_33]


def test_level_instalments_end_level_where_the_first_takes_the_rest() -> None:
    terms = {"instalments": 12, "instalment_step_minor": 100}

    last, first = rows(**terms), rows(**terms, remainder=Remainder.FIRST)

    assert last[-1].total_minor != last[1].total_minor
    assert abs(first[-1].total_minor - first[1].total_minor) <= 1
    assert sum(row.principal_minor for row in first) == TERMS.principal_minor


@pytest.mark.parametrize(
    ("preferred", "level", "last"),
    [
        (LastInstalment.LOWER, 256_29, 256_26),
        (LastInstalment.HIGHER, 256_28, 256_29),
        (LastInstalment.SIMILAR, 256_29, 256_26),
        (LastInstalment.SMOOTHED, 256_28, 256_29),
    ],
)
def test_the_last_instalment_is_what_the_terms_prefer(preferred: LastInstalment, level: int, last: int) -> None:
    found = rows(last_instalment=preferred)

    assert (found[0].total_minor, found[-1].total_minor) == (level, last)


def test_a_level_rounds_by_its_own_rule() -> None:
    found = rows(instalment_step_minor=100, instalment_rounding=Rounding.UP)

    assert [row.total_minor for row in found] == [257_00, 257_00, 257_00, 254_09]


def test_every_amount_can_be_a_multiple_where_small_coins_are_gone() -> None:
    found = rows(method=RepaymentMethod.EQUAL_PRINCIPAL, instalments=3, amount_step_minor=500)

    assert parts(found) == [(335_00, 10_00), (335_00, 5_00), (330_00, 5_00)]


def test_the_law_caps_what_a_day_and_what_a_loan_may_cost() -> None:
    cap = CostCap(daily_bps=80, total_bps=10_000)
    dear = {"annual_rate_pct": Decimal(1000), "day_count": DayCount.ACTUAL_365, "instalments": 12}

    found = rows(**dear, method=RepaymentMethod.INTEREST_ONLY, cost_cap=cap)

    assert found[0].interest_minor == 248_00  # 31 days at 0.8 %, not at 2.74 %
    assert sum(row.interest_minor for row in found) == TERMS.principal_minor
    assert found[-1].interest_minor == 0


def test_fees_count_towards_the_cap() -> None:
    fees = (
        Fee(code="setup", when=FeeWhen.DISBURSEMENT, fixed_minor=20_00),
        Fee(code="service", when=FeeWhen.INSTALMENT, fixed_minor=5_00),
    )

    found = rows(method=RepaymentMethod.INTEREST_ONLY, cost_cap=CostCap(total_bps=500), fees=fees)

    assert [row.interest_minor for row in found] == [10_00, 0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"principal_grace": 4}, "after those in grace"),
        ({"interest_grace": 9}, "after those in grace"),
        ({"method": RepaymentMethod.BULLET, "principal_grace": 1}, "no grace"),
        ({"principal_share_bps": 500}, "equal_principal alone"),
        ({"fixed_instalment_minor": 1, "interest": InterestKind.FLAT}, "declining balance"),
        ({"due_dates": (date(2026, 2, 1),)}, "1 due_dates are agreed for 4"),
        ({"due_dates": (date(2026, 2, 1),) * 4, "first_due_on": date(2026, 2, 1)}, "already say"),
        ({"due_dates": (date(2026, 2, 1),) * 4}, "follow one another"),
        (
            {"due_dates": (date(2025, 12, 31), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1))},
            "none of them before",
        ),
        ({"due_dates": (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1), date(9999, 1, 1))}, "beyond 2400"),
    ],
)
def test_terms_that_contradict_one_another_are_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(TermsNotServiceable, match=reason):
        rows(**changes)


def test_days_past_due_fall_into_the_last_bucket_that_they_reach() -> None:
    codes = [
        bucket.code if (bucket := NIGERIA_PRUDENTIAL.bucket_of(days)) else None for days in (0, 90, 91, 180, 181, 900)
    ]

    assert codes == [None, None, "substandard", "substandard", "doubtful", "lost"]
    assert INDIA_IRACP.bucket_of(1) == LossBucket(code="SMA-0", from_days=1)


def test_days_of_grace_come_before_the_first_bucket() -> None:
    ladder = LossPolicy(
        buckets=(LossBucket(code="late", from_days=1), LossBucket(code="very late", from_days=4)), grace_days=3
    )

    assert ladder.bucket_of(3) is None
    assert ladder.bucket_of(4) == ladder.buckets[0]
    assert ladder.bucket_of(7) == ladder.buckets[1]


@pytest.mark.parametrize("second", [LossBucket(code="b", from_days=1), LossBucket(code="a", from_days=2)])
def test_buckets_out_of_order_or_of_one_name_are_refused(second: LossBucket) -> None:
    with pytest.raises(ValueError, match="delinquency buckets"):
        LossPolicy(buckets=(LossBucket(code="a", from_days=1), second))
