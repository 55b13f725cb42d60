"""The facts that rules and scorecards may read, each with its kind, and how they are computed.

None of them is a basis that may not be weighed (12 CFR 1002.4(a): race, colour, religion, national origin, sex,
marital status, age, public assistance). Age serves the legal capacity to contract alone (12 CFR 1002.6(b)(2)), and
income counts whatever its source (12 CFR 1002.6(b)(5)).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from backend.underwriting.domain import cashflow
from backend.underwriting.domain.affordability import LoanRequest, monthly_cost_minor
from backend.underwriting.domain.catalogue import KINDS
from backend.underwriting.domain.expression import Kind
from backend.underwriting.domain.expression.syntax import Scalar
from backend.underwriting.domain.statement import Category, Statement, breaks_in_balance
from shared.rounding import to_places

RECENT_DAYS = 90
RATIO_PLACES = 4


class CheckStatus(StrEnum):
    """How far a check of a person, a business or an account has come."""

    NONE = "none"
    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class Applicant(Struct, frozen=True, kw_only=True):
    """What is known of the applicant besides the statement; None where it is not known."""

    business: bool
    channel: str | None = None
    age_years: int | None = None
    declared_income_minor: int | None = None
    identity: CheckStatus = CheckStatus.NONE
    business_check: CheckStatus = CheckStatus.NONE
    account_owner: CheckStatus = CheckStatus.NONE
    screening: CheckStatus = CheckStatus.NONE
    open_loans: int | None = None
    closed_loans: int | None = None
    days_past_due: int | None = None
    missed_repayments: int | None = None
    statement_required: bool = True
    statement_seen_elsewhere: bool = False


class Features(Struct, frozen=True, kw_only=True):
    """Every feature by kind, so that the stored form says what each value is; `missing` names those without one."""

    numbers: dict[str, Decimal]
    texts: dict[str, str]
    flags: dict[str, bool]
    missing: tuple[str, ...]

    def values(self) -> Mapping[str, Scalar | None]:
        """All of them by name, None where missing."""
        return MappingProxyType({**dict.fromkeys(self.missing), **self.numbers, **self.texts, **self.flags})


def build_features(request: LoanRequest, applicant: Applicant, statement: Statement | None, as_of: date) -> Features:
    """All features of the catalogue for one application on the business date `as_of`. Amounts are minor units.

    The statement must be in the currency of the request.
    """
    assert statement is None or statement.currency == request.currency, "a statement is in the loan's currency"
    values: dict[str, Scalar | None] = dict.fromkeys(KINDS)
    values |= _of_application(request, applicant)
    if statement is not None:
        values |= _of_history(statement, as_of)
        values |= _of_cashflow(statement, business=applicant.business)
        values |= _of_behaviour(statement)
        values |= _of_burden(values)
    assert values.keys() == KINDS.keys(), "every feature is in the catalogue"
    return _by_kind(values)


def _of_application(request: LoanRequest, applicant: Applicant) -> dict[str, Scalar | None]:
    return {
        "requested_minor": request.amount_minor,
        "product": request.product,
        "instalments": request.instalments,
        "monthly_cost_minor": monthly_cost_minor(request),
        "channel": applicant.channel,
        "is_business": applicant.business,
        "age_years": applicant.age_years,
        "declared_income_minor": applicant.declared_income_minor,
        "identity": applicant.identity,
        "business_check": applicant.business_check,
        "account_owner": applicant.account_owner,
        "screening": applicant.screening,
        "open_loans": applicant.open_loans,
        "closed_loans": applicant.closed_loans,
        "days_past_due": applicant.days_past_due,
        "missed_repayments": applicant.missed_repayments,
        "statement_required": applicant.statement_required,
        "statement_seen_elsewhere": applicant.statement_seen_elsewhere,
    }


def _of_history(statement: Statement, as_of: date) -> dict[str, Scalar | None]:
    return {
        "statement_days": (statement.ends_on - statement.starts_on).days + 1,
        "statement_age_days": (as_of - statement.ends_on).days,
        "months_of_history": len(cashflow.whole_months(statement)),
        "transactions": len(statement.transactions),
        "balance_breaks": breaks_in_balance(statement.transactions),
    }


def _of_cashflow(statement: Statement, *, business: bool) -> dict[str, Scalar | None]:
    incomes = cashflow.income(statement, business=business)
    median = cashflow.median_minor(incomes)
    salaries = cashflow.monthly(statement, lambda line: line.amount_minor > 0 and line.category is Category.SALARY)
    spent = cashflow.mean_minor(cashflow.outgoings(statement, business=business))
    repaid = cashflow.mean_minor(cashflow.money_out(statement, frozenset({Category.LOAN_REPAYMENT})))
    gambled = cashflow.mean_minor(cashflow.money_out(statement, frozenset({Category.GAMBLING})))
    regular = None if not median else sum(5 * amount >= 4 * median for amount in incomes)
    return {
        "income_monthly_median_minor": median,
        "income_monthly_lowest_minor": min(incomes, default=None),
        "income_volatility": cashflow.volatility(incomes),
        "income_regular_pct": None if regular is None else _pct(regular, len(incomes)),
        "salary_monthly_median_minor": cashflow.median_minor(salaries),
        "outgoings_monthly_minor": spent,
        "obligations_monthly_minor": cashflow.mean_minor(cashflow.money_out(statement, cashflow.OBLIGATIONS)),
        "loan_repayments_monthly_minor": repaid,
        "free_cash_monthly_minor": None if median is None or spent is None else median - spent,
        "gambling_pct": _pct(gambled, median),
    }


def _of_behaviour(statement: Statement) -> dict[str, Scalar | None]:
    since = statement.ends_on - timedelta(days=RECENT_DAYS - 1)
    recent = [line for line in statement.transactions if line.booked_on >= since]
    balances = cashflow.closing_balances(statement)
    return {
        "returned_payments": cashflow.returned_payments(statement.transactions),
        "returned_payments_90d": cashflow.returned_payments(recent),
        "loan_inflows_90d": sum(line.category is Category.LOAN_INFLOW and line.amount_minor > 0 for line in recent),
        "lowest_balance_minor": None if balances is None else min(balances),
        "days_negative": None if balances is None else sum(balance < 0 for balance in balances),
    }


def _of_burden(values: Mapping[str, Scalar | None]) -> dict[str, Scalar | None]:
    cost, requested = _whole(values["monthly_cost_minor"]), _whole(values["requested_minor"])
    income, free = _whole(values["income_monthly_median_minor"]), _whole(values["free_cash_monthly_minor"])
    repaid, declared = _whole(values["loan_repayments_monthly_minor"]), _whole(values["declared_income_minor"])
    assert cost is not None, "every request has a cost"
    return {
        "free_cash_after_cost_minor": None if free is None else free - cost,
        "cost_to_free_cash_pct": _pct(cost, free),
        "debt_to_income_pct": None if repaid is None else _pct(repaid + cost, income),
        "amount_to_income_pct": _pct(requested, income),
        "declared_to_seen_income_pct": _pct(declared, income),
        "lowest_balance_to_income_pct": _pct(_whole(values["lowest_balance_minor"]), income),
    }


def _whole(value: Scalar | None) -> int | None:
    assert value is None or isinstance(value, int), "amounts are whole minor units"
    return value


def _pct(part: int | None, of: int | None) -> Decimal | None:
    """`part` as per cent of `of`; missing when either is, and when `of` is not above zero."""
    if part is None or of is None or of <= 0:
        return None
    return to_places(Decimal(100 * part) / of, RATIO_PLACES)


def _by_kind(values: Mapping[str, Scalar | None]) -> Features:
    known = {name: value for name, value in sorted(values.items()) if value is not None}
    return Features(
        numbers={name: Decimal(value) for name, value in known.items() if KINDS[name] is Kind.NUMBER},
        texts={name: str(value) for name, value in known.items() if KINDS[name] is Kind.TEXT},
        flags={name: bool(value) for name, value in known.items() if KINDS[name] is Kind.BOOLEAN},
        missing=tuple(sorted(values.keys() - known.keys())),
    )
