"""Requests, applicants, rules and scorecards for tests of underwriting."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from backend.underwriting.domain.affordability import LoanRequest
from backend.underwriting.domain.decision import DecisionInputs
from backend.underwriting.domain.features import Applicant, CheckStatus, build_features
from backend.underwriting.domain.statement import Statement
from backend.underwriting.statements import read_statement
from shared.api.credit_policies import Band, Characteristic, Group, Rule, RuleOutcome, RuleSet, Scorecard
from shared.terms import Frequency
from tests.builders.statements import Entry, as_csv, salaried

AS_OF = date(2026, 4, 2)

REQUEST = LoanRequest(
    product="working-capital-ngn",
    currency="NGN",
    amount_minor=30_000_000,
    minimum_minor=1_000_000,
    maximum_minor=100_000_000,
    annual_rate_pct=Decimal(36),
    instalments=6,
    frequency=Frequency.MONTHLY,
)
APPLICANT = Applicant(
    business=False,
    channel="web",
    age_years=34,
    declared_income_minor=45_000_000,
    identity=CheckStatus.PASSED,
    account_owner=CheckStatus.PASSED,
    screening=CheckStatus.PASSED,
    open_loans=0,
    closed_loans=0,
    days_past_due=0,
    missed_repayments=0,
)


def statement(entries: list[Entry] | None = None, **how: Any) -> Statement:
    """The statement that `entries` make, through the real reader."""
    return read_statement(as_csv(entries or salaried(), **how), how.get("currency", "NGN"))


def rule(rule_id: str, when: str, outcome: RuleOutcome, reason: str = "income_too_low", cap: str | None = None) -> Rule:
    """One rule."""
    return Rule(id=rule_id, when=when, outcome=outcome, reason=reason, cap=cap)


NEVER = rule("never", "false", RuleOutcome.DECLINE)
CARD = Scorecard(
    base_points=100,
    approve_from=160,
    refer_from=130,
    bands_from=(175, 160, 145, 130),
    characteristics=(
        Characteristic(
            name="returned",
            feature="returned_payments_90d",
            reason="returned_payments",
            missing_points=10,
            bands=(
                Band(points=40, below=Decimal(1)),
                Band(points=20, at_least=Decimal(1), below=Decimal(3)),
                Band(points=0, at_least=Decimal(3)),
            ),
        ),
        Characteristic(
            name="steady",
            feature="income_volatility",
            reason="income_unstable",
            missing_points=0,
            bands=(Band(points=30, below=Decimal("0.25")), Band(points=5, at_least=Decimal("0.25"))),
        ),
        Characteristic(
            name="owner",
            feature="account_owner",
            reason="account_owner_unverified",
            missing_points=0,
            groups=(Group(points=10, values=("passed",)),),
            other_points=0,
        ),
    ),
)


def inputs(
    *rules: Rule,
    entries: list[Entry] | None = None,
    with_statement: bool = True,
    request: LoanRequest = REQUEST,
    applicant: Applicant = APPLICANT,
    card: Scorecard | None = CARD,
    **features: Any,
) -> DecisionInputs:
    """Everything for one decision; `features` replace numbers after they are computed, None makes them missing."""
    built = build_features(request, applicant, statement(entries) if with_statement else None, AS_OF)
    numbers = {name: value for name, value in built.numbers.items() if name not in features}
    numbers |= {name: Decimal(value) for name, value in features.items() if value is not None}
    gone = {name for name, value in features.items() if value is None}
    missing = tuple(sorted((set(built.missing) | gone) - numbers.keys()))
    return DecisionInputs(
        as_of=AS_OF,
        request=request,
        features=msgspec.structs.replace(built, numbers=numbers, missing=missing),
        rule_set=RuleSet(rules=rules or (NEVER,)),
        scorecard=card,
    )
