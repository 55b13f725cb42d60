"""The engine against figures that others published; skipped where the vectors are not at hand."""

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backend.servicing.domain.apr import (
    Flow,
    TimeRule,
    UnitPeriod,
    effective_apr_pct,
    effective_rate,
    unit_period_rate,
    years_between,
)
from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.periods import exact
from backend.servicing.domain.quote import price
from backend.servicing.domain.schedule import build_schedule
from shared.rounding import Rounding
from shared.terms import DayCount, Frequency, InterestKind, LoanTerms, RepaymentMethod

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="../shared/vectors is absent")

Vector = dict[str, Any]
DAY_COUNTS = {
    ("ACTUAL", "ACTUAL"): DayCount.ACTUAL_ACTUAL_ISDA,
    ("ACTUAL", "DAYS360"): DayCount.ACTUAL_360,
    ("ACTUAL", "DAYS364"): DayCount.ACTUAL_364,
    ("ACTUAL", "DAYS365"): DayCount.ACTUAL_365,
    ("DAYS30", "DAYS360"): DayCount.THIRTY_E_360,
}
UNITS = {"MONTHS": Frequency.MONTHLY, "WEEKS": Frequency.WEEKLY, "DAYS": Frequency.DAILY}


def load(name: str) -> list[Vector]:
    content: dict[str, list[Vector]] = json.loads((VECTORS / f"{name}_shared.json").read_text(), parse_float=Decimal)
    return content["vectors"]


def minor(figure: str) -> int:
    return int((Decimal(figure) * 100).to_integral_value())


def day_count(in_month: str, in_year: str, unit: str, *, same_as_period: bool) -> DayCount:
    """The source's settings in our words: its 30-day months count for months alone."""
    if same_as_period and unit == "MONTHS":
        return DayCount.THIRTY_E_360
    found = DAY_COUNTS[(in_month.replace("_", ""), in_year.replace("_", ""))]
    return DayCount.ACTUAL_360 if found is DayCount.THIRTY_E_360 and unit != "MONTHS" else found


def terms_of_basic(vector: Vector) -> LoanTerms:
    loan, product = vector["loan"], vector["product_params"]
    down = bool(product.get("enableDownPayment"))
    step = product.get("installmentAmountInMultiplesOf")
    return LoanTerms(
        currency="EUR",
        principal_minor=minor(vector["disbursement"]["amount"]),
        annual_rate_pct=Decimal(loan["annual_rate_pct"]),
        instalments=int(loan["n_repayments"]) + down,
        frequency=UNITS[loan["repay_unit"]],
        every=int(loan["repay_every"]),
        interest=InterestKind.FLAT if loan["interest_type"] == "FLAT" else InterestKind.DECLINING,
        day_count=day_count(
            product["daysInMonthType"],
            product["daysInYearType"],
            loan["repay_unit"],
            same_as_period=loan["interest_calc_period"] == "SAME_AS_REPAYMENT_PERIOD",
        ),
        down_payment=down,
        down_payment_bps=2500 if down else 0,
        instalment_step_minor=100 * int(step) if step else 1,
    )


def test_basic_schedules_agree_but_for_those_that_something_else_changes() -> None:
    agreed = Counter[bool]()
    for vector in load("loan_schedule_basic"):
        schedule = build_schedule(terms_of_basic(vector), date.fromisoformat(vector["disbursement"]["date"]))
        expected = [
            (row["due_date"], minor(row["principal"]), minor(row.get("interest", "0")))
            for row in vector["expected_rows"]
            if "nr" in row
        ]
        found = [(row.due_on.isoformat(), row.principal_minor, row.interest_minor) for row in schedule.rows]
        agreed[expected == found] += 1

    # The rest are rate changes, overdue recalculation, fixed lengths and second tranches, which terms alone don't tell.
    assert agreed[True] >= 181


def test_level_instalments_agree_period_by_period() -> None:
    agreed = 0
    for vector in load("loan_emi"):
        params, timeline = vector["params"], vector["timeline"]
        steps = [entry.get("op") or entry["expect"] for entry in timeline]
        if steps != ["add_disbursement", "periods"] or "days_in_month" not in params:
            continue
        terms = LoanTerms(
            currency="USD",
            principal_minor=minor(timeline[0]["amount"]),
            annual_rate_pct=Decimal(params["annual_rate_pct"]),
            instalments=len(vector["periods"]),
            frequency=UNITS[params["repay_unit"]],
            every=int(params["repay_every"]),
            day_count=day_count(
                params["days_in_month"], params["days_in_year"], params["repay_unit"], same_as_period=False
            ),
            rounding=Rounding(params["rounding"].lower()),
            instalment_step_minor=100 * int(params["installment_multiples_of"] or 0) or 1,
        )
        schedule = build_schedule(terms, date.fromisoformat(timeline[0]["date"]))
        if [[row.starts_on.isoformat(), row.ends_on.isoformat()] for row in schedule.rows] != vector["periods"]:
            continue
        expected = {
            (int(row["period"]), minor(row["principal_due"]), minor(row["interest_due"])) for row in timeline[1]["rows"]
        }
        found = {(row.number - 1, row.principal_minor, row.interest_minor) for row in schedule.rows}
        agreed += expected == found

    # The rest are days of grace, 29 February on its own, and a year's last day counted to the next year.
    assert agreed >= 10


CONVENTIONS = {
    "ACT/360": DayCount.ACTUAL_360,
    "ACT/365F": DayCount.ACTUAL_365,
    "BRAZIL-CET": DayCount.ACTUAL_365,
    "ACT/ACT-ISDA": DayCount.ACTUAL_ACTUAL_ISDA,
    "30E/360": DayCount.THIRTY_E_360,
    "30/360-US(basic)": DayCount.THIRTY_360_US,
}


def test_day_counts_agree() -> None:
    vectors = [vector for vector in load("daycount") if vector["convention"] in CONVENTIONS]

    for vector in vectors:
        start, end = date.fromisoformat(vector["start"]), date.fromisoformat(vector["end"])
        found = exact(year_fraction(CONVENTIONS[vector["convention"]], start, end))
        assert abs(found - vector["primary_fraction"]) < Decimal("1e-12"), vector["id"]

    assert len(vectors) >= 20


def test_european_and_british_time_agrees() -> None:
    # Of one interval over New Year the source loses a day.
    vectors = [
        vector
        for vector in load("daycount")
        if vector["convention"] in {"EU-2008/48/EC", "UK-CONC-APP"} and vector["id"] != "curo/uk_conc_app_test#L159"
    ]

    for vector in vectors:
        weeks = "week" in vector["settings"] and "month should win" not in vector["settings"]
        start, end = date.fromisoformat(vector["start"]), date.fromisoformat(vector["end"])
        found = exact(years_between(start, end, TimeRule.WEEKS if weeks else TimeRule.MONTHS))
        assert abs(found - vector["primary_fraction"]) < Decimal("1e-12"), vector["id"]

    assert len(vectors) >= 15


def test_american_rates_agree() -> None:
    units = {
        "day": Frequency.DAILY,
        "week": Frequency.WEEKLY,
        "month": Frequency.MONTHLY,
        "year": Frequency.YEARLY,
    }
    vectors = [vector for vector in load("apr") if "amount_financed" in vector and not vector["disputed"]]

    for vector in vectors:
        flows = [(0, Decimal(0), -Decimal(vector["amount_financed"]))]
        flows += [(p["whole_unit_periods"], Decimal(p["fraction"]), Decimal(p["amount"])) for p in vector["payments"]]
        rate = unit_period_rate(flows)
        assert rate is not None
        assert_published(rate * vector["unit_periods_per_year"] * 100, vector)

        every, unit = vector["dates"]["freq"].split()
        period = UnitPeriod.of(units[unit.removesuffix("s")], int(every))
        start, first = (date.fromisoformat(vector["dates"][key]) for key in ("consummation", "first"))
        whole, part = period.count(start, first)
        assert period.per_year == vector["unit_periods_per_year"]
        assert whole == vector["payments"][0]["whole_unit_periods"]
        assert abs(part - vector["payments"][0]["fraction"]) < Decimal("1e-9")

    assert len(vectors) >= 15


def test_european_and_british_rates_agree() -> None:
    vectors = [vector for vector in load("apr") if "amount" in vector]

    for vector in vectors:
        if "date" in vector["payments"][0]:
            flows = [Flow(date.fromisoformat(vector["start"]), advance_minor=minor(vector["amount"]))]
            flows += [Flow(date.fromisoformat(p["date"]), payment_minor=minor(p["amount"])) for p in vector["payments"]]
            found = effective_apr_pct(flows)
        else:
            timed = [(Decimal(0), -Decimal(vector["amount"]))]
            timed += [(Decimal(p["t_years"]), Decimal(p["amount"])) for p in vector["payments"]]
            rate = effective_rate(timed)
            found = None if rate is None else rate * 100
        assert found is not None
        assert_published(found, vector)

    assert len(vectors) >= 120


def assert_published(found: Decimal, vector: Vector) -> None:
    """Within one unit of the last digit given: some sources round, some cut."""
    published = Decimal(vector["expected_apr_pct"])
    exponent = published.as_tuple().exponent
    assert isinstance(exponent, int)
    assert abs(found - published) < Decimal(1).scaleb(exponent), vector["id"]


def test_classic_schedules_agree() -> None:
    by_id = {vector["id"]: vector for vector in load("loan_classic")}
    for name in ("month-end/clamp-30-360", "month-end/clamp-act-act"):
        vector = by_id[name]
        convention = DayCount.THIRTY_E_360 if name.endswith("30-360") else DayCount.ACTUAL_ACTUAL_ISDA
        terms = LoanTerms(
            currency="USD",
            principal_minor=1_000_000,
            annual_rate_pct=Decimal(12),
            instalments=3,
            frequency=Frequency.MONTHLY,
            day_count=convention,
        )
        assert_rows(terms, date(2025, 1, 31), vector["expected"], scale=100)

    stepped = by_id["classic/equal-principal-multiples-100"]
    terms = LoanTerms(
        currency="JPY",
        principal_minor=100_000,
        annual_rate_pct=Decimal(24),
        instalments=24,
        frequency=Frequency.MONTHLY,
        method=RepaymentMethod.EQUAL_PRINCIPAL,
        day_count=DayCount.THIRTY_E_360,
    )
    assert_rows(terms, date(2014, 6, 2), stepped["expected_selected"], scale=Decimal("0.01"))


def assert_rows(terms: LoanTerms, disbursed_on: date, expected: list[Vector], *, scale: int | Decimal) -> None:
    rows = build_schedule(terms, disbursed_on).rows
    for index, figures in enumerate(expected):
        row = rows[int(figures.get("nr", index + 1)) - 1]
        assert row.due_on.isoformat() == figures["due_date"]
        assert row.principal_minor == Decimal(figures["principal"]) * scale
        assert row.interest_minor == Decimal(figures["interest"]) * scale


def plain(figure: str) -> int:
    return minor(figure.replace(",", ""))


def test_british_high_cost_schedules_agree_where_payments_are_rounded_to_the_nearest() -> None:
    agreed = 0
    for vector in load("loan_uk_level_schedules"):
        params, rows = vector["params"], [row for row in vector["rows"] if plain(row["scheduled_payment"])]
        if params.get("payment_rounding") != "round using AwayFromZero" or params["unit_period"].startswith("2-weekly"):
            continue
        start = date.fromisoformat(params["start_date"])
        terms = LoanTerms(
            currency="GBP",
            principal_minor=plain(params["principal"]),
            annual_rate_pct=Decimal(params["rate"].removesuffix(" % per day")) * 365,
            instalments=len(rows),
            frequency=Frequency.MONTHLY,
            day_count=DayCount.ACTUAL_365,
            first_due_on=start + timedelta(days=int(rows[0]["day"])),
            rounding=Rounding.HALF_UP,
        )
        priced = price(terms, start)
        expected = [(int(r["day"]), plain(r["principal_portion"]), plain(r["interest_portion"])) for r in rows]
        found = [((row.due_on - start).days, row.principal_minor, row.interest_minor) for row in priced.rows]
        if found == expected:
            agreed += 1
            assert abs((priced.effective_apr_pct or 0) - Decimal(vector["expected"]["initial_apr"])) < Decimal("0.1")

    # The rest prefer a last payment that is lower or higher than the one that differs least.
    assert agreed >= 38
