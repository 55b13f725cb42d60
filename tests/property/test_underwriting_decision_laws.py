"""Laws that every decision keeps, whatever goes in, under the platform's own policies."""

from decimal import Decimal

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backend.underwriting.default_policies import default_policies
from backend.underwriting.domain.affordability import affordable_minor, monthly_cost_minor
from backend.underwriting.domain.catalogue import KINDS
from backend.underwriting.domain.decision import Decision, DecisionInputs, canonical, decide
from backend.underwriting.domain.expression import Kind
from backend.underwriting.domain.features import CheckStatus, Features
from backend.underwriting.domain.reasons import MAX_PRINCIPAL_REASONS, REASONS
from shared.api.credit_policies import RuleOutcome
from shared.events.underwriting import DecisionOutcome
from shared.terms import Frequency, RepaymentMethod
from tests.builders.underwriting import AS_OF, REQUEST

NUMBERS = sorted(name for name, kind in KINDS.items() if kind is Kind.NUMBER)
FLAGS = sorted(name for name, kind in KINDS.items() if kind is Kind.BOOLEAN)
CHECKS = ("identity", "business_check", "account_owner", "screening")

amounts = st.integers(1_000_000, 100_000_000)
methods = st.sampled_from(list(RepaymentMethod))


@st.composite
def applications(draw: st.DrawFn) -> DecisionInputs:
    """Any facts at all, each of which may be missing, under either of the platform's policies."""
    policy = draw(st.sampled_from(default_policies()))
    likely = st.integers(0, 10) | st.decimals(0, 100, places=2) | st.integers(-(10**9), 10**9)
    numbers = {name: draw(st.none() | likely) for name in NUMBERS}
    known = {name: Decimal(value) for name, value in numbers.items() if value is not None}
    request = msgspec.structs.replace(REQUEST, amount_minor=draw(amounts), method=draw(methods))
    return DecisionInputs(
        as_of=AS_OF,
        request=request,
        features=Features(
            numbers=known,
            texts={name: draw(st.sampled_from([*CheckStatus])).value for name in CHECKS} | {"product": "p"},
            flags={name: draw(st.booleans()) for name in FLAGS},
            missing=tuple(sorted({"channel"} | (set(NUMBERS) - known.keys()))),
        ),
        rule_set=policy.rule_set,
        scorecard=policy.scorecard,
    )


@settings(max_examples=150)
@given(applications())
def test_every_decision_keeps_to_its_bounds_and_says_why(asked: DecisionInputs) -> None:
    decision = decide(asked)

    approved = decision.outcome is DecisionOutcome.APPROVE
    assert approved is (decision.limit_minor > 0)
    assert 0 <= decision.limit_minor <= min(asked.request.amount_minor, asked.request.maximum_minor)
    if approved:
        assert decision.limit_minor >= asked.request.minimum_minor
        assert all(decision.limit_minor <= cap.amount_minor for cap in decision.trace.caps)
        assert {fired.outcome for fired in decision.trace.rules.fired} <= {RuleOutcome.CAP_LIMIT}
        assert not decision.trace.rules.undetermined
    assert bool(decision.reasons) is not (approved and decision.limit_minor == asked.request.amount_minor)
    assert len(decision.reasons) <= MAX_PRINCIPAL_REASONS
    assert set(decision.reasons) <= REASONS.keys()
    assert decision.trace.score is not None
    assert decision.score == decision.trace.score.points


@settings(max_examples=100)
@given(applications())
def test_every_decision_replays_from_its_canonical_inputs(asked: DecisionInputs) -> None:
    answer = msgspec.json.encode(decide(asked))

    again = msgspec.json.decode(canonical(asked), type=DecisionInputs)

    assert canonical(again) == canonical(asked)
    assert msgspec.json.encode(decide(again)) == answer
    assert msgspec.json.decode(answer, type=Decision) == decide(again)


@example(2501, RepaymentMethod.EQUAL_INSTALMENTS, Frequency.QUARTERLY, 2, Decimal(0))  # a sixth is no decimal
@given(
    st.integers(1, 10**9),
    methods,
    st.sampled_from(list(Frequency)),
    st.integers(1, 60),
    st.decimals(0, 400, places=2),
)
def test_what_is_affordable_never_costs_more_than_is_there(
    available: int, method: RepaymentMethod, frequency: Frequency, instalments: int, rate: Decimal
) -> None:
    request = msgspec.structs.replace(
        REQUEST, method=method, frequency=frequency, instalments=instalments, annual_rate_pct=rate
    )

    most = affordable_minor(request, available)

    if most:
        assert monthly_cost_minor(msgspec.structs.replace(request, amount_minor=most)) <= available
    assert monthly_cost_minor(msgspec.structs.replace(request, amount_minor=most + 1)) >= available
