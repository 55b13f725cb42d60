"""Reading journals back."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import Row, Select, literal_column, select, text

from backend.kernel.db import ReadTx
from backend.ledger.domain.chart import Side
from backend.ledger.domain.journal import Journal, PostedJournal, Posting

_ONE = text("SELECT * FROM ledger_whole WHERE id = :id")
_BY_KEY = text("SELECT * FROM ledger_whole WHERE key = :key")
_CONDITIONS = {
    "before": "j.id < :before",
    "since": "j.effective_on >= :since",
    "until": "j.effective_on <= :until",
    "source_id": "j.source_id = :source_id",
    "account": "j.id IN (SELECT journal_id FROM ledger_posting WHERE account = :account)",
    "loan_id": "j.id IN (SELECT journal_id FROM ledger_posting WHERE loan_id = :loan_id)",
}


class JournalFilter(Struct, frozen=True, kw_only=True):
    """Which journals to list; None means any."""

    account: str | None = None
    loan_id: UUID | None = None
    source_id: UUID | None = None
    since: date | None = None
    until: date | None = None


async def journal(tx: ReadTx, journal_id: UUID) -> PostedJournal | None:
    """The journal with this id."""
    row = await tx.first(_ONE, {"id": journal_id})
    return None if row is None else posted_journal(row)


async def journal_by_key(tx: ReadTx, key: str) -> PostedJournal | None:
    """The journal with this key."""
    row = await tx.first(_BY_KEY, {"key": key})
    return None if row is None else posted_journal(row)


async def journals(tx: ReadTx, wanted: JournalFilter, *, before: UUID | None, limit: int) -> list[PostedJournal]:
    """Journals from the newest to the oldest, `before` an id that was seen."""
    given = {**msgspec.structs.asdict(wanted), "before": before}
    given = {name: value for name, value in given.items() if value is not None}
    conditions = [text(_CONDITIONS[name]) for name in given]
    whole: Select[Any] = select(literal_column("j.*")).select_from(text("ledger_whole j")).where(*conditions)
    rows = await tx.all(whole.order_by(text("j.id DESC")).limit(limit), given)
    return [posted_journal(row) for row in rows]


def posted_journal(row: Row[Any]) -> PostedJournal:
    """A journal from its row, its postings gathered in `postings` in the order of their lines."""
    return PostedJournal(
        id=row.id,
        posted_at=row.posted_at,
        journal=Journal(
            key=row.key,
            kind=row.kind,
            effective_on=row.asked_on or row.effective_on,
            postings=tuple(_posting(*line) for line in row.postings or ()),
            description=row.description,
            source=row.source,
            source_id=row.source_id,
            reverses=row.reverses,
            metadata=row.metadata or UNSET,
        ),
        content_hash=row.content_hash,
        moved_to=row.effective_on if row.asked_on else None,
    )


def _posting(
    _: int, account: str, currency: str, amount_minor: int, loan_id: str | None, party_id: str | None, __: str
) -> Posting:
    return Posting(
        account=account,
        side=Side.DEBIT if amount_minor > 0 else Side.CREDIT,
        amount_minor=abs(amount_minor),
        currency=currency,
        loan_id=UUID(loan_id) if loan_id else None,
        party_id=UUID(party_id) if party_id else None,
    )
