"""Laws of schedules, day counts and recasts, whatever the terms."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.servicing.domain.annual_time import TimeRule, years_between
from backend.servicing.domain.apr import Flow, effective_apr_pct
from backend.servicing.domain.calendar import nominal_dates
from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.recast import Paid, recast
from backend.servicing.domain.schedule import build_schedule
from backend.servicing.domain.unit_period import UnitPeriod
from shared.loss_policy import LossBucket, LossPolicy
from shared.rounding import Rounding
from shared.terms import (
    CostCap,
    DayCount,
    EarlyRepayment,
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

DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))
RATES = st.decimals(min_value=0, max_value=400, places=2)
METHODS = st.sampled_from(
    [RepaymentMethod.EQUAL_INSTALMENTS, RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.INTEREST_ONLY]
)


@st.composite
def terms(draw: st.DrawFn) -> LoanTerms:
    """Terms that a lender could state, with grace, shares, preferences and roundings of every kind."""
    count = draw(st.integers(2, 40))
    return LoanTerms(
        currency="NGN",
        principal_minor=draw(st.integers(100, 10**10)),
        annual_rate_pct=draw(RATES),
        instalments=count,
        frequency=draw(st.sampled_from(Frequency)),
        method=draw(METHODS),
        interest=draw(st.sampled_from(InterestKind)),
        day_count=draw(st.sampled_from(DayCount)),
        principal_grace=draw(st.integers(0, count - 1)),
        interest_grace=draw(st.integers(0, count - 1)),
        interest_free=draw(st.integers(0, count)),
        last_instalment=draw(st.sampled_from(LastInstalment)),
        remainder=draw(st.sampled_from(Remainder)),
        rounding=draw(st.sampled_from(Rounding)),
        month_end=draw(st.sampled_from(MonthEnd)),
        amount_step_minor=draw(st.sampled_from([1, 5, 100])),
        instalment_step_minor=draw(st.sampled_from([1, 100])),
    )


@st.composite
def plain(draw: st.DrawFn) -> LoanTerms:
    """Equal instalments or equal principal on a declining balance, at rates of which most are not usury."""
    return LoanTerms(
        currency="NGN",
        principal_minor=draw(st.integers(10_000, 10**10)),
        annual_rate_pct=draw(st.decimals(min_value=0, max_value=80, places=2)),
        instalments=draw(st.integers(2, 36)),
        frequency=draw(st.sampled_from([Frequency.WEEKLY, Frequency.MONTHLY, Frequency.SEMI_MONTHLY])),
        method=draw(st.sampled_from([RepaymentMethod.EQUAL_INSTALMENTS, RepaymentMethod.EQUAL_PRINCIPAL])),
        day_count=draw(st.sampled_from([DayCount.ACTUAL_365, DayCount.THIRTY_E_360])),
    )


@given(terms(), DAYS)
def test_every_schedule_repays_exactly_what_was_lent(loan: LoanTerms, on: date) -> None:
    rows = build_schedule(loan, on).rows

    assert sum(row.principal_minor for row in rows) == loan.principal_minor
    assert rows[-1].balance_minor == 0
    assert all(row.principal_minor >= 0 and row.interest_minor >= 0 for row in rows)
    assert all(before.ends_on == row.starts_on < row.ends_on for before, row in pairwise(rows))


@given(terms(), DAYS)
def test_grace_is_kept(loan: LoanTerms, on: date) -> None:
    rows = build_schedule(loan, on).rows

    assert not any(row.principal_minor for row in rows[: loan.principal_grace])
    assert not any(row.interest_minor for row in rows[: min(loan.interest_grace, loan.interest_free)])
    assert not any(row.interest_minor for row in rows[: loan.interest_grace])


@given(terms(), DAYS, st.integers(0, 300), st.integers(0, 20_000), st.integers(0, 1_000))
def test_no_loan_costs_more_than_its_cap(loan: LoanTerms, on: date, daily: int, total: int, fee: int) -> None:
    fees = (Fee(code="setup", when=FeeWhen.DISBURSEMENT, fixed_minor=min(fee, loan.principal_minor - 1)),)
    cap = CostCap(daily_bps=daily, total_bps=total)
    capped = replace(loan, cost_cap=cap, fees=fees, rounding=Rounding.DOWN)

    schedule = build_schedule(capped, on)

    allowed = max(loan.principal_minor * total // 10_000, schedule.upfront_fee_minor)
    assert schedule.cost_minor <= allowed
    days = (schedule.rows[-1].ends_on - on).days
    assert schedule.interest_minor <= loan.principal_minor * daily * days / 10_000


@given(plain(), DAYS)
def test_the_last_instalment_is_on_the_side_that_was_preferred(loan: LoanTerms, on: date) -> None:
    # At rates so high that a longer month's interest alone is more than the level, no instalment is level.
    assume(loan.annual_rate_pct <= 60)
    level = replace(loan, method=RepaymentMethod.EQUAL_INSTALMENTS)

    lower = build_schedule(replace(level, last_instalment=LastInstalment.LOWER), on).rows
    higher = build_schedule(replace(level, last_instalment=LastInstalment.HIGHER), on).rows

    assert lower[-1].total_minor <= lower[0].total_minor
    assert higher[-1].total_minor >= higher[0].total_minor
    assert 0 <= lower[0].total_minor - higher[0].total_minor <= 1


@given(plain(), DAYS, st.sampled_from(EarlyRepayment), st.integers(1, 10**9), st.integers(0, 600))
def test_more_paid_never_costs_more(loan: LoanTerms, on: date, effect: EarlyRepayment, amount: int, after: int) -> None:
    payments = (Paid(on + timedelta(days=after), amount),)

    found = recast(loan, on, payments, as_of=on, effect=effect, on_top=True)

    agreed = build_schedule(loan, on)
    assert sum(row.principal_minor for row in found.rows) == loan.principal_minor
    assert found.rows[-1].balance_minor == 0
    # Each row rounds its interest anew: half a unit a row is all that rounding can cost.
    assert found.interest_minor <= agreed.interest_minor + len(agreed.rows)
    assert 0 <= found.credit_minor <= amount


@given(plain(), DAYS, st.lists(st.integers(1, 10**8), max_size=5), st.integers(0, 400))
def test_every_payment_is_in_the_rows_or_is_credit(loan: LoanTerms, on: date, amounts: list[int], after: int) -> None:
    payments = [Paid(on + timedelta(days=9 * index), amount) for index, amount in enumerate(amounts)]

    found = recast(loan, on, payments, as_of=on + timedelta(days=after), effect=EarlyRepayment.REDUCE_INSTALMENT)

    assert sum(row.principal_minor for row in found.rows) == loan.principal_minor
    assert found.credit_minor >= 0
    assert found.overdue_minor >= 0


@given(st.sampled_from(DayCount), DAYS, st.integers(0, 4000), st.integers(0, 400))
def test_a_longer_time_is_never_a_smaller_part_of_a_year(
    convention: DayCount, start: date, days: int, more: int
) -> None:
    # Where a 29 February enters, these divide all days by one more; two of the 30/360 family lose a day to February.
    assume(convention not in {DayCount.ACTUAL_365_LEAP, DayCount.ACTUAL_ACTUAL_AFB})
    end = start + timedelta(days=days)

    shorter, longer = (
        year_fraction(convention, start, end),
        year_fraction(convention, start, end + timedelta(days=more)),
    )

    slack = Fraction(2, 360) if convention.value.startswith("30") else 0
    assert 0 <= shorter <= longer + slack


@given(st.sampled_from(DayCount), DAYS, st.integers(1, 30))
def test_whole_years_are_whole(convention: DayCount, start: date, years: int) -> None:
    assume(start.day < 28)
    end = start.replace(year=start.year + years)

    found = year_fraction(convention, start, end, interval=UnitPeriod(months=12))

    exact = convention.value.startswith("30") or convention in {DayCount.ACTUAL_ACTUAL_ICMA, DayCount.ACTUAL_ACTUAL_AFB}
    if exact:
        assert found == years
    elif convention is not DayCount.BUSINESS_252:
        assert abs(found - years) <= Fraction(years, 50) + Fraction(1, 100)


@given(st.sampled_from(TimeRule), DAYS, st.integers(0, 5000))
def test_time_is_never_far_from_its_days(rule: TimeRule, start: date, days: int) -> None:
    found = years_between(start, start + timedelta(days=days), rule)

    assert abs(found - Fraction(days, 365)) <= Fraction(days, 250 * 365) + Fraction(4, 365)


@given(DAYS, st.sampled_from(Frequency), st.integers(1, 6), st.integers(1, 40), st.sampled_from(MonthEnd))
def test_due_dates_follow_one_another(
    start: date, frequency: Frequency, every: int, count: int, rule: MonthEnd
) -> None:
    assume(count * every <= 50)
    dates = nominal_dates(start, frequency, every=every, count=count, month_end=rule)

    assert all(before < after for before, after in zip((start, *dates), dates, strict=False))


@given(DAYS, st.integers(10_000, 10**9), st.lists(st.integers(1, 10**8), min_size=1, max_size=8), st.integers(1, 10**6))
def test_a_dearer_payment_is_a_higher_rate(start: date, advance: int, payments: list[int], more: int) -> None:
    flows = [Flow(start, advance_minor=advance)]
    flows += [Flow(start + timedelta(days=30 * at), payment_minor=paid) for at, paid in enumerate(payments, 1)]
    dearer = [*flows[:-1], replace(flows[-1], payment_minor=flows[-1].payment_minor + more)]

    cheap, dear = effective_apr_pct(flows), effective_apr_pct(dearer)

    assume(cheap is not None and dear is not None)
    assert cheap is not None
    assert dear is not None
    assert dear >= cheap - Decimal("1e-9")


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=8, unique=True), st.integers(0, 3000), st.integers(0, 400))
def test_being_later_never_leads_to_an_earlier_bucket(starts: list[int], days: int, more: int) -> None:
    ladder = LossPolicy(buckets=tuple(LossBucket(code=str(day), from_days=day) for day in sorted(starts)))

    first, then = ladder.bucket_of(days), ladder.bucket_of(days + more)

    assert (first.from_days if first else -1) <= (then.from_days if then else -1)
