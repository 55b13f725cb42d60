"""Reads columns of amounts into minor units, exactly: nothing is rounded, and the decimal mark is never guessed."""

import re
import unicodedata
from collections.abc import Iterable
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from backend.underwriting.errors import StatementAmbiguous
from shared.currency import ACTIVE_CODES, exponent_of
from shared.money import MAX_MINOR

MAX_CELL = 60
DecimalMark = Literal[".", ","]

_BLANKS = "\u0020\u00a0\u2007\u2009\u202f"
_MINUS = "-\u2212\u2013"
_SYMBOLS: MappingProxyType[str, str] = MappingProxyType(
    {"₦": "NGN", "€": "EUR", "£": "GBP", "₹": "INR", "₵": "GHS", "₪": "ILS", "₩": "KRW", "₫": "VND", "₱": "PHP"}
)
_LOCAL_NAMES: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "NGN": frozenset({"N"}),
        "KES": frozenset({"KSH", "KSHS"}),
        "UGX": frozenset({"USH", "UGSH"}),
        "TZS": frozenset({"TSH", "TZSH"}),
        "ZAR": frozenset({"R"}),
        "INR": frozenset({"RS"}),
        "GHS": frozenset({"GH"}),
        "XOF": frozenset({"CFA", "FCFA"}),
        "XAF": frozenset({"CFA", "FCFA"}),
    }
)
_SIDES: MappingProxyType[str, int] = MappingProxyType({"DR": -1, "D": -1, "CR": 1, "C": 1})
_BODY = re.compile(r"[0-9.,' ]*[0-9][0-9.,' ]*")
_GROUPS = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{2,3})*?(?:([.,' ])[0-9]{3})")


class Figure(Struct, frozen=True, kw_only=True):
    """One cell cut into its sign and its digits with their separators. `side` is set by DR or CR behind the figure."""

    body: str
    negative: bool = False
    side: Literal[-1, 1] | None = None


class UnreadableFigure(ValueError):
    """A cell that is no amount of the statement's currency; the message says why."""


def cut(text: str, currency: str) -> Figure | None:
    """The figure in `text`, None where it is empty or a dash. Raises UnreadableFigure."""
    if len(text) > MAX_CELL:
        raise UnreadableFigure(f"{text[:40]!r}… is no amount")
    rest = _plain_blanks(text)
    if rest in ("", "-", "--"):
        return None
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        negative, rest = True, rest[1:-1].strip()
    rest, side = _without_labels(rest, currency, text)
    if rest[:1] in ("-", "+"):
        if negative:
            raise UnreadableFigure(f"{text[:40]!r} has two signs")
        negative, rest = rest[0] == "-", rest[1:].strip()
    elif rest.endswith("-"):
        if negative:
            raise UnreadableFigure(f"{text[:40]!r} has two signs")
        negative, rest = True, rest[:-1].strip()
    rest, _ = _without_labels(rest, currency, text)
    if not _BODY.fullmatch(rest):
        raise UnreadableFigure(f"{text[:40]!r} is no amount")
    return Figure(body=rest, negative=negative, side=side)


def _plain_blanks(text: str) -> str:
    kept = "".join(" " if character in _BLANKS else "-" if character in _MINUS else character for character in text)
    return kept.replace("\u2019", "'").strip()


def _without_labels(text: str, currency: str, original: str) -> tuple[str, Literal[-1, 1] | None]:
    """`text` without currency and DR or CR at its ends, and what the latter says."""
    side: Literal[-1, 1] | None = None
    for pattern in (r"^[^\W\d_]+\.?|^[^\w\s.,'()+-]", r"[^\W\d_]+\.?$|[^\w\s.,'()+-]$"):
        for _ in range(2):
            label = re.search(pattern, text)
            if label is None:
                break
            name = label[0].rstrip(".").upper()
            if pattern.endswith("$") and name in _SIDES:
                side = -1 if _SIDES[name] < 0 else 1
            elif not _is_currency(name, currency):
                raise UnreadableFigure(_why_not(name, currency, original))
            text = (text[: label.start()] + text[label.end() :]).strip()
    return text, side


def _is_currency(name: str, currency: str) -> bool:
    if name in (currency, *_LOCAL_NAMES.get(currency, ())):
        return True
    return len(name) == 1 and unicodedata.category(name) == "Sc" and _SYMBOLS.get(name, currency) == currency


def _why_not(name: str, currency: str, original: str) -> str:
    other = _SYMBOLS.get(name, name)
    return f"{original[:40]!r} is not in {currency}" if other in ACTIVE_CODES else f"{original[:40]!r} is no amount"


def decimal_mark(figures: Iterable[Figure], currency: str) -> DecimalMark | None:
    """The decimal mark that all figures of a file share; None when none has any separator.

    A mark behind another kind of separator, or not before three digits, is the decimal one; a repeated one separates
    thousands. What is left, a single mark before three digits, follows the other figures. Alone it separates thousands,
    except in a currency of three decimals, where nothing tells. Raises StatementAmbiguous.
    """
    decimal: set[DecimalMark] = set()
    thousands: set[DecimalMark] = set()
    single: dict[DecimalMark, str] = {}
    for figure in figures:
        points, commas = figure.body.count("."), figure.body.count(",")
        if points and commas:
            decimal.add("." if figure.body.rindex(".") > figure.body.rindex(",") else ",")
        elif points or commas:
            mark: DecimalMark = "." if points else ","
            whole, _, part = figure.body.rpartition(mark)
            if points + commas > 1:
                thousands |= {mark} if _GROUPS.fullmatch(figure.body) else set()
            elif len(part) != 3 or len(whole) > 3 or whole in ("", "0"):
                decimal.add(mark)
            else:
                single.setdefault(mark, figure.body)
    if not decimal and not thousands and exponent_of(currency) == 3 and single:
        raise StatementAmbiguous(
            problem=f"{next(iter(single.values()))!r} may have a decimal mark or a thousands separator",
            remedy="Say which by `decimal_mark`: a point or a comma.",
        )
    if not decimal:
        thousands |= single.keys()
    if len(decimal) > 1 or len(thousands) > 1 or decimal & thousands:
        raise StatementAmbiguous(
            problem="amounts use both the point and the comma as decimal mark",
            remedy="Export it again with one kind of amount.",
        )
    if decimal:
        return decimal.pop()
    return None if not thousands else "," if "." in thousands else "."


def minor_units(figure: Figure, mark: DecimalMark | None, currency: str) -> int:
    """The figure in minor units, signed by its own sign.

    Raises UnreadableFigure when it is no whole number of them.
    """
    exponent = exponent_of(currency)
    whole, _, part = figure.body.partition(mark) if mark else (figure.body, "", "")
    digits = _ungrouped(whole, figure.body)
    if not (part == "" or part.isdigit()) or (mark and figure.body.endswith(mark)):
        raise UnreadableFigure(f"{figure.body[:40]!r} is no amount")
    if part[exponent:].strip("0"):
        raise UnreadableFigure(f"{figure.body[:40]!r} has more decimals than {currency}")
    minor = int(digits + part[:exponent].ljust(exponent, "0"))
    if minor > MAX_MINOR:
        raise UnreadableFigure(f"{figure.body[:40]!r} is beyond any account")
    return -minor if figure.negative else minor


def _ungrouped(whole: str, body: str) -> str:
    """The digits before the decimal mark; separators must all be the same and stand where thousands (or lakhs) end."""
    if whole.isdigit() or whole == "":
        return whole or "0"
    separators = {character for character in whole if not character.isdigit()}
    if len(separators) == 1 and _GROUPS.fullmatch(whole):
        return "".join(character for character in whole if character.isdigit())
    raise UnreadableFigure(f"{body[:40]!r} is no amount")
