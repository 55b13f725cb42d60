"""Finds the kind of an expression before it is ever run, so that a rule that can't work is refused when written."""

from collections.abc import Mapping
from enum import StrEnum

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
)
from backend.underwriting.errors import ExpressionError


class Kind(StrEnum):
    """What a feature or an expression is."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"


def check(node: Expression, kinds: Mapping[str, Kind]) -> Kind:
    """The kind of `node` where features are of `kinds`.

    Raises ExpressionError for an unknown feature and for operands that don't fit.
    """
    match node:
        case Literal() | Feature():
            return _of_leaf(node, kinds)
        case Not() | Negative():
            return _need(node.operand, Kind.BOOLEAN if isinstance(node, Not) else Kind.NUMBER, kinds)
        case Missing() | Membership():
            return _of_test(node, kinds)
        case Call():
            return _of_call(node, kinds)
        case Binary():
            return _of_binary(node, kinds)


def _of_leaf(node: Literal | Feature, kinds: Mapping[str, Kind]) -> Kind:
    if isinstance(node, Feature):
        if node.name not in kinds:
            raise ExpressionError(f"there is no feature named {node.name}", node.at)
        return kinds[node.name]
    if isinstance(node.value, bool):
        return Kind.BOOLEAN
    return Kind.TEXT if isinstance(node.value, str) else Kind.NUMBER


def _of_test(node: Missing | Membership, kinds: Mapping[str, Kind]) -> Kind:
    kind = check(node.operand, kinds)
    for option in node.options if isinstance(node, Membership) else ():
        _need(option, kind, kinds)
    return Kind.BOOLEAN


def _of_call(node: Call, kinds: Mapping[str, Kind]) -> Kind:
    if node.function is Function.ABS and len(node.arguments) != 1:
        raise ExpressionError("abs takes one value", node.at)
    for argument in node.arguments:
        _need(argument, Kind.NUMBER, kinds)
    return Kind.NUMBER


def _of_binary(node: Binary, kinds: Mapping[str, Kind]) -> Kind:
    if node.operator in LOGIC:
        _need(node.left, Kind.BOOLEAN, kinds)
        return _need(node.right, Kind.BOOLEAN, kinds)
    if node.operator in EQUALITY:
        left, right = check(node.left, kinds), check(node.right, kinds)
        if left is not right:
            raise ExpressionError(f"a {left} can't equal a {right}", node.at)
        return Kind.BOOLEAN
    _need(node.left, Kind.NUMBER, kinds)
    _need(node.right, Kind.NUMBER, kinds)
    return Kind.BOOLEAN if node.operator in ORDERING else Kind.NUMBER


def _need(node: Expression, wanted: Kind, kinds: Mapping[str, Kind]) -> Kind:
    kind = check(node, kinds)
    if kind is not wanted:
        raise ExpressionError(f"expected a {wanted}, this is a {kind}", node.at)
    return kind
