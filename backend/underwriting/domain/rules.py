"""Rules as versioned data: a condition, what follows when it holds, and the reason that is given for it."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from msgspec import Struct

from backend.underwriting.domain.expression import Expression, Kind, check, evaluate, parse
from backend.underwriting.domain.expression.syntax import Scalar
from backend.underwriting.domain.reasons import REASONS
from backend.underwriting.errors import ExpressionError, InvalidRuleSet
from shared.api.credit_policies import Rule, RuleOutcome, RuleSet
from shared.money import MAX_MINOR


class FiredRule(Struct, frozen=True, kw_only=True):
    """A rule that held. `cap_minor` is None for other outcomes, and for a cap that can't be known."""

    rule_id: str
    outcome: RuleOutcome
    reason: str
    cap_minor: int | None = None


class RulesResult(Struct, frozen=True, kw_only=True):
    """Every rule that held, in the set's order, and the ids of those whose condition could not be known."""

    fired: tuple[FiredRule, ...]
    undetermined: tuple[str, ...]

    def having(self, outcome: RuleOutcome) -> tuple[FiredRule, ...]:
        """The rules that held with `outcome`."""
        return tuple(rule for rule in self.fired if rule.outcome is outcome)


class _Compiled(Struct, frozen=True, kw_only=True):
    rule: Rule
    when: Expression
    cap: Expression | None


def check_rules(rule_set: RuleSet, kinds: Mapping[str, Kind]) -> None:
    """Refuses a set in which any rule can't work. Raises InvalidRuleSet naming every such rule."""
    compile_rules(rule_set, kinds)


def compile_rules(rule_set: RuleSet, kinds: Mapping[str, Kind]) -> tuple[_Compiled, ...]:
    """Parses and type-checks each rule over features of `kinds`. Raises InvalidRuleSet naming every rule that fails."""
    problems: dict[str, str] = {}
    seen: set[str] = set()
    compiled: list[_Compiled] = []
    for index, rule in enumerate(rule_set.rules):
        place = f"rules[{index}]"
        if rule.id in seen:
            problems[f"{place}.id"] = f"{rule.id} names two rules; ids are unique"
        seen.add(rule.id)
        if rule.reason not in REASONS:
            problems[f"{place}.reason"] = f"{rule.reason} is not a known reason code"
        if (rule.cap is None) is (rule.outcome is RuleOutcome.CAP_LIMIT):
            problems[f"{place}.cap"] = "cap stands with the outcome cap_limit, and only with it"
        when = _expression(rule.when, Kind.BOOLEAN, kinds, f"{place}.when", problems)
        cap = None if rule.cap is None else _expression(rule.cap, Kind.NUMBER, kinds, f"{place}.cap", problems)
        if when is not None:
            compiled.append(_Compiled(rule=rule, when=when, cap=cap))
    if problems:
        raise InvalidRuleSet(fields=problems)
    return tuple(compiled)


def _expression(
    source: str, wanted: Kind, kinds: Mapping[str, Kind], place: str, problems: dict[str, str]
) -> Expression | None:
    try:
        tree = parse(source)
        found = check(tree, kinds)
    except ExpressionError as error:
        problems[place] = error.detail
        return None
    if found is not wanted:
        problems[place] = f"this gives a {found}, it must give a {wanted}"
    return tree


def apply_rules(rule_set: RuleSet, kinds: Mapping[str, Kind], features: Mapping[str, Scalar | None]) -> RulesResult:
    """Evaluates every rule, never stopping at the first, so that all reasons are known.

    A rule holds only when its condition is true; a condition that is missing counts as undetermined. A cap is rounded
    down to a whole minor unit and is at least 0. Raises InvalidRuleSet.
    """
    fired: list[FiredRule] = []
    undetermined: list[str] = []
    for compiled in compile_rules(rule_set, kinds):
        holds = evaluate(compiled.when, features)
        if holds is None:
            undetermined.append(compiled.rule.id)
        elif holds is True:
            fired.append(_fired(compiled, features))
    return RulesResult(fired=tuple(fired), undetermined=tuple(undetermined))


def _fired(compiled: _Compiled, features: Mapping[str, Scalar | None]) -> FiredRule:
    rule = compiled.rule
    cap = None if compiled.cap is None else evaluate(compiled.cap, features)
    assert cap is None or isinstance(cap, Decimal), "a cap was checked to be a number"
    return FiredRule(
        rule_id=rule.id,
        outcome=rule.outcome,
        reason=rule.reason,
        cap_minor=None if cap is None else _whole(cap),
    )


def _whole(cap: Decimal) -> int:
    bounded = min(max(cap, Decimal(0)), Decimal(MAX_MINOR))
    return int(bounded.to_integral_value(ROUND_FLOOR))
