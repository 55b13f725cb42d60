"""British high-cost credit: level payments at a daily rate under the caps of law, with their APR."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, takewhile
from typing import Any

from backend.servicing.domain.apr import Flow, effective_apr_pct, nominal_apr_pct, rounded_pct
from backend.servicing.domain.calendar import step
from backend.servicing.domain.schedule import Schedule, build_schedule
from shared.rounding import Rounding, to_places
from shared.terms import CostCap, DayCount, Fee, FeeWhen, Frequency, LastInstalment, LoanTerms, MonthEnd
from tests.vectors.figures import day, minor, places
from tests.vectors.folder import Folder, Vector

PREFIXES = ("loan_uk_level_schedules_",)

ROUNDING = {
    "rounded up": Rounding.UP,
    "rounded down": Rounding.DOWN,
    "round using AwayFromZero": Rounding.HALF_UP,
    "round using ToEven": Rounding.HALF_EVEN,
}
LAST = {
    "lower final payment": LastInstalment.LOWER,
    "similar final payment": LastInstalment.SIMILAR,
    "higher final payment": LastInstalment.HIGHER,
}


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where every row, total and rate is equal."""
    params = vector["params"]
    if params["principal"] is None:
        return "states no terms"
    if params["method"] != "actuarial":
        return f"{params['method']} interest is not known here"
    terms, start = terms_of(vector)
    schedule = build_schedule(terms, start)
    return _rows_differ(vector, terms, schedule) or _totals_differ(vector, terms, schedule)


def terms_of(vector: Vector) -> tuple[LoanTerms, date]:
    """The vector's parameters as terms of ours, and the day of the advance.

    A fee that is lent with the principal shows only in the opening balance.
    """
    params, start = vector["params"], day(vector["params"]["start_date"])
    advance, owed = minor(params["principal"]), minor(vector["rows"][0]["principal_balance"])
    fee = Fee(code="arrangement", when=FeeWhen.DISBURSEMENT, fixed_minor=owed - advance)
    frequency, every, first, month_end = _unit_period(params["unit_period"])
    rate, per = re.fullmatch(r"([\d.]+) % per (day|year)", params["rate"]).groups()  # type: ignore[union-attr]
    dates = _dates(params["schedule_length"], start, frequency, every, first, month_end)
    return LoanTerms(
        currency="GBP",
        principal_minor=owed,
        annual_rate_pct=Decimal(rate) * (365 if per == "day" else 1),
        instalments=len(dates),
        frequency=frequency,
        every=every,
        due_dates=dates,
        month_end=month_end,
        day_count=DayCount.ACTUAL_365,
        fees=(fee,) if fee.fixed_minor else (),
        rounding=ROUNDING[params["interest_rounding"]],
        instalment_rounding=ROUNDING[params["payment_rounding"]],
        last_instalment=LAST[params["level_payment_option"]],
        cost_cap=_cap(params["cap"]),
    ), start


def _unit_period(text: str) -> tuple[Frequency, int, date, MonthEnd]:
    """`monthly from 2023-12 on 11`, `2-weekly from 2023-11-23`, `daily from 2023-01-03`."""
    found = re.fullmatch(r"(?:(\d+)-)?(daily|weekly|monthly) from ([\d-]+)(?: on (\d+|month-end))?", text)
    assert found, f"{text} is not a unit-period"
    every, name, since, on = found.groups()
    frequency = Frequency(name)
    if on is None:
        return frequency, int(every or 1), day(since), MonthEnd.LAST_DAY
    if on == "month-end":
        first = step(day(f"{since}-01"), Frequency.MONTHLY, 1) - timedelta(days=1)
        return frequency, int(every or 1), first, MonthEnd.ALWAYS_LAST
    return frequency, int(every or 1), day(f"{since}-{on}"), MonthEnd.LAST_DAY


def _dates(
    length: str, start: date, frequency: Frequency, every: int, first: date, month_end: MonthEnd
) -> tuple[date, ...]:
    """So many payments, or all within so many days of the advance."""
    kind, number = length.rsplit(" ", 1)
    following = (step(first, frequency, every * index, month_end) for index in count())
    if kind == "payment count":
        return tuple(next(following) for _ in range(int(number)))
    return tuple(takewhile(lambda due: due <= start + timedelta(days=int(number)), following))


def _cap(text: str) -> CostCap | None:
    """`total 100 %; daily 0.8 %`, or `n/a` for either."""
    found = dict(re.findall(r"(total|daily) ([\d.]+) %", text))
    if not found:
        return None
    bps = {name: int(Decimal(figure) * 100) for name, figure in found.items()}
    return CostCap(daily_bps=bps.get("daily"), total_bps=bps.get("total"))


def _rows_differ(vector: Vector, terms: LoanTerms, schedule: Schedule) -> str | None:
    if len(vector["rows"]) != len(schedule.rows) + 1:
        return f"{len(schedule.rows)} payments, not {len(vector['rows']) - 1}"
    balance, principal, interest = terms.principal_minor, 0, 0
    earned_in_all = Decimal(0)
    for expected, row in zip(vector["rows"][1:], schedule.rows, strict=True):
        if int(expected["day"]) != (row.due_on - schedule.disbursed_on).days:
            return f"payment {row.number} due on {row.due_on}, not on day {expected['day']}"
        earned = _earned(terms, balance, (row.ends_on - row.starts_on).days, earned_in_all)
        earned_in_all += earned
        balance, principal, interest = (
            row.balance_minor,
            principal + row.principal_minor,
            interest + row.interest_minor,
        )
        found: dict[str, Any] = {
            "scheduled_payment": row.total_minor,
            "actuarial_interest": earned,
            "interest_portion": row.interest_minor,
            "principal_portion": row.principal_minor,
            "interest_balance": 0,
            "principal_balance": balance,
            "total_actuarial_interest": earned_in_all,
            "total_interest": interest,
            "total_principal": principal,
        }
        for name, figure in found.items():
            shown = to_places(Decimal(figure) / 100, places(expected[name]), Rounding.HALF_UP)
            if shown != Decimal(expected[name].replace(",", "")):
                return f"payment {row.number} {name} {shown}, not {expected[name]}"
    return None


def _earned(terms: LoanTerms, balance: int, days: int, before: Decimal) -> Decimal:
    """What a schedule doesn't show: interest before it is rounded, up to the same caps."""
    rate = terms.annual_rate_pct / 100 / 365
    if terms.cost_cap is None:
        return balance * rate * days
    rate = min(rate, Decimal(terms.cost_cap.daily_bps or 10_000) / 10_000)
    cap = terms.principal_minor * Decimal(terms.cost_cap.total_bps or 100_000) / 10_000
    return min(balance * rate * days, cap - before)


def _totals_differ(vector: Vector, terms: LoanTerms, schedule: Schedule) -> str | None:
    payments = [row.total_minor for row in schedule.rows]
    cost = Decimal(100 * schedule.cost_minor) / terms.principal_minor
    found = {
        "level_payment": Counter(payments).most_common(1)[0][0],
        "final_payment": payments[-1],
        "total_interest": schedule.interest_minor,
        "total_scheduled": schedule.total_minor,
    }
    for name, figure in found.items():
        if minor(vector["expected"][name]) != figure:
            return f"{name} {figure / 100:.2f}, not {vector['expected'][name]}"
    if to_places(cost, 2, Rounding.HALF_UP) != Decimal(vector["expected"]["cost_to_borrowing_pct"]):
        return f"cost_to_borrowing_pct {cost:.2f}, not {vector['expected']['cost_to_borrowing_pct']}"
    flows = [Flow(schedule.disbursed_on, advance_minor=schedule.paid_out_minor)]
    flows += [Flow(row.due_on, payment_minor=row.total_minor) for row in schedule.rows]
    american = vector["params"]["apr_method"].startswith("US")
    apr = nominal_apr_pct(flows, terms.frequency, terms.every) if american else effective_apr_pct(flows)
    digits = int(re.search(r"to (\d+) d\.p\.", vector["params"]["apr_method"])[1])  # type: ignore[index]
    if apr is None or rounded_pct(apr, digits) != Decimal(vector["expected"]["initial_apr"]):
        return f"initial_apr {apr}, not {vector['expected']['initial_apr']}"
    return None
