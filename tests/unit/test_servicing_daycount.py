"""Day counts by their own books: what each convention makes of leap years, month ends and working days."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from backend.servicing.calendars import days_off
from backend.servicing.domain.accrual import penalty_exact
from backend.servicing.domain.annual_time import TimeRule, years_between
from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.unit_period import UnitPeriod
from shared.terms import DayCount, Frequency

ICMA = DayCount.ACTUAL_ACTUAL_ICMA
AFB = DayCount.ACTUAL_ACTUAL_AFB
HALF_A_YEAR = UnitPeriod(months=6)


def test_icma_makes_every_regular_period_the_same_part_of_a_year() -> None:
    starts = [date(2003, 11, 1), date(2004, 5, 1), date(2004, 11, 1)]
    ends = [date(2004, 5, 1), date(2004, 11, 1), date(2005, 5, 1)]

    for start, end in zip(starts, ends, strict=True):
        assert year_fraction(ICMA, start, end, interval=HALF_A_YEAR) == Fraction(1, 2)


def test_icma_counts_a_short_period_in_the_regular_one_that_holds_it() -> None:
    # The short first coupon of EMU and Market Conventions: Recent Developments, ISDA (1998), 4.
    found = year_fraction(ICMA, date(1999, 2, 1), date(1999, 7, 1), interval=UnitPeriod(months=12))

    assert found == Fraction(150, 365)


def test_icma_counts_a_long_period_in_the_regular_ones_that_hold_it() -> None:
    # The long first coupon of the same memorandum: 15 August 2002 to 15 July 2003, twice a year.
    found = year_fraction(ICMA, date(2002, 8, 15), date(2003, 7, 15), interval=HALF_A_YEAR)

    assert found == Fraction(1, 2) + Fraction(153, 184) / 2


def test_icma_counts_days_where_periods_are_days() -> None:
    weekly = UnitPeriod.of(Frequency.WEEKLY, 2)

    assert year_fraction(ICMA, date(2026, 1, 1), date(2026, 1, 15), interval=weekly) == Fraction(1, 26)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2023, 2, 28), date(2024, 2, 28), Fraction(1)),
        (date(2023, 2, 28), date(2024, 2, 29), Fraction(1)),
        (date(2024, 2, 28), date(2024, 3, 1), Fraction(2, 366)),
        (date(2024, 3, 1), date(2024, 12, 31), Fraction(305, 365)),
        (date(2022, 7, 1), date(2025, 1, 1), 2 + Fraction(184, 365)),
    ],
)
def test_afb_counts_whole_years_back_and_then_days(start: date, end: date, expected: Fraction) -> None:
    assert year_fraction(AFB, start, end) == expected


def test_a_leap_aware_year_has_366_days_where_the_period_holds_the_leap_day() -> None:
    convention = DayCount.ACTUAL_365_LEAP

    assert year_fraction(convention, date(2024, 2, 1), date(2024, 2, 29)) == Fraction(28, 366)
    assert year_fraction(convention, date(2024, 2, 29), date(2024, 3, 29)) == Fraction(29, 365)
    assert year_fraction(convention, date(2023, 12, 1), date(2024, 1, 1)) == Fraction(31, 365)


def test_business_252_counts_working_days_of_the_country() -> None:
    found = year_fraction(DayCount.BUSINESS_252, date(2026, 4, 17), date(2026, 4, 24), is_day_off=days_off("BR"))

    # Friday to Friday, less a weekend and Tiradentes on Tuesday.
    assert found == Fraction(4, 252)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2025, 1, 28), date(2025, 2, 28), 30),
        (date(2025, 1, 30), date(2025, 2, 28), 30),
        (date(2025, 1, 15), date(2025, 2, 28), 45),
        (date(2025, 2, 28), date(2025, 3, 28), 30),
        (date(2025, 2, 28), date(2025, 3, 15), 15),
        (date(2024, 2, 29), date(2024, 3, 31), 30),
    ],
)
def test_under_30u_360_the_end_of_february_ends_a_whole_month(start: date, end: date, days: int) -> None:
    assert year_fraction(DayCount.THIRTY_U_360, start, end) * 360 == days


def test_bond_basis_knows_nothing_of_february() -> None:
    assert year_fraction(DayCount.THIRTY_360, date(2025, 2, 28), date(2025, 3, 31)) * 360 == 33
    assert year_fraction(DayCount.THIRTY_360, date(2025, 3, 30), date(2025, 3, 31)) * 360 == 0


def test_european_time_goes_back_and_british_time_on() -> None:
    start, end = date(2025, 2, 28), date(2025, 3, 31)

    assert years_between(start, end, TimeRule.MONTHS) == Fraction(1, 12)
    assert years_between(start, end, TimeRule.CONC_MONTHS) == Fraction(1, 12) + Fraction(3, 365)


def test_european_odd_days_belong_to_the_year_that_ends_with_them() -> None:
    # A year counted back from 1 March 2024 holds 29 February, one counted back from 1 March 2025 does not.
    assert years_between(date(2024, 2, 20), date(2025, 3, 1), TimeRule.YEARS) == 1 + Fraction(10, 366)
    assert years_between(date(2025, 2, 20), date(2026, 3, 1), TimeRule.YEARS) == 1 + Fraction(9, 365)


def test_british_odd_days_belong_to_the_years_they_lie_in() -> None:
    found = years_between(date(2023, 11, 20), date(2024, 1, 15), TimeRule.CONC_MONTHS)

    assert found == Fraction(1, 12) + Fraction(12, 365) + Fraction(14, 366)


def test_american_half_months_have_fifteen_days() -> None:
    unit = UnitPeriod.of(Frequency.SEMI_MONTHLY)

    assert unit.per_year == 24
    assert unit.count(date(2026, 1, 1), date(2026, 2, 16)) == (3, Fraction(0))
    assert unit.count(date(2026, 1, 5), date(2026, 2, 16)) == (2, Fraction(11, 15))


def test_american_months_are_measured_back_on_the_day_of_the_repayments() -> None:
    unit = UnitPeriod(months=1)

    # Paid on the 30th: the end of February is one month after 30 January, and has no day left over.
    assert unit.count(date(2025, 1, 30), date(2025, 2, 28), day=30) == (1, Fraction(0))
    # Paid on the last of each month: a month back from the end of February is the end of January.
    assert unit.count(date(2025, 1, 30), date(2025, 2, 28)) == (1, Fraction(1, 30))


@pytest.mark.parametrize("convention", DayCount)
def test_penalties_of_single_days_add_up_over_a_year_of_days(convention: DayCount) -> None:
    start, end = date(2027, 12, 20), date(2028, 3, 5)
    count = (end - start).days

    def over(begin: date, finish: date) -> Decimal:
        return penalty_exact(100_000_00, Decimal(10), late_after=begin, start=begin, end=finish, day_count=convention)

    days = [over(start + timedelta(days=day), start + timedelta(days=day + 1)) for day in range(count)]

    assert abs(sum(days) - over(start, end)) < Decimal("1e-20")
    assert abs(over(start, end) - Decimal(1_000_000 * count) / 365) < Decimal(4_000)


def test_a_year_of_unit_periods_leaves_months_or_days() -> None:
    unit = UnitPeriod(months=12)

    assert unit.count(date(2025, 1, 10), date(2026, 7, 10)) == (1, Fraction(6, 12))
    assert unit.count(date(2025, 1, 9), date(2026, 7, 10)) == (1, Fraction(182, 365))
