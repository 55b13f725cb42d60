"""Decisions: which part settles them, their limit, their reasons, and that they replay."""

from decimal import Decimal

import msgspec
import pytest

from backend.underwriting.domain.affordability import affordable_minor, monthly_cost_minor, round_down
from backend.underwriting.domain.decision import (
    Basis,
    Decision,
    DecisionInputs,
    canonical,
    decide,
    fingerprint,
)
from backend.underwriting.errors import InvalidRuleSet, InvalidScorecard
from shared.api.credit_policies import Band, RuleOutcome, RuleSet
from shared.events.underwriting import DecisionOutcome
from shared.terms import Frequency, RepaymentMethod
from tests.builders.underwriting import CARD, NEVER, REQUEST, inputs, rule

DECLINE, REFER = RuleOutcome.DECLINE, RuleOutcome.REFER
MORE_INFO, CAP = RuleOutcome.MORE_INFO, RuleOutcome.CAP_LIMIT


def test_a_sound_application_is_approved_in_full_without_reasons() -> None:
    decision = decide(inputs())

    assert (decision.outcome, decision.limit_minor, decision.reasons) == (DecisionOutcome.APPROVE, 30_000_000, ())
    assert decision.score == 180
    assert decision.trace.basis is Basis.ALL_PASSED


def test_every_rule_that_holds_is_listed_in_order_and_declines_give_the_reasons() -> None:
    decision = decide(
        inputs(
            rule("first", "requested_minor > 1", REFER, "further_checks_needed"),
            rule("second", "age_years > 30", DECLINE, "income_too_low"),
            rule("third", "identity == 'failed'", DECLINE, "identity_unverified"),
            rule("fourth", "channel in ['web']", DECLINE, "low_balances"),
        )
    )

    assert [fired.rule_id for fired in decision.trace.rules.fired] == ["first", "second", "fourth"]
    assert decision.outcome is DecisionOutcome.DECLINE
    assert decision.reasons == ("income_too_low", "low_balances")
    assert decision.limit_minor == 0


def test_more_is_asked_for_before_a_missing_statement_can_lower_the_score() -> None:
    ask = rule("statement", "statement_days is missing", MORE_INFO, "statement_missing")

    decision = decide(inputs(ask, with_statement=False))

    assert (decision.outcome, decision.reasons) == (DecisionOutcome.MORE_INFO, ("statement_missing",))


def test_a_failing_score_declines_with_the_most_points_lost_first() -> None:
    decision = decide(inputs(returned_payments_90d=5, income_volatility="0.9"))

    assert decision.outcome is DecisionOutcome.DECLINE
    assert decision.score == 115
    assert decision.reasons == ("returned_payments", "income_unstable")
    assert decision.trace.basis is Basis.SCORE


def test_a_score_between_the_marks_goes_to_a_person() -> None:
    decision = decide(inputs(returned_payments_90d=3))

    assert (decision.outcome, decision.score, decision.reasons) == (DecisionOutcome.REFER, 140, ("returned_payments",))


def test_points_are_lost_against_the_reference_where_a_card_has_one() -> None:
    first, *others = CARD.characteristics
    card = msgspec.structs.replace(CARD, characteristics=(msgspec.structs.replace(first, reference_points=20), *others))

    decision = decide(inputs(card=card, returned_payments_90d=5, income_volatility="0.9"))

    assert decision.reasons == ("income_unstable", "returned_payments")


def test_a_failing_score_is_never_without_a_reason() -> None:
    easy = tuple(msgspec.structs.replace(each, reference_points=-100) for each in CARD.characteristics)
    card = msgspec.structs.replace(CARD, characteristics=easy)

    decision = decide(inputs(card=card, returned_payments_90d=5, income_volatility="0.9"))

    assert decision.outcome is DecisionOutcome.DECLINE
    assert decision.reasons == ("returned_payments", "income_unstable")


def test_a_card_that_nobody_can_pass_is_refused() -> None:
    with pytest.raises(InvalidScorecard) as refusal:
        decide(inputs(card=msgspec.structs.replace(CARD, approve_from=181)))

    assert set(refusal.value.fields) == {"approve_from"}


def test_a_rule_that_cannot_be_known_is_not_passed() -> None:
    decision = decide(inputs(rule("young", "age_years < 18", DECLINE), age_years=None))

    assert (decision.outcome, decision.reasons) == (DecisionOutcome.REFER, ("information_incomplete",))
    assert decision.trace.rules.undetermined == ("young",)
    assert decision.trace.basis is Basis.INCOMPLETE


def test_affordability_that_cannot_be_known_goes_to_a_person() -> None:
    decision = decide(inputs(card=None, with_statement=False))

    assert (decision.outcome, decision.reasons) == (DecisionOutcome.REFER, ("information_incomplete",))
    assert decision.trace.unknown_caps == ("affordability",)


def test_a_cap_lowers_the_limit_and_says_why() -> None:
    cap = rule("income_cap", "true", CAP, "amount_large_for_income", "income_monthly_median_minor * 0.5")

    decision = decide(inputs(cap))

    assert (decision.outcome, decision.limit_minor) == (DecisionOutcome.APPROVE, 22_500_000)
    assert decision.reasons == ("amount_large_for_income",)


def test_a_limit_below_what_was_asked_is_cut_to_round_figures() -> None:
    cap = rule("cap", "true", CAP, "amount_large_for_income", "18342199.9")

    assert decide(inputs(cap)).limit_minor == 18_300_000


def test_a_limit_below_the_products_minimum_declines() -> None:
    decision = decide(inputs(free_cash_monthly_minor=100_000))

    assert (decision.outcome, decision.reasons) == (DecisionOutcome.DECLINE, ("instalment_unaffordable",))
    assert decision.trace.basis is Basis.LIMIT


def test_a_cap_that_cannot_be_known_goes_to_a_person() -> None:
    cap = rule("cap", "true", CAP, "amount_large_for_income", "income_monthly_median_minor * 2")

    decision = decide(inputs(cap, income_monthly_median_minor=None))

    assert decision.outcome is DecisionOutcome.REFER
    assert decision.trace.unknown_caps == ("cap",)


def test_no_more_than_four_reasons_are_given_and_each_once() -> None:
    codes = ["income_too_low", "income_too_low", "low_balances", "days_overdrawn", "gambling_share", "income_unstable"]
    rules = [rule(f"rule_{i}", "true", DECLINE, code) for i, code in enumerate(codes)]

    assert decide(inputs(*rules)).reasons == ("income_too_low", "low_balances", "days_overdrawn", "gambling_share")


def test_a_decision_replays_from_its_stored_inputs() -> None:
    asked = inputs(rule("cap", "true", CAP, "amount_large_for_income", "requested_minor / 3"))
    stored = canonical(asked)
    answer = msgspec.json.encode(decide(asked))

    again = msgspec.json.decode(stored, type=DecisionInputs)

    assert canonical(again) == stored
    assert decide(again) == msgspec.json.decode(answer, type=Decision)
    assert msgspec.json.encode(decide(again)) == answer


def test_the_fingerprint_changes_with_any_input() -> None:
    one = inputs()

    assert fingerprint(one) == fingerprint(inputs())
    assert fingerprint(one) != fingerprint(inputs(age_years=35))
    assert len(fingerprint(one)) == 64


def test_rules_that_cannot_work_are_all_named() -> None:
    rules = RuleSet(
        rules=(
            rule("same", "age_years <", DECLINE),
            rule("same", "age_years", DECLINE),
            rule("cap", "true", CAP),
            rule("reason", "true", DECLINE, "no_such_reason"),
            rule("name", "no_such_feature > 1", DECLINE),
        )
    )

    with pytest.raises(InvalidRuleSet) as refusal:
        decide(msgspec.structs.replace(inputs(), rule_set=rules))

    assert set(refusal.value.fields) == {
        "rules[0].when",
        "rules[1].id",
        "rules[1].when",
        "rules[2].cap",
        "rules[3].reason",
        "rules[4].when",
    }


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (Band(points=1, below=Decimal(1)),),
        (Band(points=1, at_least=Decimal(0)), Band(points=2, at_least=Decimal(1))),
        (Band(points=1, below=Decimal(1)), Band(points=2, at_least=Decimal(2))),
        (
            Band(points=1, below=Decimal(2)),
            Band(points=1, at_least=Decimal(2), below=Decimal(1)),
            Band(points=2, at_least=Decimal(1)),
        ),
        (Band(points=1, below=Decimal("NaN")), Band(points=2, at_least=Decimal("NaN"))),
    ],
)
def test_a_card_with_gaps_or_overlaps_is_refused(bands: tuple[Band, ...]) -> None:
    first, *others = CARD.characteristics
    card = msgspec.structs.replace(CARD, characteristics=(msgspec.structs.replace(first, bands=bands), *others))

    with pytest.raises(InvalidScorecard) as refusal:
        decide(inputs(NEVER, card=card))

    assert set(refusal.value.fields) == {"characteristics[0]"}


@pytest.mark.parametrize(
    ("method", "rate", "instalments", "frequency", "monthly"),
    [
        (RepaymentMethod.EQUAL_INSTALMENTS, "12", 12, Frequency.MONTHLY, 8_885),  # 100,000 at 1 % a month over 12
        (RepaymentMethod.EQUAL_INSTALMENTS, "0", 4, Frequency.MONTHLY, 25_000),
        (RepaymentMethod.PAY_IN_N, "0", 4, Frequency.FORTNIGHTLY, 54_167),
        (RepaymentMethod.EQUAL_PRINCIPAL, "12", 10, Frequency.MONTHLY, 11_000),
        (RepaymentMethod.BULLET, "24", 2, Frequency.MONTHLY, 52_000),
    ],
)
def test_the_monthly_cost_follows_the_method(
    method: RepaymentMethod, rate: str, instalments: int, frequency: Frequency, monthly: int
) -> None:
    request = msgspec.structs.replace(
        REQUEST,
        amount_minor=100_000,
        method=method,
        annual_rate_pct=Decimal(rate),
        instalments=instalments,
        frequency=frequency,
    )

    assert monthly_cost_minor(request) == monthly


def test_what_is_affordable_costs_no_more_than_is_there() -> None:
    assert affordable_minor(REQUEST, 0) == 0
    assert affordable_minor(REQUEST, -5) == 0
    most = affordable_minor(REQUEST, 5_537_925)
    assert monthly_cost_minor(msgspec.structs.replace(REQUEST, amount_minor=most)) <= 5_537_925
    assert monthly_cost_minor(msgspec.structs.replace(REQUEST, amount_minor=most + 2)) > 5_537_925


def test_rounding_down_keeps_the_leading_digits() -> None:
    assert [round_down(amount, 3) for amount in (0, -7, 7, 999, 18_342_199)] == [0, 0, 7, 999, 18_300_000]
