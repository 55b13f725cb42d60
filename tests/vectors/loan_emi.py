"""Level instalments over explicit periods and events: draws, payments, credits, pauses, rate changes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from backend.servicing.domain.living.change import (
    change_rate,
    correct,
    credit,
    draw,
    pause,
    pay_interest,
    pay_principal,
)
from backend.servicing.domain.living.contract import Contract, Unit
from backend.servicing.domain.living.foresight import DueOn, due_on, interest_till
from backend.servicing.domain.living.plan import Plan
from shared.terms import InterestKind
from tests.vectors.figures import day, later, minor
from tests.vectors.folder import Folder, Vector

PREFIXES = ("loan_emi_",)

UNITS = {"DAYS": Unit.DAYS, "WEEKS": Unit.WEEKS, "MONTHS": Unit.MONTHS, "YEARS": Unit.YEARS}
# The source keeps twelve digits, we keep more: factors agree to its last digit, unrounded interest to a billionth.
FACTOR, UNROUNDED = Decimal("1e-12"), Decimal("1e-9")

Entry = dict[str, Any]


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where every instalment, portion, balance and factor is equal after each event.

    Vectors leave out whether interest is flat or on a declining balance: one of the two must give all the figures.
    """
    difference = _differs(vector, InterestKind.DECLINING)
    return None if difference is None or _differs(vector, InterestKind.FLAT) is None else difference


def _differs(vector: Vector, interest: InterestKind) -> str | None:
    spans = [(day(start), day(end)) for start, end in vector["periods"]]
    contract = contract_of(vector["params"], interest, spans[0][0], len(spans))
    plan = Plan.over(contract, spans)
    for index, entry in enumerate(vector["timeline"]):
        difference = _step(plan, entry)
        if difference:
            return f"entry {index}: {difference}"
    return None


def contract_of(params: dict[str, Any], interest: InterestKind, start: date, count: int) -> Contract:
    """The vector's parameters as a contract of ours. Without days in a month, a period is its part of a year."""
    in_year, in_month = params.get("days_in_year", "ACTUAL"), params.get("days_in_month", "ACTUAL")
    same_as_period = "days_in_month" not in params or params.get("interest_calc_period") == "SAME_AS_REPAYMENT_PERIOD"
    return Contract(
        exponent=int(params.get("decimals", 2)),
        submitted_on=start,
        principal_minor=0,
        annual_rate_pct=Decimal(params["annual_rate_pct"]),
        interest=interest,
        daily_interest=not same_as_period,
        partial_periods=params.get("allow_partial_period_interest", True),
        year_days=None if in_year == "ACTUAL" else int(in_year.removeprefix("DAYS_")),
        month_days=None if in_month == "ACTUAL" else int(in_month.removeprefix("DAYS_")),
        leap_period_only=params.get("days_in_year_custom_strategy") == "FEB_29_PERIOD_ONLY",
        every=int(params["repay_every"]),
        unit=UNITS[params["repay_unit"]],
        instalments=count,
        grace_principal=int(params.get("grace_principal", 0)),
        grace_interest=int(params.get("grace_interest", 0)),
        step_minor=minor(params.get("installment_multiples_of") or 0),
        full_term_tranches=bool(params.get("allow_full_term_for_tranche", False)),
        multi_draw=True,
    )


def _step(plan: Plan, entry: Entry) -> str | None:
    """Lets an event happen, or says where an expectation fails."""
    if "op" in entry:
        _happen(plan, entry)
        return None
    if "query" in entry:
        return _due_differs(plan, entry)
    plan.settle()
    return EXPECTED[entry["expect"]](plan, entry)


def _happen(plan: Plan, entry: Entry) -> None:
    on = day(entry["date"]) if "date" in entry else None
    match entry["op"]:
        case "add_disbursement":
            draw(plan, day(entry["date"]), minor(entry["amount"]))
        case "change_interest_rate":
            change_rate(plan, day(entry["date"]), Decimal(entry["annual_rate_pct"]))
        case "apply_interest_pause":
            pause(plan, day(entry["start"]), day(entry["end"]))
        case "credit_principal":
            credit(plan, day(entry["date"]), principal=minor(entry["amount"]))
        case "credit_interest":
            credit(plan, day(entry["date"]), interest=minor(entry["amount"]))
        case "add_balance_correction":
            correct(plan, day(entry["date"]), minor(entry["amount"]))
        case "pay_principal" | "pay_interest":
            _pay(plan, entry)
        case unknown:
            raise ValueError(f"{unknown} on {on} is not known here")


def _pay(plan: Plan, entry: Entry) -> None:
    """A payment of all that a period still asks for on a day.

    The vectors hold the period's two dates and the day of payment, in this order, and have lost the amount.
    """
    start, end, on = day(entry["period_due_date"]), day(entry["date"]), day(entry["amount"])
    due = due_on(plan, start, end, on)
    stage = next(stage for stage in plan.stages if (stage.start, stage.end) == (start, end))
    if entry["op"] == "pay_principal":
        pay_principal(plan, start, end, on, due.principal - stage.paid_principal)
    else:
        pay_interest(plan, start, end, on, due.interest - stage.paid_interest)


def _due_differs(plan: Plan, entry: Entry) -> str | None:
    found = due_on(plan, *(day(argument) for argument in entry["args"]))
    wanted = DueOn(minor(entry["expect"]["DuePrincipal"]), minor(entry["expect"]["DueInterest"]))
    return None if found == wanted else f"{entry['args']} asks for {found}, not {wanted}"


def _row_differs(plan: Plan, row: Entry) -> str | None:
    stage = plan.stages[int(row["period"])]
    found = {
        "emi": stage.level,
        "interest_due": stage.due_interest,
        "principal_due": stage.due_principal,
        "balance_after": plan.balance_after(stage),
    }
    for name, figure in found.items():
        if name in row and minor(row[name]) != figure:
            return f"period {row['period']} {name} {figure / 100:.2f}, not {row[name]}"
    if "fully_paid" in row and row["fully_paid"] != stage.settled:
        return f"period {row['period']} settled {stage.settled}"
    if "interest_subperiod" not in row:
        return None
    segment = stage.segments[int(row["interest_subperiod"])]
    if abs(segment.level - Decimal(row["rate_factor"])) > FACTOR:
        return f"period {row['period']} factor {segment.level}, not {row['rate_factor']}"
    interest = Decimal(0) if segment.paused else segment.interest_value / 100
    if "subperiod_interest" in row and abs(interest - Decimal(row["subperiod_interest"])) > UNROUNDED:
        return f"period {row['period']} unrounded interest {interest}, not {row['subperiod_interest']}"
    return None


def _days_differ(plan: Plan, entry: Entry) -> str | None:
    start = day(entry["from"])
    end = day(entry["period_due"])
    before = 0
    for row in entry["rows"]:
        on = later(start, int(row["day_offset"]))
        earned = interest_till(plan, start, end, on, with_credits=True, fixed_by_day=False)
        for name, figure in (("cumulative", earned), ("daily", earned - before)):
            if minor(row[name]) != figure:
                return f"{name} interest by {on} {figure / 100:.2f}, not {row[name]}"
        before = earned
    return None


def _rows_differ(plan: Plan, entry: Entry) -> str | None:
    return next(filter(None, (_row_differs(plan, row) for row in entry["rows"])), None)


def _total_differs(plan: Plan, entry: Entry) -> str | None:
    found = sum(stage.due_interest for stage in plan.stages)
    return None if found == minor(entry["value"]) else f"total interest {found / 100:.2f}, not {entry['value']}"


def _factors_differ(plan: Plan, entry: Entry) -> str | None:
    """Factors as they are, or one more than they are."""
    plan.refactor(plan.stages)
    for stage, value in zip(plan.stages, entry["values"], strict=True):
        factor = stage.segments[-1].factor
        if abs(factor - Decimal(value) % 1) > FACTOR:
            return f"factor {factor} from {stage.start}, not {value}"
    return None


EXPECTED: dict[str, Callable[[Plan, Entry], str | None]] = {
    "periods": _rows_differ,
    "daily_interest": _days_differ,
    "total_interest_due": _total_differs,
    "rate_factors_12dp": _factors_differ,
}
