"""Reconciliation: which posting a line of a bank's statement is, by rules from the surest to the weakest."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct


class StatementFormat(StrEnum):
    """What a statement is written in."""

    CSV = "csv"
    OFX = "ofx"
    MT940 = "mt940"
    CAMT053 = "camt053"


class BankLine(Struct, frozen=True, kw_only=True):
    """One line of a statement: money into the account above zero, out of it below, in minor units."""

    booked_on: date
    amount_minor: int
    currency: str
    reference: str = ""
    description: str = ""


class OpenLine(Struct, frozen=True, kw_only=True):
    """A line that is not settled yet."""

    id: UUID
    booked_on: date
    amount_minor: int
    currency: str
    reference: str
    description: str


class Candidate(Struct, frozen=True, kw_only=True):
    """A posting to the account that no line was matched to: a debit above zero. `names` are what a bank may quote."""

    journal_id: UUID
    line: int
    effective_on: date
    amount_minor: int
    currency: str
    names: tuple[str, ...]


class Tolerance(Struct, frozen=True, kw_only=True):
    """How far a line and a posting may be apart: in days, and in minor units where a reference vouches for them."""

    days: Annotated[int, Meta(ge=0, le=31)] = 3
    amount_minor: Annotated[int, Meta(ge=0, le=10**9)] = 0


class Match(Struct, frozen=True, kw_only=True):
    """A line, the posting that it is, and the rule that says so."""

    line_id: UUID
    journal_id: UUID
    posting_line: int
    rule: str


Rule = Callable[[OpenLine, Candidate, Tolerance], bool]


def match(lines: Sequence[OpenLine], candidates: Sequence[Candidate], tolerance: Tolerance) -> list[Match]:
    """Pairs lines with postings, each used once.

    First `reference`: the line quotes the posting's key or record, and the amounts differ by no more than allowed.
    Then `amount`: they have the same amount within so many days, and neither could be any other.
    """
    found: list[Match] = []
    for rule, fits in (("reference", _quotes), ("amount", _same_amount)):
        settled = {one.line_id for one in found}
        used = {(one.journal_id, one.posting_line) for one in found}
        pairs = _only_pairs(
            [line for line in lines if line.id not in settled],
            [it for it in candidates if (it.journal_id, it.line) not in used],
            fits,
            tolerance,
        )
        found += [
            Match(line_id=line.id, journal_id=it.journal_id, posting_line=it.line, rule=rule) for line, it in pairs
        ]
    return found


def _quotes(line: OpenLine, candidate: Candidate, tolerance: Tolerance) -> bool:
    text = f"{line.reference} {line.description}".casefold()
    quoted = any(name and name.casefold() in text for name in candidate.names)
    return (
        quoted
        and line.currency == candidate.currency
        and abs(line.amount_minor - candidate.amount_minor) <= tolerance.amount_minor
    )


def _same_amount(line: OpenLine, candidate: Candidate, tolerance: Tolerance) -> bool:
    apart = abs((line.booked_on - candidate.effective_on).days)
    same = (line.amount_minor, line.currency) == (candidate.amount_minor, candidate.currency)
    return same and apart <= tolerance.days


def _only_pairs(
    lines: Sequence[OpenLine], candidates: Sequence[Candidate], fits: Rule, tolerance: Tolerance
) -> list[tuple[OpenLine, Candidate]]:
    """Pairs in which neither side fits any other."""
    by_line: dict[UUID, list[Candidate]] = defaultdict(list)
    by_posting: dict[tuple[UUID, int], list[OpenLine]] = defaultdict(list)
    for line in lines:
        for candidate in candidates:
            if fits(line, candidate, tolerance):
                by_line[line.id].append(candidate)
                by_posting[candidate.journal_id, candidate.line].append(line)
    return [
        (fitting[0], by_line[fitting[0].id][0])
        for fitting in by_posting.values()
        if len(fitting) == 1 and len(by_line[fitting[0].id]) == 1
    ]
