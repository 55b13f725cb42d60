"""Puts parsed lines into the order in which they happened and makes a statement of them."""

from datetime import date
from itertools import pairwise

from backend.underwriting.domain.statement import Statement, Transaction, breaks_in_balance
from backend.underwriting.errors import StatementNotRecognised
from backend.underwriting.statements.classify import classify


def assemble(
    lines: list[Transaction],
    currency: str,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    account_last4: str | None = None,
) -> Statement:
    """The statement of `lines`, classified; its period is the one stated, widened to hold every line.

    Raises StatementNotRecognised when there are no lines.
    """
    if not lines:
        raise StatementNotRecognised(problem="it lists no transactions")
    ordered = oldest_first(lines)
    first, last = ordered[0].booked_on, ordered[-1].booked_on
    return Statement(
        currency=currency,
        starts_on=min(starts_on or first, first),
        ends_on=max(ends_on or last, last),
        transactions=classify(ordered),
        account_last4=account_last4,
    )


def oldest_first(lines: list[Transaction]) -> tuple[Transaction, ...]:
    """The lines from oldest to newest, keeping the bank's order within a day.

    A file that runs backwards is turned round whole; where its dates don't tell, the direction with fewer breaks in the
    balance is taken. Lines out of any order are sorted by day.
    """
    forward, backward = tuple(lines), tuple(reversed(lines))
    rises = any(earlier.booked_on < later.booked_on for earlier, later in pairwise(forward))
    falls = any(earlier.booked_on > later.booked_on for earlier, later in pairwise(forward))
    if rises and falls:
        return tuple(sorted(forward, key=lambda line: line.booked_on))
    if falls:
        return backward
    if not rises and (breaks_in_balance(backward) or 0) < (breaks_in_balance(forward) or 0):
        return backward
    return forward
