"""Gives a checked expression its value: decimals only, missing where it can't be known, bounded in steps."""

import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal

from backend.underwriting.domain.expression.syntax import (
    EQUALITY,
    LOGIC,
    ORDERING,
    Binary,
    Call,
    Expression,
    Feature,
    Function,
    Literal,
    Membership,
    Missing,
    Negative,
    Not,
    Operator,
    Scalar,
)
from backend.underwriting.errors import ExpressionError

MAX_STEPS = 10_000
Value = bool | Decimal | str

# decimal128, without traps: what can't be computed comes out as NaN or infinity and is then missing.
_DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
_ARITHMETIC: dict[Operator, Callable[[Decimal, Decimal], Decimal]] = {
    Operator.ADD: _DECIMAL128.add,
    Operator.SUB: _DECIMAL128.subtract,
    Operator.MUL: _DECIMAL128.multiply,
    Operator.DIV: _DECIMAL128.divide,
}
_ORDER: dict[Operator, Callable[[Decimal, Decimal], bool]] = {
    Operator.LT: operator.lt,
    Operator.LE: operator.le,
    Operator.GT: operator.gt,
    Operator.GE: operator.ge,
}


def evaluate(node: Expression, features: Mapping[str, Scalar | None], *, max_steps: int = MAX_STEPS) -> Value | None:
    """The value of `node`, or None where it is missing, as the package's docstring defines it.

    Total for an expression that `check` accepts and features of the kinds it was checked against. Raises
    ExpressionError for a feature that is absent from `features` (one that is present but None is missing), for
    operands of the wrong kind, and after `max_steps` steps.
    """
    return _Run(features, max_steps).value(node)


class _Run:
    def __init__(self, features: Mapping[str, Scalar | None], max_steps: int) -> None:
        self._features = features
        self._left = max_steps

    def value(self, node: Expression) -> Value | None:
        self._left -= 1
        if self._left < 0:
            raise ExpressionError("this takes too many steps; split the rule", node.at)
        match node:
            case Literal() | Feature():
                return self._leaf(node)
            case Not() | Negative():
                return self._prefixed(node)
            case Missing(operand=operand, negated=negated):
                return (self.value(operand) is None) is not negated
            case Membership():
                return self._membership(node)
            case Call():
                return self._call(node)
            case Binary():
                return self._binary(node)

    def _leaf(self, node: Literal | Feature) -> Value | None:
        if isinstance(node, Literal):
            return _plain(node.value, node.at)
        if node.name not in self._features:
            raise ExpressionError(f"there is no feature named {node.name}", node.at)
        return _plain(self._features[node.name], node.at)

    def _prefixed(self, node: Not | Negative) -> Value | None:
        if isinstance(node, Not):
            denied = self._boolean(node.operand)
            return None if denied is None else not denied
        number = self._number(node.operand)
        return None if number is None else _known(_DECIMAL128.minus(number))

    def _binary(self, node: Binary) -> Value | None:
        if node.operator in LOGIC:
            return self._decided_by(node, decisive=node.operator is Operator.OR)
        if node.operator in EQUALITY:
            return self._equality(node)
        left, right = self._number(node.left), self._number(node.right)
        if left is None or right is None:
            return None
        if node.operator in ORDERING:
            return _ORDER[node.operator](left, right)
        return _known(_ARITHMETIC[node.operator](left, right))

    def _number(self, node: Expression) -> Decimal | None:
        value = self.value(node)
        if value is not None and not isinstance(value, Decimal):
            raise ExpressionError("expected a number", node.at)
        return value

    def _boolean(self, node: Expression) -> bool | None:
        value = self.value(node)
        if value is not None and not isinstance(value, bool):
            raise ExpressionError("expected true or false", node.at)
        return value

    def _decided_by(self, node: Binary, *, decisive: bool) -> bool | None:
        left = self._boolean(node.left)
        if left is decisive:
            return decisive
        right = self._boolean(node.right)
        if right is decisive:
            return decisive
        return None if left is None or right is None else not decisive

    def _equality(self, node: Binary) -> bool | None:
        left, right = self.value(node.left), self.value(node.right)
        if left is None or right is None:
            return None
        if type(left) is not type(right):
            raise ExpressionError("these are of different kinds and can't be equal", node.at)
        return (left == right) is (node.operator is Operator.EQ)

    def _membership(self, node: Membership) -> bool | None:
        value = self.value(node.operand)
        options = [self.value(option) for option in node.options]
        if value is None:
            return None
        if any(type(option) is not type(value) for option in options):
            raise ExpressionError("the list holds values of another kind", node.at)
        return (value in options) is not node.negated

    def _call(self, node: Call) -> Decimal | None:
        numbers = [self._number(argument) for argument in node.arguments]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return None
        if node.function is Function.ABS:
            return _DECIMAL128.abs(known[0])
        return min(known) if node.function is Function.MIN else max(known)


def _plain(value: Scalar | None, at: int) -> Value | None:
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, Decimal):
        return _known(_DECIMAL128.plus(value))
    if isinstance(value, int):
        return _known(_DECIMAL128.create_decimal(value))
    raise ExpressionError("only numbers, texts, true and false can be used", at)


def _known(number: Decimal) -> Decimal | None:
    return number if number.is_finite() else None
