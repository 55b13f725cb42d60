"""The frozen tree that an expression is parsed into, and its canonical text."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

Scalar = bool | int | Decimal | str


class Operator(StrEnum):
    """What stands between two operands."""

    OR = "or"
    AND = "and"
    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    ADD = "+"
    SUB = "-"
    MUL = "*"
    DIV = "/"


LOGIC = frozenset({Operator.AND, Operator.OR})
EQUALITY = frozenset({Operator.EQ, Operator.NE})
ORDERING = frozenset({Operator.LT, Operator.LE, Operator.GT, Operator.GE})


class Function(StrEnum):
    """What can be called."""

    MIN = "min"
    MAX = "max"
    ABS = "abs"


class Literal(Struct, frozen=True, kw_only=True):
    """A value written out."""

    at: int
    value: Scalar


class Feature(Struct, frozen=True, kw_only=True):
    """A named fact about the application."""

    at: int
    name: str


class Not(Struct, frozen=True, kw_only=True):
    """`not x`."""

    at: int
    operand: "Expression"


class Negative(Struct, frozen=True, kw_only=True):
    """`-x`."""

    at: int
    operand: "Expression"


class Binary(Struct, frozen=True, kw_only=True):
    """Two operands and what stands between them."""

    at: int
    operator: Operator
    left: "Expression"
    right: "Expression"


class Membership(Struct, frozen=True, kw_only=True):
    """`x in [...]` or `x not in [...]`."""

    at: int
    operand: "Expression"
    options: tuple[Literal, ...]
    negated: bool


class Missing(Struct, frozen=True, kw_only=True):
    """`x is missing` or `x is not missing`."""

    at: int
    operand: "Expression"
    negated: bool


class Call(Struct, frozen=True, kw_only=True):
    """`min(...)`, `max(...)` or `abs(x)`."""

    at: int
    function: Function
    arguments: "tuple[Expression, ...]"


Expression = Literal | Feature | Not | Negative | Binary | Membership | Missing | Call


def children(node: Expression) -> tuple[Expression, ...]:
    """The operands of `node`, left to right."""
    match node:
        case Literal() | Feature():
            return ()
        case Not(operand=operand) | Negative(operand=operand) | Missing(operand=operand):
            return (operand,)
        case Membership(operand=operand, options=options):
            return (operand, *options)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments


def walk(root: Expression) -> Iterator[tuple[Expression, int]]:
    """Every node with its depth (the root's is 1), without recursion, so that a tree of any height can be measured."""
    waiting: list[tuple[Expression, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in reversed(children(node)))


def features_in(root: Expression) -> frozenset[str]:
    """The names of all features that the expression reads."""
    return frozenset(node.name for node, _ in walk(root) if isinstance(node, Feature))


def render(node: Expression) -> str:
    """The expression as fully parenthesised text; parsing it again gives the same meaning and the same text."""
    match node:
        case Literal():
            return _literal(node.value)
        case Feature():
            return node.name
        case Call():
            return f"{node.function}({', '.join(render(argument) for argument in node.arguments)})"
        case Binary():
            return f"({render(node.left)} {node.operator} {render(node.right)})"
        case Not() | Negative():
            return f"({'not ' if isinstance(node, Not) else '-'}{render(node.operand)})"
        case Membership() | Missing():
            return f"({render(node.operand)} {_test(node)})"


def _test(node: Membership | Missing) -> str:
    if isinstance(node, Missing):
        return "is not missing" if node.negated else "is missing"
    listed = ", ".join(_literal(option.value) for option in node.options)
    return f"{'not in' if node.negated else 'in'} [{listed}]"


def _literal(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
