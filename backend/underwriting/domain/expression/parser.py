"""Reads tokens into a tree by operator precedence (V. Pratt, "Top down operator precedence", 1973)."""

from decimal import Decimal

from backend.underwriting.domain.expression.syntax import (
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
    walk,
)
from backend.underwriting.domain.expression.tokens import Token, TokenKind, tokenise
from backend.underwriting.errors import ExpressionError

MAX_DEPTH = 64
MAX_OPTIONS = 200
MAX_ARGUMENTS = 20

_OR, _AND, _NOT, _TEST, _SUM, _PRODUCT, _SIGN = 10, 20, 30, 40, 50, 60, 70
_BINDING = {
    "or": _OR,
    "and": _AND,
    "==": _TEST,
    "!=": _TEST,
    "<": _TEST,
    "<=": _TEST,
    ">": _TEST,
    ">=": _TEST,
    "in": _TEST,
    "not": _TEST,  # the start of `not in`
    "is": _TEST,
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
}


def parse(source: str) -> Expression:
    """The tree of `source`; nothing is evaluated. Raises ExpressionError with the position of what is wrong."""
    parser = _Parser(tokenise(source))
    tree = parser.expression(0)
    parser.expect_end()
    for node, depth in walk(tree):
        if depth > MAX_DEPTH:
            raise ExpressionError(f"this is nested more than {MAX_DEPTH} deep; use a list or split the rule", node.at)
    return tree


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._nesting = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _advance(self) -> Token:
        token = self._token
        if token.kind is not TokenKind.END:
            self._next += 1
        return token

    def _at(self, text: str) -> bool:
        return self._token.text == text and self._token.kind in (TokenKind.SYMBOL, TokenKind.KEYWORD)

    def _take(self, text: str) -> bool:
        if not self._at(text):
            return False
        self._advance()
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise ExpressionError(f"expected {text!r}, found {self._token.text}", self._token.at)

    def expect_end(self) -> None:
        """Nothing may follow a whole expression."""
        if self._token.kind is not TokenKind.END:
            raise ExpressionError(f"{self._token.text} does not fit here", self._token.at)

    def expression(self, weakest: int) -> Expression:
        """Reads on for as long as operators bind tighter than `weakest`."""
        self._nesting += 1
        if self._nesting > MAX_DEPTH:
            raise ExpressionError(f"this is nested more than {MAX_DEPTH} deep; split the rule", self._token.at)
        left = self._prefix()
        tested = False
        while (binding := self._binding()) > weakest:
            if binding == _TEST:
                if tested:
                    raise ExpressionError("comparisons don't chain; join two of them with `and`", self._token.at)
                tested = True
            left = self._infix(left, binding)
        self._nesting -= 1
        return left

    def _binding(self) -> int:
        if self._token.kind not in (TokenKind.SYMBOL, TokenKind.KEYWORD):
            return 0
        return _BINDING.get(self._token.text, 0)

    def _prefix(self) -> Expression:
        token = self._advance()
        if token.kind in (TokenKind.NUMBER, TokenKind.TEXT):
            assert token.value is not None, "the tokeniser gives every literal its value"
            return Literal(at=token.at, value=token.value)
        if token.kind is TokenKind.NAME:
            return Feature(at=token.at, name=token.text)
        return self._keyword_or_symbol(token)

    def _keyword_or_symbol(self, token: Token) -> Expression:
        match token.text if token.kind is not TokenKind.END else "":
            case "true" | "false":
                return Literal(at=token.at, value=token.text == "true")
            case "not":
                return Not(at=token.at, operand=self.expression(_NOT))
            case "-":
                return Negative(at=token.at, operand=self.expression(_SIGN))
            case "(":
                inner = self.expression(0)
                self._expect(")")
                return inner
            case "min" | "max" | "abs":
                return self._call(token)
        raise ExpressionError(f"expected a value, found {token.text}", token.at)

    def _infix(self, left: Expression, binding: int) -> Expression:
        token = self._advance()
        match token.text:
            case "is":
                negated = self._take("not")
                self._expect("missing")
                return Missing(at=token.at, operand=left, negated=negated)
            case "in":
                return Membership(at=token.at, operand=left, options=self._options(), negated=False)
            case "not":
                self._expect("in")
                return Membership(at=token.at, operand=left, options=self._options(), negated=True)
        return Binary(at=token.at, operator=Operator(token.text), left=left, right=self.expression(binding))

    def _call(self, token: Token) -> Call:
        self._expect("(")
        arguments = [self.expression(0)]
        while self._take(","):
            if len(arguments) == MAX_ARGUMENTS:
                raise ExpressionError(f"a function takes at most {MAX_ARGUMENTS} values", self._token.at)
            arguments.append(self.expression(0))
        self._expect(")")
        return Call(at=token.at, function=Function(token.text), arguments=tuple(arguments))

    def _options(self) -> tuple[Literal, ...]:
        self._expect("[")
        options = [self._option()]
        while self._take(","):
            if len(options) == MAX_OPTIONS:
                raise ExpressionError(f"a list has at most {MAX_OPTIONS} values", self._token.at)
            options.append(self._option())
        self._expect("]")
        return tuple(options)

    def _option(self) -> Literal:
        at = self._token.at
        negative = self._take("-")
        token = self._advance()
        if token.kind is TokenKind.NUMBER and isinstance(token.value, int | Decimal):
            return Literal(at=at, value=-token.value if negative else token.value)
        if not negative and token.kind is TokenKind.TEXT and token.value is not None:
            return Literal(at=at, value=token.value)
        if not negative and token.kind is TokenKind.KEYWORD and token.text in ("true", "false"):
            return Literal(at=at, value=token.text == "true")
        raise ExpressionError("a list holds numbers, texts, true or false", token.at)
