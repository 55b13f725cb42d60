"""Cuts the text of an expression into tokens, each with its position."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from backend.underwriting.errors import ExpressionError

MAX_SOURCE = 4_000  # characters
MAX_TOKENS = 1_000
MAX_DIGITS = 30
MAX_TEXT = 200
MAX_NAME = 64

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false", "min", "max", "abs"})

_DIGITS = frozenset("0123456789")
_NAME_START = frozenset("abcdefghijklmnopqrstuvwxyz")
_NAME_PART = _NAME_START | _DIGITS | {"_"}
_PAIRS = frozenset({"==", "!=", "<=", ">="})
_SINGLES = frozenset("+-*/<>()[],")
_BLANK = frozenset(" \t\r\n")


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "text"
    NAME = "name"
    KEYWORD = "keyword"
    SYMBOL = "symbol"
    END = "end"


class Token(Struct, frozen=True, kw_only=True):
    """One token; `value` is the number or text of a literal, `text` the spelling of everything else."""

    kind: TokenKind
    at: int
    text: str
    value: int | Decimal | str | None = None


def tokenise(source: str) -> list[Token]:
    """The tokens of `source`, ending with one of kind END. Raises ExpressionError."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError(f"the expression is longer than {MAX_SOURCE} characters; split it", MAX_SOURCE)
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        if source[at] in _BLANK:
            at += 1
            continue
        if len(tokens) == MAX_TOKENS:
            raise ExpressionError(f"the expression has more than {MAX_TOKENS} parts; split it", at)
        token, at = _next(source, at)
        tokens.append(token)
    tokens.append(Token(kind=TokenKind.END, at=len(source), text="the end"))
    return tokens


def _next(source: str, at: int) -> tuple[Token, int]:
    character = source[at]
    if character in _DIGITS:
        return _number(source, at)
    if character in "\"'":
        return _text(source, at)
    if character in _NAME_START:
        return _name(source, at)
    if (pair := source[at : at + 2]) in _PAIRS:
        return Token(kind=TokenKind.SYMBOL, at=at, text=pair), at + 2
    if character in _SINGLES:
        return Token(kind=TokenKind.SYMBOL, at=at, text=character), at + 1
    if character == "=":
        raise ExpressionError("a single = is not a comparison; write ==", at)
    if character.isalpha() or character == "_":
        raise ExpressionError("names are lower-case latin letters, digits and underscores, starting with a letter", at)
    raise ExpressionError(f"{character!r} has no meaning here", at)


def _number(source: str, at: int) -> tuple[Token, int]:
    end = _span(source, at, _DIGITS | {"_"})
    fraction = source[end : end + 1] == "."
    if fraction:
        first = end + 1
        end = _span(source, first, _DIGITS)
        if end == first:
            raise ExpressionError("a decimal point needs digits after it", first)
    if source[end : end + 1] in _NAME_PART | {"."} and end < len(source):
        raise ExpressionError("a number ends before this; leave a space", end)
    text = source[at:end]
    digits = text.replace("_", "")
    if text.replace("_.", "").endswith("_") or "__" in text or "_." in text:
        raise ExpressionError("an underscore stands between two digits", at)
    if len(digits) > MAX_DIGITS:
        raise ExpressionError(f"a number has at most {MAX_DIGITS} digits", at)
    value = Decimal(digits) if fraction else int(digits)
    return Token(kind=TokenKind.NUMBER, at=at, text=text, value=value), end


def _text(source: str, at: int) -> tuple[Token, int]:
    quote = source[at]
    parts: list[str] = []
    end = at + 1
    while True:
        if end >= len(source) or source[end] in "\r\n":
            raise ExpressionError(f"this text has no closing {quote}", at)
        character = source[end]
        if character == quote:
            break
        if character == "\\":
            end += 1
            character = source[end : end + 1]
            if character not in ("\\", '"', "'"):
                raise ExpressionError("after a backslash only another one or a quote may follow", end)
        if not character.isprintable():
            raise ExpressionError("text may not hold control characters", end)
        parts.append(character)
        end += 1
    if len(parts) > MAX_TEXT:
        raise ExpressionError(f"text has at most {MAX_TEXT} characters", at)
    return Token(kind=TokenKind.TEXT, at=at, text=source[at : end + 1], value="".join(parts)), end + 1


def _name(source: str, at: int) -> tuple[Token, int]:
    end = _span(source, at, _NAME_PART)
    text = source[at:end]
    if len(text) > MAX_NAME:
        raise ExpressionError(f"a name has at most {MAX_NAME} characters", at)
    if source[end : end + 1].isalpha():
        raise ExpressionError("names are lower-case latin letters, digits and underscores", end)
    return Token(kind=TokenKind.KEYWORD if text in KEYWORDS else TokenKind.NAME, at=at, text=text), end


def _span(source: str, start: int, allowed: frozenset[str]) -> int:
    end = start
    while end < len(source) and source[end] in allowed:
        end += 1
    return end
