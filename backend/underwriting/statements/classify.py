"""Sorts transactions into categories by the words of their descriptions, then finds income that comes regularly."""

from collections import defaultdict
from collections.abc import Iterable
from types import MappingProxyType

import msgspec

from backend.underwriting.domain.statement import Category, Transaction
from backend.underwriting.statements.keywords import KEYWORDS, Direction, KeywordGroup
from backend.underwriting.statements.text import words

REGULAR_MONTHS = 3
REGULAR_SHARE_PCT = 50  # the smallest of the regular payments, at least, as a share of the largest

_FILLERS = frozenset({"from", "to", "by", "of", "b", "o"})
_BY_BANK_TYPE: MappingProxyType[str, tuple[Category, Category]] = MappingProxyType(
    {  # OFX 2.2 section 11.4.4.3: the category of money in, of money out
        "DIRECTDEP": (Category.OTHER_INCOME, Category.OTHER),
        "INT": (Category.OTHER_INCOME, Category.BANK_FEE),
        "DIV": (Category.OTHER_INCOME, Category.OTHER),
        "FEE": (Category.REVERSAL, Category.BANK_FEE),
        "SRVCHG": (Category.REVERSAL, Category.BANK_FEE),
        "ATM": (Category.CASH, Category.CASH),
        "CASH": (Category.CASH, Category.CASH),
        "DEP": (Category.CASH, Category.OTHER),
        "XFER": (Category.TRANSFER, Category.TRANSFER),
    }
)


class _Matcher:
    """One keyword group, made fast: single words are looked up, only phrases are searched for."""

    def __init__(self, group: KeywordGroup) -> None:
        keywords = [words(keyword) for keyword in group.keywords]
        self.group = group
        self._single = frozenset(keyword.strip() for keyword in keywords if " " not in keyword.strip())
        self._phrases = tuple(keyword for keyword in keywords if " " in keyword.strip())

    def matches(self, text: str, tokens: frozenset[str], direction: Direction) -> bool:
        if self.group.direction not in (Direction.ANY, direction):
            return False
        return not self._single.isdisjoint(tokens) or any(phrase in text for phrase in self._phrases)


_MATCHERS = tuple(_Matcher(group) for group in KEYWORDS)


def classify(transactions: Iterable[Transaction]) -> tuple[Transaction, ...]:
    """The same transactions with their categories, in the same order."""
    known: dict[tuple[str, Direction, str | None], Category] = {}
    sorted_out: list[Transaction] = []
    for line in transactions:
        direction = Direction.IN if line.amount_minor > 0 else Direction.OUT
        key = (line.description, direction, line.bank_type)
        if key not in known:
            known[key] = category_of(line.description, direction, line.bank_type)
        sorted_out.append(msgspec.structs.replace(line, category=known[key]))
    return _with_regular_income(sorted_out)


def category_of(description: str, direction: Direction, bank_type: str | None = None) -> Category:
    """The category of the first keyword group that matches, else what the bank's own type says, else OTHER."""
    text = words(description)
    tokens = frozenset(text.split())
    for matcher in _MATCHERS:
        if matcher.matches(text, tokens, direction):
            return matcher.group.category
    if bank_type is not None and bank_type in _BY_BANK_TYPE:
        incoming, outgoing = _BY_BANK_TYPE[bank_type]
        return incoming if direction is Direction.IN else outgoing
    return Category.OTHER


def _with_regular_income(lines: list[Transaction]) -> tuple[Transaction, ...]:
    """Counts as income what the same payer sends once a month, for REGULAR_MONTHS months, in amounts alike.

    Many salaries arrive as plain transfers. Payers are told apart by the description without its figures. Whoever is
    sent money as well is no payer: money that goes round is not income.
    """
    by_payer: dict[str, list[int]] = defaultdict(list)
    paid: set[str] = set()
    for index, line in enumerate(lines):
        party = " ".join(word for word in words(line.description).split() if word.isalpha() and word not in _FILLERS)
        if line.amount_minor < 0:
            paid.add(party)
        elif party and line.category in (Category.TRANSFER, Category.OTHER):
            by_payer[party].append(index)
    regular = {
        index
        for payer, indexes in by_payer.items()
        if payer not in paid and _is_regular([lines[i] for i in indexes])
        for index in indexes
    }
    return tuple(
        msgspec.structs.replace(line, category=Category.OTHER_INCOME) if index in regular else line
        for index, line in enumerate(lines)
    )


def _is_regular(payments: list[Transaction]) -> bool:
    months = {(line.booked_on.year, line.booked_on.month) for line in payments}
    if len(months) < REGULAR_MONTHS or len(months) != len(payments):
        return False
    first, last = min(months), max(months)
    if (last[0] - first[0]) * 12 + last[1] - first[1] + 1 != len(months):
        return False
    amounts = [line.amount_minor for line in payments]
    return min(amounts) * 100 >= max(amounts) * REGULAR_SHARE_PCT
