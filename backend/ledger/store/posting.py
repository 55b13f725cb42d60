"""Posting: one journal, or many, by one call of a function inside the caller's transaction.

The driver is called directly: what SQLAlchemy adds to a statement costs as much as the statement.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from backend.kernel.db import Tx
from backend.ledger.domain.journal import Journal, PostedJournal
from backend.ledger.errors import BooksRefused
from backend.ledger.store.refusals import refusal_of
from shared.errors import CaasError
from shared.ids import new_id

T = TypeVar("T")
_ONE = "SELECT * FROM ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
_CALL = "SELECT * FROM {}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
_MANY, _EACH = _CALL.format("ledger_post_many"), _CALL.format("ledger_post_each")


async def post(tx: Tx, journals: Sequence[Journal]) -> list[PostedJournal]:
    """Posts `journals`, already checked, in one round trip, all or none; the answers come in the same order.

    Raises JournalKeyReused, AccountNotFound, AccountUnfit, BalanceTooLow, PeriodClosed, AlreadyReversed, BooksRefused.
    """
    fresh = [_fresh(journal, tx.now) for journal in journals]
    driver = tx.driver
    try:
        if len(fresh) == 1:
            rows = await driver.fetch(_ONE, *_scalars(fresh[0], tx.now))
        else:
            rows = await driver.fetch(_MANY, *_columns(fresh, tx.now))
    except asyncpg.PostgresError as failure:
        _refuse(failure)
    for place, stored_id, stored_at, counts_on in rows:
        fresh[place - 1] = _as_stored(fresh[place - 1], stored_id, stored_at, counts_on)
    return fresh


async def post_each(tx: Tx, journals: Sequence[Journal]) -> list[PostedJournal | CaasError]:
    """Posts `journals`, already checked, in one round trip, each for itself: its answer is what it became, or why not.

    A refusal is one of those that `post` raises.
    """
    fresh = [_fresh(journal, tx.now) for journal in journals]
    rows = await tx.driver.fetch(_EACH, *_columns(fresh, tx.now))
    answers: list[PostedJournal | CaasError] = list(fresh)
    for place, stored_id, stored_at, counts_on, state, detail in rows:
        if state is None:
            answers[place - 1] = _as_stored(fresh[place - 1], stored_id, stored_at, counts_on)
        else:
            answers[place - 1] = refusal_of(state, detail, detail) or BooksRefused()
    return answers


def _fresh(journal: Journal, now: datetime) -> PostedJournal:
    return PostedJournal(id=new_id(), posted_at=now, journal=journal, content_hash=journal.content_hash)


def _as_stored(asked: PostedJournal, stored_id: UUID, stored_at: datetime, counts_on: date) -> PostedJournal:
    return PostedJournal(
        id=stored_id,
        posted_at=stored_at,
        journal=asked.journal,
        content_hash=asked.content_hash,
        moved_to=None if counts_on == asked.journal.effective_on else counts_on,
        replayed=stored_id != asked.id,
    )


def _metadata(journal: Journal) -> str | None:
    return msgspec.json.encode(journal.metadata).decode() if journal.metadata else None


def _scalars(fresh: PostedJournal, now: datetime) -> tuple[Any, ...]:
    journal, legs = fresh.journal, fresh.journal.postings
    return (
        now,
        fresh.id,
        journal.key,
        fresh.content_hash,
        journal.kind,
        journal.effective_on,
        journal.description,
        journal.source,
        journal.source_id,
        journal.reverses,
        _metadata(journal),
        [leg.account for leg in legs],
        [leg.currency for leg in legs],
        [leg.signed_minor for leg in legs],
        [leg.loan_id for leg in legs],
        [leg.party_id for leg in legs],
    )


def _columns(fresh: Sequence[PostedJournal], now: datetime) -> tuple[Any, ...]:
    """The arguments of `ledger_post_many`: a column for each field of journals, then of their postings.

    A column without a value is null as a whole, which the database fills up and the driver need not look through.
    """
    journals = [each.journal for each in fresh]
    legs = [leg for journal in journals for leg in journal.postings]
    return (
        now,
        [each.id for each in fresh],
        [journal.key for journal in journals],
        [each.content_hash for each in fresh],
        [journal.kind for journal in journals],
        [journal.effective_on for journal in journals],
        [journal.description for journal in journals],
        [journal.source for journal in journals],
        _column([journal.source_id for journal in journals]),
        _column([journal.reverses for journal in journals]),
        _column([_metadata(journal) for journal in journals]),
        [len(journal.postings) for journal in journals],
        [each.id for each in fresh for _ in each.journal.postings],
        [line for journal in journals for line in range(1, len(journal.postings) + 1)],
        [leg.account for leg in legs],
        [leg.currency for leg in legs],
        [leg.signed_minor for leg in legs],
        _column([leg.loan_id for leg in legs]),
        _column([leg.party_id for leg in legs]),
    )


def _column(values: list[T | None]) -> list[T | None] | None:
    return None if values.count(None) == len(values) else values


def _refuse(failure: asyncpg.PostgresError) -> NoReturn:
    """Says in our words why the database refused; what it does not know goes on as it is."""
    known = refusal_of(failure.sqlstate, failure.detail, failure.constraint_name)
    raise failure if known is None else known from failure
