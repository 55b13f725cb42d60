"""Schedules by hand, one repayment method after the other."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backend.servicing.domain.calendar import add_months, next_working_day, nominal_dates
from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.quote import price
from backend.servicing.domain.schedule import Schedule, build_schedule
from shared.terms import DayCount, Fee, FeeWhen, Frequency, InterestKind, LoanTerms, Part, RepaymentMethod

START = date(2026, 1, 31)
TERMS = LoanTerms(
    currency="NGN",
    principal_minor=1_200_00,
    annual_rate_pct=Decimal(12),
    instalments=3,
    frequency=Frequency.MONTHLY,
    day_count=DayCount.THIRTY_E_360,
)


def parts(schedule: Schedule) -> list[tuple[int, int]]:
    return [(row.principal_minor, row.interest_minor) for row in schedule.rows]


def test_equal_instalments_follow_the_annuity_formula() -> None:
    schedule = build_schedule(TERMS, START)

    # 1200 * 0.01 / (1 - 1.01**-3) = 408.0265
    assert parts(schedule) == [(396_03, 12_00), (399_99, 8_04), (403_98, 4_04)]
    assert [row.balance_minor for row in schedule.rows] == [803_97, 403_98, 0]


def test_month_ends_come_back_after_a_short_month() -> None:
    assert [row.due_on for row in build_schedule(TERMS, START).rows] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


def test_equal_principal_repays_the_same_share_each_time() -> None:
    schedule = build_schedule(replace(TERMS, method=RepaymentMethod.EQUAL_PRINCIPAL), START)

    assert parts(schedule) == [(400_00, 12_00), (400_00, 8_00), (400_00, 4_00)]


def test_interest_only_repays_the_principal_last() -> None:
    schedule = build_schedule(replace(TERMS, method=RepaymentMethod.INTEREST_ONLY), START)

    assert parts(schedule) == [(0, 12_00), (0, 12_00), (1200_00, 12_00)]


def test_a_bullet_is_one_row_with_simple_interest() -> None:
    schedule = build_schedule(replace(TERMS, method=RepaymentMethod.BULLET), START)

    assert parts(schedule) == [(1200_00, 36_00)]
    assert schedule.matures_on == date(2026, 4, 30)


def test_flat_interest_is_charged_on_the_first_principal_throughout() -> None:
    schedule = build_schedule(replace(TERMS, interest=InterestKind.FLAT), START)

    assert parts(schedule) == [(400_00, 12_00), (400_00, 12_00), (400_00, 12_00)]


def test_pay_in_four_starts_with_a_down_payment() -> None:
    terms = replace(
        TERMS,
        method=RepaymentMethod.PAY_IN_N,
        annual_rate_pct=Decimal(0),
        instalments=4,
        frequency=Frequency.FORTNIGHTLY,
        down_payment=True,
        principal_minor=100_01,
    )

    schedule = build_schedule(terms, START)

    assert parts(schedule) == [(25_00, 0), (25_00, 0), (25_00, 0), (25_01, 0)]
    assert [row.due_on for row in schedule.rows] == [
        START,
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 3, 14),
    ]


def test_a_down_payment_can_be_a_share_of_the_principal() -> None:
    schedule = build_schedule(replace(TERMS, down_payment=True, down_payment_bps=5000, instalments=3), START)

    assert schedule.rows[0].principal_minor == 600_00
    assert sum(row.principal_minor for row in schedule.rows) == 1200_00


def test_fees_fall_due_where_the_terms_say() -> None:
    fees = (
        Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=150),
        Fee(code="service", when=FeeWhen.INSTALMENT, fixed_minor=100),
        Fee(code="exit", when=FeeWhen.MATURITY, fixed_minor=500, rate_bps=10),
    )

    schedule = build_schedule(replace(TERMS, fees=fees), START)

    assert schedule.upfront_fee_minor == 18_00
    assert schedule.paid_out_minor == 1182_00
    assert [row.fee_minor for row in schedule.rows] == [1_00, 1_00, 1_00 + 5_00 + 1_20]


def test_instalments_are_whole_steps_but_for_the_last() -> None:
    schedule = build_schedule(replace(TERMS, instalment_step_minor=10_00), START)

    assert [row.total_minor for row in schedule.rows] == [410_00, 410_00, 404_02]


def test_currencies_without_decimals_round_to_the_whole_unit() -> None:
    schedule = build_schedule(replace(TERMS, currency="JPY", principal_minor=100_000), START)

    assert [row.total_minor for row in schedule.rows] == [34_002, 34_002, 34_003]
    assert sum(row.principal_minor for row in schedule.rows) == 100_000


def test_a_holiday_moves_the_due_date_and_not_the_money() -> None:
    holiday = {date(2026, 2, 28), date(2026, 3, 1)}

    moved = build_schedule(TERMS, START, holiday.__contains__)

    assert moved.rows[0].due_on == date(2026, 3, 2)
    assert moved.rows[0].ends_on == date(2026, 2, 28)
    assert parts(moved) == parts(build_schedule(TERMS, START))


def test_a_long_first_period_earns_more_interest() -> None:
    terms = replace(TERMS, day_count=DayCount.ACTUAL_365, first_due_on=date(2026, 3, 15))

    schedule = build_schedule(terms, START)

    assert [row.due_on for row in schedule.rows] == [date(2026, 3, 15), date(2026, 4, 15), date(2026, 5, 15)]
    assert schedule.rows[0].interest_minor == 16_96  # 1200 * 12 % * 43/365


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": RepaymentMethod.PAY_IN_N}, "carries no interest"),
        ({"instalments": 1, "down_payment": True}, "at least one more"),
        ({"down_payment_bps": 100}, "down_payment is not"),
        ({"method": RepaymentMethod.BULLET, "down_payment": True}, "no down payment"),
        ({"first_due_on": START}, "not after"),
        ({"allocation": (Part.FEE, Part.INTEREST)}, "once each"),
        ({"fees": (Fee(code="all", when=FeeWhen.DISBURSEMENT, rate_bps=10_000),)}, "nothing to pay out"),
    ],
)
def test_terms_that_contradict_themselves_are_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(TermsNotServiceable, match=reason):
        build_schedule(replace(TERMS, **changes), START)


def test_a_quote_without_fees_has_the_nominal_rate_as_its_apr() -> None:
    priced = price(TERMS, START)

    assert priced.instalment_minor == 408_03
    assert priced.total_cost_minor == 24_08
    assert priced.apr_pct == Decimal("12.00")
    assert priced.effective_apr_pct is not None
    assert priced.effective_apr_pct > Decimal("12.5")


def test_a_quote_counts_fees_in_both_rates() -> None:
    fee = Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=200)

    priced = price(replace(TERMS, fees=(fee,)), START)

    assert priced.total_fees_minor == 24_00
    assert priced.apr_pct > Decimal(24)


def test_a_loan_without_cost_has_a_rate_of_nothing() -> None:
    priced = price(replace(TERMS, annual_rate_pct=Decimal(0)), START)

    assert (priced.apr_pct, priced.effective_apr_pct) == (Decimal("0.00"), Decimal("0.00"))


def test_a_bullet_within_a_year_is_one_unit_period() -> None:
    priced = price(replace(TERMS, method=RepaymentMethod.BULLET, day_count=DayCount.ACTUAL_365), date(2026, 1, 15))

    assert priced.apr_pct == Decimal("11.84")  # 90 days of 12 % on 365, as 4 unit-periods of a quarter


def test_months_are_counted_from_the_anchor() -> None:
    assert add_months(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert nominal_dates(START, Frequency.QUARTERLY, every=2, count=2) == (date(2026, 7, 31), date(2027, 1, 31))


def test_a_calendar_without_end_leaves_the_date_alone() -> None:
    assert next_working_day(START, lambda _day: True) == START


def test_thirty_360_conventions_differ_at_the_end_of_february() -> None:
    start, end = date(2025, 2, 28), date(2025, 3, 31)

    days = {c: year_fraction(c, start, end) * 360 for c in DayCount if c.value.startswith("30")}

    assert days == {
        DayCount.THIRTY_360: 33,
        DayCount.THIRTY_360_US: 30,
        DayCount.THIRTY_U_360: 30,
        DayCount.THIRTY_E_360: 32,
        DayCount.THIRTY_E_360_ISDA: 30,
    }
    ends_in_february = (date(2024, 8, 31), date(2025, 2, 28))
    isda = DayCount.THIRTY_E_360_ISDA
    assert year_fraction(isda, *ends_in_february) * 360 == 180
    assert year_fraction(isda, *ends_in_february, maturity=ends_in_february[1]) * 360 == 178
