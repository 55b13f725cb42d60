"""Classic schedules: equal principal, grace, rounding to multiples, fixed instalments, month ends, early repayment."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from backend.servicing.domain.recast import Paid, payoff_minor, recast
from backend.servicing.domain.schedule import Row, Schedule, build_schedule
from shared.currency import exponent_of
from shared.rounding import Rounding, to_places
from shared.terms import DayCount, EarlyRepayment, Frequency, InterestKind, LoanTerms, MonthEnd, RepaymentMethod
from tests.vectors.figures import day, minor
from tests.vectors.folder import Folder, Vector

PREFIXES = ("loan_classic_",)

A_YEAR = {"YEAR": 1, "MONTH": 12, "WEEK": 52, "DAY": 365, None: 1}
UNITS = {"DAY": Frequency.DAILY, "WEEK": Frequency.WEEKLY, "MONTH": Frequency.MONTHLY, "YEAR": Frequency.YEARLY}
METHODS = {
    "EQUAL_INSTALLMENTS": RepaymentMethod.EQUAL_INSTALMENTS,
    "EQUAL_PRINCIPAL_PAYMENTS": RepaymentMethod.EQUAL_PRINCIPAL,
}
INTEREST = {"DECLINING_BALANCE": InterestKind.DECLINING, "FLAT": InterestKind.FLAT}
MONTH_ENDS = {"LAST_DAY_OF_MONTH": MonthEnd.LAST_DAY, "FIRST_DAY_OF_NEXT_MONTH": MonthEnd.NEXT_MONTH}
ROUNDING = {"up to whole unit": Rounding.UP, "down to whole unit": Rounding.DOWN, "to whole unit": Rounding.HALF_UP}
EFFECTS = {
    "REDUCE_EMI_AMOUNT": EarlyRepayment.REDUCE_INSTALMENT,
    "REDUCE_NUMBER_OF_INSTALLMENTS": EarlyRepayment.REDUCE_TERM,
    "RESCHEDULE_NEXT_REPAYMENTS": EarlyRepayment.REDUCE_NEXT,
}
LONGEST = 520
# Where a vector gives no dates, or none but distances from an unnamed day.
SOME_DAY = date(2023, 1, 2)


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where every date, amount and total that the vector gives is ours."""
    unknown = _unknown(vector["loan"])
    if unknown:
        return f"{unknown} is not known here"
    terms, start = terms_of(vector["loan"])
    if "timeline" in vector:
        return _timeline_differs(vector, terms, start)
    schedule = build_schedule(terms, start)
    digits = exponent_of(terms.currency)
    found = _rows_differ(vector, schedule, digits)
    found = found or _dates_differ(vector.get("expected_dates", {}), schedule)
    return found or _totals_differ(vector.get("expected_totals", {}), schedule, digits)


def _unknown(loan: dict[str, Any]) -> str | None:
    """A setting that no term of ours answers to."""
    known = {"rest": {"SAME_AS_REPAYMENT"}, "compounding": {"NONE"}, "bpi_recovery": {"add-to-first-emi"}}
    return next(
        (f"{name} {loan[name]}" for name, values in known.items() if loan.get(name, *values) not in values), None
    )


def terms_of(loan: dict[str, Any]) -> tuple[LoanTerms, date]:
    """The vector's parameters as terms of ours, and the day of disbursement."""
    every, unit = loan["every"].split()
    currency = _currency(loan.get("currency", {}).get("digits", 2))
    scale = 10 ** exponent_of(currency)
    fixed = minor(loan.get("fixed_installment", 0))
    start, first, month_end = _dates(loan)
    return LoanTerms(
        currency=currency,
        principal_minor=minor(loan["principal"], exponent_of(currency)),
        annual_rate_pct=Decimal(loan.get("rate_pct", 0)) * A_YEAR[loan.get("rate_per")],
        instalments=loan.get("n", LONGEST),
        frequency=UNITS[unit.removesuffix("S")],
        every=int(every),
        method=METHODS[loan.get("amortization", "EQUAL_INSTALLMENTS")],
        interest=INTEREST[loan.get("interest", "DECLINING_BALANCE")],
        day_count=_day_count(loan),
        first_due_on=first,
        month_end=month_end,
        principal_grace=loan.get("principal_grace_periods", 0),
        interest_grace=loan.get("interest_grace_periods", 0),
        interest_free=loan.get("interest_free_periods", 0),
        principal_share_bps=int(Decimal(loan.get("fixed_principal_pct_per_installment", 0)) * 100),
        fixed_instalment_minor=fixed,
        instalment_step_minor=scale * int(loan.get("installment_multiples_of", 1 if "emi_rounding" in loan else 0))
        or 1,
        instalment_rounding=ROUNDING[loan["emi_rounding"]] if "emi_rounding" in loan else None,
        amount_step_minor=loan.get("currency", {}).get("in_multiples_of", 0) or 1,
    ), start


def _currency(digits: int) -> str:
    return {0: "JPY", 2: "USD", 3: "KWD"}[digits]


def _day_count(loan: dict[str, Any]) -> DayCount:
    """A period counts as its part of a year unless days are counted."""
    if loan.get("daycount") == "ACTUAL/ACTUAL":
        return DayCount.ACTUAL_ACTUAL_ISDA
    if loan.get("daycount") == "ACTUAL/365" or (loan.get("calc_period") == "DAILY" and "daycount" not in loan):
        return DayCount.ACTUAL_365
    return DayCount.ACTUAL_364 if loan["every"].endswith("WEEK") else DayCount.THIRTY_E_360


def _dates(loan: dict[str, Any]) -> tuple[date, date | None, MonthEnd]:
    """The day of disbursement, the first due date where that is agreed, and the rule for month ends."""
    month_end = MONTH_ENDS[loan.get("month_end_strategy", "LAST_DAY_OF_MONTH")]
    start = _day(loan["disbursed"]) if "disbursed" in loan else SOME_DAY
    first = day(loan["first_due"]) if "first_due" in loan else None
    if "repayment_start" not in loan:
        return start, first, month_end
    first = day(loan["repayment_start"])
    start = first - timedelta(days=1)
    next_month = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    if loan["schedule_type"] == "calendar-end-of-month":
        return start, next_month - timedelta(days=1), MonthEnd.ALWAYS_LAST
    return start, next_month if loan["schedule_type"] == "calendar-start-of-next-month" else first, month_end


def _day(figure: str) -> date:
    """A date, or so many days from an unnamed day D."""
    return SOME_DAY + timedelta(days=int(figure[1:] or 0)) if figure.startswith("D") else day(figure)


def _timeline_differs(vector: Vector, terms: LoanTerms, start: date) -> str | None:
    """The rows after each payment, reckoned on the unnamed day; before the disbursement nothing can be late."""
    effect = EFFECTS[vector["loan"]["prepay_strategy"]]
    payments: list[Paid] = []
    as_of = start
    for index, entry in enumerate(vector["timeline"]):
        if entry.get("op") == "disburse":
            as_of = SOME_DAY
        elif entry.get("op") == "repay":
            payments.append(Paid(_day(entry["at"]), minor(entry["amount"])))
        found = recast(terms, start, payments, as_of=as_of, effect=effect)
        if entry.get("expect") == "preclose_amount":
            owed = payoff_minor(found, _day(entry["at"]))
            if owed != minor(entry["value"]):
                return f"entry {index} pays off for {owed / 100:.2f}, not {entry['value']}"
        elif entry.get("expect") == "schedule":
            rows = [(row.due_on, row.principal_minor, row.interest_minor) for row in found.rows]
            expected = [(_day(row["due"]), minor(row["principal"]), minor(row["interest"])) for row in entry["rows"]]
            for row, wanted in zip_longest(rows, expected):
                if row != wanted:
                    return f"entry {index} has {row}, not {wanted}"
        elif "expect" in entry:
            return f"entry {index} expects {entry['expect']}, which is not known here"
    return None


def _rows_differ(vector: Vector, schedule: Schedule, digits: int) -> str | None:
    for expected, row in _pairs(vector, schedule.rows):
        if "due_date" in expected and _day(expected["due_date"]) != row.due_on:
            return f"row {row.number} due on {row.due_on}, not {expected['due_date']}"
        if "days" in expected and expected["days"] != (row.ends_on - row.starts_on).days:
            return f"row {row.number} has {(row.ends_on - row.starts_on).days} days, not {expected['days']}"
        found = {"principal": row.principal_minor, "interest": row.interest_minor, "balance": row.balance_minor}
        for name, figure in found.items():
            if name in expected and _shown(vector, figure, digits) != _shown(
                vector, minor(expected[name], digits), digits
            ):
                return f"row {row.number} {name} {Decimal(figure).scaleb(-digits)}, not {expected[name]}"
    if "expected" in vector and len(vector["expected"]) != len(schedule.rows):
        return f"{len(schedule.rows)} rows, not {len(vector['expected'])}"
    return None


def _pairs(vector: Vector, rows: tuple[Row, ...]) -> Iterator[tuple[dict[str, Any], Row]]:
    """What the vector says of a row, by its number, its due date or its place."""
    rows_given: list[dict[str, Any]] = vector.get("expected") or vector.get("expected_selected") or []
    for index, expected in enumerate(rows_given):
        number = expected.get("nr", index + 1)
        yield expected, rows[number - 1]


def _shown(vector: Vector, figure: int, digits: int) -> Decimal:
    whole = "rounded to 0 decimals" in vector.get("note", "")
    exact = Decimal(figure).scaleb(-digits)
    return to_places(exact, 0, Rounding.HALF_UP) if whole else exact


def _dates_differ(expected: dict[str, str], schedule: Schedule) -> str | None:
    found = {"first": schedule.rows[0], "second": schedule.rows[1] if len(schedule.rows) > 1 else schedule.rows[0]}
    found["last"] = schedule.rows[-1]
    for name, due in expected.items():
        if found[name].due_on != day(due):
            return f"{name} due on {found[name].due_on}, not {due}"
    return None


def _totals_differ(expected: dict[str, Any], schedule: Schedule, digits: int) -> str | None:
    found = {
        "n": Decimal(len(schedule.rows)),
        "emi": Decimal(schedule.rows[0].total_minor).scaleb(-digits),
        "total_interest_0dp": _whole(schedule.interest_minor, digits),
        "total_payment_0dp": _whole(schedule.total_minor, digits),
    }
    for name, figure in expected.items():
        if found[name] != Decimal(figure):
            return f"{name} {found[name]}, not {figure}"
    return None


def _whole(figure: int, digits: int) -> Decimal:
    return to_places(Decimal(figure).scaleb(-digits), 0, Rounding.HALF_UP)
