"""The books in SQL: posting in one round trip, and reading journals back."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from backend.kernel.db import ReadTx, Tx, constraint, sqlstate
from backend.ledger.domain.chart import Side
from backend.ledger.domain.journal import Journal, PostedJournal, Posting
from backend.ledger.errors import AccountNotFound, AlreadyReversed, BalanceTooLow, BooksRefused, JournalKeyReused
from shared.ids import new_id

_KEY_REUSED, _UNBALANCED, _NOT_WHOLE, _NO_ACCOUNT, _BELOW_ZERO = "CL001", "CL002", "CL003", "CL004", "CL005"

_POST = text(
    "SELECT id, posted_at, content_hash, replayed"
    " FROM ledger_post(CAST(CAST(:journals AS text) AS jsonb), CAST(:at AS timestamptz)) ORDER BY place"
)

_JOURNALS = """
    SELECT j.id, j.key, j.kind, j.effective_on, j.description, j.source, j.source_id, j.reverses, j.posted_at, j.content_hash,
           (SELECT jsonb_agg(jsonb_build_array(p.account, p.currency, p.amount_minor, p.loan_id, p.party_id) ORDER BY p.line)
              FROM ledger_posting p WHERE p.tenant_id = j.tenant_id AND p.journal_id = j.id) AS postings
      FROM ledger_journal j
"""
_ONE = text(_JOURNALS + " WHERE j.id = :id")
_BY_KEY = text(_JOURNALS + " WHERE j.key = :key")
_PAGE = text(
    _JOURNALS
    + """
     WHERE (CAST(:before AS uuid) IS NULL OR j.id < :before)
       AND (CAST(:since AS date) IS NULL OR j.effective_on >= :since)
       AND (CAST(:until AS date) IS NULL OR j.effective_on <= :until)
       AND (CAST(:source_id AS uuid) IS NULL OR j.source_id = :source_id)
       AND (CAST(:account AS text) IS NULL AND CAST(:loan_id AS uuid) IS NULL OR EXISTS (
            SELECT FROM ledger_posting p WHERE p.tenant_id = j.tenant_id AND p.journal_id = j.id
               AND (CAST(:account AS text) IS NULL OR p.account = :account)
               AND (CAST(:loan_id AS uuid) IS NULL OR p.loan_id = :loan_id)))
     ORDER BY j.id DESC LIMIT :limit
    """
)


class JournalFilter(Struct, frozen=True, kw_only=True):
    """Which journals to list; None means any."""

    account: str | None = None
    loan_id: UUID | None = None
    source_id: UUID | None = None
    since: date | None = None
    until: date | None = None


async def post(tx: Tx, journals: Sequence[Journal]) -> list[PostedJournal]:
    """Posts `journals`, already checked, in one round trip; the answers come in the same order.

    Raises JournalKeyReused, AccountNotFound, BalanceTooLow, AlreadyReversed, BooksRefused.
    """
    body = msgspec.json.encode([_sent(journal) for journal in journals]).decode()
    try:
        rows = await tx.all(_POST, {"journals": body, "at": tx.now})
    except DBAPIError as refusal:
        _refuse(refusal)
    assert len(rows) == len(journals), "every journal has one answer"
    return [
        PostedJournal(
            id=row.id,
            posted_at=row.posted_at,
            journal=journal,
            content_hash=row.content_hash,
            replayed=row.replayed,
        )
        for row, journal in zip(rows, journals, strict=True)
    ]


async def journal(tx: ReadTx, journal_id: UUID) -> PostedJournal | None:
    """The journal with this id."""
    row = await tx.first(_ONE, {"id": journal_id})
    return None if row is None else posted_journal(row)


async def journal_by_key(tx: ReadTx, key: str) -> PostedJournal | None:
    """The journal that was posted under this key."""
    row = await tx.first(_BY_KEY, {"key": key})
    return None if row is None else posted_journal(row)


async def journals(tx: ReadTx, wanted: JournalFilter, *, before: UUID | None, limit: int) -> list[PostedJournal]:
    """Journals from the newest to the oldest, `before` an id that was seen."""
    rows = await tx.all(_PAGE, {**msgspec.structs.asdict(wanted), "before": before, "limit": limit})
    return [posted_journal(row) for row in rows]


def posted_journal(row: Row[Any]) -> PostedJournal:
    """A journal from its row, its postings gathered in `postings` in the order of their lines."""
    return PostedJournal(
        id=row.id,
        posted_at=row.posted_at,
        journal=Journal(
            key=row.key,
            kind=row.kind,
            effective_on=row.effective_on,
            postings=tuple(_posting(*line) for line in row.postings or ()),
            description=row.description,
            source=row.source,
            source_id=row.source_id,
            reverses=row.reverses,
        ),
        content_hash=row.content_hash,
    )


def _posting(account: str, currency: str, amount_minor: int, loan_id: str | None, party_id: str | None) -> Posting:
    return Posting(
        account=account,
        side=Side.DEBIT if amount_minor > 0 else Side.CREDIT,
        amount_minor=abs(amount_minor),
        currency=currency,
        loan_id=UUID(loan_id) if loan_id else None,
        party_id=UUID(party_id) if party_id else None,
    )


def _sent(journal: Journal) -> dict[str, Any]:
    return {
        "id": new_id(),
        "key": journal.key,
        "content_hash": journal.content_hash.hex(),
        "kind": journal.kind,
        "effective_on": journal.effective_on,
        "description": journal.description,
        "source": journal.source,
        "source_id": journal.source_id,
        "reverses": journal.reverses,
        "postings": [
            {
                "account": posting.account,
                "currency": posting.currency,
                "amount_minor": posting.signed_minor,
                "loan_id": posting.loan_id,
                "party_id": posting.party_id,
            }
            for posting in journal.postings
        ],
    }


def _refuse(refusal: DBAPIError) -> NoReturn:
    """Says in our words why the database refused; what it does not know goes on as it is."""
    state = sqlstate(refusal)
    detail = str(getattr(refusal.orig.__cause__, "detail", "") or "") if refusal.orig else ""
    if state == _KEY_REUSED:
        raise JournalKeyReused(key=detail) from refusal
    if state == _NO_ACCOUNT:
        raise AccountNotFound(account=detail) from refusal
    if state == _BELOW_ZERO:
        account, _, currency = detail.partition(" ")
        raise BalanceTooLow(account=account, currency=currency) from refusal
    if constraint(refusal) == "uq_ledger_journal_reverses":
        raise AlreadyReversed from refusal
    if state in {_UNBALANCED, _NOT_WHOLE}:
        raise BooksRefused from refusal
    raise refusal
