"""What close of business posts: many loans share a journal, and each posting names its loan."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from uuid import UUID

from msgspec import Struct

from backend import ledger
from backend.servicing.domain.journals import Leg

_LIMIT = ledger.MAX_POSTINGS


class Moved(Struct, frozen=True, kw_only=True):
    """A loan whose books a day has moved."""

    loan_id: UUID
    currency: str
    legs: tuple[Leg, ...]


def day_journals(moved: Iterable[Moved], opening: date) -> list[ledger.Journal]:
    """Journals of one currency each, as large as the ledger takes them.

    A loan is carried to a day only once, so the first loan of a journal and the day make its key.
    """
    by_currency: dict[str, list[Moved]] = {}
    for each in moved:
        by_currency.setdefault(each.currency, []).append(each)
    return [_journal(group, opening) for group in chain.from_iterable(map(_groups, by_currency.values()))]


def _groups(moved: Sequence[Moved]) -> Iterator[list[Moved]]:
    group: list[Moved] = []
    size = 0
    for each in moved:
        if size + len(each.legs) > _LIMIT:
            yield group
            group, size = [], 0
        group.append(each)
        size += len(each.legs)
    if group:
        yield group


def _journal(group: Sequence[Moved], opening: date) -> ledger.Journal:
    return ledger.Journal(
        key=f"servicing.day:{opening}:{group[0].loan_id}",
        kind="accrual",
        effective_on=opening,
        postings=tuple(posting(leg, each.currency, each.loan_id) for each in group for leg in each.legs),
        description="Close of business",
        source="servicing.business_day",
    )


def posting(leg: Leg, currency: str, loan_id: UUID) -> ledger.Posting:
    """A leg as the ledger takes it."""
    side = ledger.debit if leg.debit_minor > 0 else ledger.credit
    return side(leg.account, abs(leg.debit_minor), currency, loan_id=loan_id)
