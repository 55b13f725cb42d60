"""Decides: a pure function of its inputs, so that the same inputs give the same answer for ever."""

from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from backend.underwriting.domain.affordability import LoanRequest, affordable_minor, round_down
from backend.underwriting.domain.catalogue import KINDS
from backend.underwriting.domain.features import Features
from backend.underwriting.domain.reasons import MAX_PRINCIPAL_REASONS
from backend.underwriting.domain.rules import FiredRule, RulesResult, apply_rules
from backend.underwriting.domain.scorecard import Score, score
from shared.api.credit_policies import RuleOutcome, RuleSet, Scorecard
from shared.events.underwriting import DecisionOutcome
from shared.rounding import Rounding, to_minor

# Raised with every change that could give old inputs another answer; a decision replays on the engine that made it.
ENGINE = 1


class Basis(StrEnum):
    """What settled the outcome."""

    RULES = "rules"
    SCORE = "score"
    LIMIT = "limit"
    INCOMPLETE = "incomplete"
    ALL_PASSED = "all_passed"


class DecisionInputs(Struct, frozen=True, kw_only=True):
    """Everything that a decision depends on, and nothing else does."""

    engine: Annotated[int, Meta(ge=1)] = ENGINE
    as_of: date
    request: LoanRequest
    features: Features
    rule_set: RuleSet
    scorecard: Scorecard | None = None


class Cap(Struct, frozen=True, kw_only=True):
    """One bound on the limit, where it comes from and the reason given when it binds."""

    source: str
    reason: str
    amount_minor: int


class Trace(Struct, frozen=True, kw_only=True):
    """How the answer came about, for the staff."""

    basis: Basis
    rules: RulesResult
    score: Score | None
    caps: tuple[Cap, ...]
    unknown_caps: tuple[str, ...]
    possible_limit_minor: int


class Decision(Struct, frozen=True, kw_only=True):
    """The answer. `limit_minor` is above 0 for an approval only; `reasons` are codes, strongest first, at most four."""

    outcome: DecisionOutcome
    limit_minor: int
    reasons: Annotated[tuple[str, ...], Meta(max_length=MAX_PRINCIPAL_REASONS)]
    score: int | None
    trace: Trace
    inputs_sha256: str


def canonical(inputs: DecisionInputs) -> bytes:
    """The inputs as JSON with sorted keys, no blanks and decimals as text."""
    return msgspec.json.encode(inputs, order="sorted")


def fingerprint(inputs: DecisionInputs) -> str:
    """SHA-256 of the canonical inputs, in hexadecimal."""
    return sha256(canonical(inputs)).hexdigest()


def decide(inputs: DecisionInputs) -> Decision:
    """The decision on `inputs`.

    In this order: a rule that declines; a rule that asks for more; a score that fails; a limit below the product's
    minimum; a rule that refers, a score between the two marks, or something that could not be known, for a person; then
    approval, up to the limit. Reasons come from the part that settled the outcome (Regulation B, 12 CFR part 1002,
    comment 9(b)(2)-6 on systems that combine a score and a judgment). Raises InvalidRuleSet, InvalidScorecard.
    """
    assert inputs.engine == ENGINE, "a decision replays on the engine that made it"
    values = inputs.features.values()
    rules = apply_rules(inputs.rule_set, KINDS, values)
    scored = None if inputs.scorecard is None else score(inputs.scorecard, KINDS, values)
    caps, unknown = _caps(inputs, rules)
    limit = _limit(inputs, caps)
    findings = _Findings(
        rules=rules, score=scored, caps=caps, incomplete=bool(rules.undetermined or unknown), limit=limit
    )
    outcome, basis, reasons = _refusal(findings, inputs.request) or _opening(findings, inputs.request)
    approved = limit if outcome is DecisionOutcome.APPROVE else 0
    assert 0 <= approved <= inputs.request.amount_minor, "nobody is lent more than they asked for"
    return Decision(
        outcome=outcome,
        limit_minor=approved,
        reasons=tuple(dict.fromkeys(reasons))[:MAX_PRINCIPAL_REASONS],
        score=None if scored is None else scored.points,
        trace=Trace(
            basis=basis, rules=rules, score=scored, caps=caps, unknown_caps=unknown, possible_limit_minor=limit
        ),
        inputs_sha256=fingerprint(inputs),
    )


class _Findings(Struct, frozen=True, kw_only=True):
    rules: RulesResult
    score: Score | None
    caps: tuple[Cap, ...]
    incomplete: bool
    limit: int


_Settled = tuple[DecisionOutcome, Basis, tuple[str, ...]]


def _refusal(found: _Findings, request: LoanRequest) -> _Settled | None:
    """Why the application can't go on as it is, if so, with the reasons, strongest first."""
    if declined := found.rules.having(RuleOutcome.DECLINE):
        return DecisionOutcome.DECLINE, Basis.RULES, _codes(declined)
    if asked := found.rules.having(RuleOutcome.MORE_INFO):
        return DecisionOutcome.MORE_INFO, Basis.RULES, _codes(asked)
    if found.score is not None and found.score.fails:
        return DecisionOutcome.DECLINE, Basis.SCORE, found.score.principal_reasons()
    if found.limit < request.minimum_minor:
        return DecisionOutcome.DECLINE, Basis.LIMIT, _binding(found.caps, request.minimum_minor - 1)
    return None


def _opening(found: _Findings, request: LoanRequest) -> _Settled:
    """Whether a person decides or all has passed, with the reasons, strongest first."""
    borderline = () if found.score is None or found.score.passes else found.score.principal_reasons()
    incomplete = ("information_incomplete",) if found.incomplete else ()
    if referred := found.rules.having(RuleOutcome.REFER):
        return DecisionOutcome.REFER, Basis.RULES, (*_codes(referred), *borderline, *incomplete)
    if found.score is not None and not found.score.passes:
        return DecisionOutcome.REFER, Basis.SCORE, (*borderline, *incomplete)
    if incomplete:
        return DecisionOutcome.REFER, Basis.INCOMPLETE, incomplete
    reduced = found.limit < request.amount_minor
    return DecisionOutcome.APPROVE, Basis.ALL_PASSED, _binding(found.caps, found.limit) if reduced else ()


def _codes(fired: tuple[FiredRule, ...]) -> tuple[str, ...]:
    return tuple(rule.reason for rule in fired)


def _caps(inputs: DecisionInputs, rules: RulesResult) -> tuple[tuple[Cap, ...], tuple[str, ...]]:
    """Every known bound on the limit, and the names of those that could not be known."""
    request = inputs.request
    caps = [Cap(source="product", reason="amount_above_product_maximum", amount_minor=request.maximum_minor)]
    unknown: list[str] = []
    for rule in rules.having(RuleOutcome.CAP_LIMIT):
        if rule.cap_minor is None:
            unknown.append(rule.rule_id)
        else:
            caps.append(Cap(source=rule.rule_id, reason=rule.reason, amount_minor=rule.cap_minor))
    share = inputs.rule_set.affordable_share_bps
    if share is not None:
        free = inputs.features.numbers.get("free_cash_monthly_minor")
        if free is None:
            unknown.append("affordability")
        else:
            available = to_minor(free * share / 10_000, Rounding.FLOOR)
            bound = affordable_minor(request, available)
            caps.append(Cap(source="affordability", reason="instalment_unaffordable", amount_minor=bound))
    return tuple(caps), tuple(unknown)


def _limit(inputs: DecisionInputs, caps: tuple[Cap, ...]) -> int:
    lowest = min(cap.amount_minor for cap in caps)
    if lowest >= inputs.request.amount_minor:
        return inputs.request.amount_minor
    return max(0, round_down(lowest, inputs.rule_set.limit_digits))


def _binding(caps: tuple[Cap, ...], up_to: int) -> tuple[str, ...]:
    """Reasons of the caps that hold the limit down, lowest first; rounding alone is put down to the lowest cap."""
    ordered = sorted(caps, key=lambda cap: cap.amount_minor)
    return tuple(cap.reason for cap in ordered if cap.amount_minor <= max(up_to, ordered[0].amount_minor))
