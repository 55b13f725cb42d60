"""Statements of banks and rails, their lines, and the postings that they may be."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.ledger.domain.matching import BankLine, Candidate, Match, OpenLine, StatementFormat
from backend.ledger.tables import ledger_bank_line, ledger_bank_statement
from shared.ids import new_id

MAX_OPEN = 2_000  # lines and postings that one matching looks at

_CANDIDATES = text(
    "SELECT p.journal_id, p.line, p.effective_on, p.amount_minor, p.currency, j.key, j.source_id, j.description,"
    " j.metadata FROM ledger_posting p JOIN ledger_journal j ON j.tenant_id = p.tenant_id AND j.id = p.journal_id"
    " WHERE p.account = :account AND p.effective_on BETWEEN :since AND :until AND j.reverses IS NULL"
    " AND NOT EXISTS (SELECT FROM ledger_journal r WHERE r.tenant_id = j.tenant_id AND r.reverses = j.id)"
    " AND NOT EXISTS (SELECT FROM ledger_bank_line b WHERE b.tenant_id = p.tenant_id AND b.journal_id = p.journal_id"
    " AND b.posting_line = p.line) ORDER BY p.effective_on, p.journal_id, p.line LIMIT :limit"
)
_SPAN = text("SELECT min(booked_on) AS first, max(booked_on) AS last FROM ledger_bank_line WHERE account = :account")


class BankStatement(Struct, frozen=True, kw_only=True):
    """A statement that was imported."""

    id: UUID
    account: str
    format: StatementFormat
    line_count: int
    imported_at: datetime


async def add(
    tx: Tx, account: str, format_: StatementFormat, content_hash: bytes, lines: Sequence[BankLine]
) -> UUID | None:
    """Writes a statement down, its lines open; its id, or None where the account has had the same file before."""
    row = {
        "id": new_id(),
        "account": account,
        "format": format_.value,
        "content_hash": content_hash,
        "line_count": len(lines),
        "imported_at": tx.now,
    }
    statement = insert(ledger_bank_statement).values(row)
    if not await tx.execute(statement.on_conflict_do_nothing(constraint="uq_ledger_bank_statement_content")):
        return None
    rows = [
        {
            **msgspec.structs.asdict(line),
            "id": new_id(),
            "statement_id": row["id"],
            "number": number,
            "account": account,
            "status": "open",
        }
        for number, line in enumerate(lines, start=1)
    ]
    for at in range(0, len(rows), 1_000):
        await tx.execute(insert(ledger_bank_line).values(rows[at : at + 1_000]))
    return UUID(str(row["id"]))


async def statement_of(tx: ReadTx, account: str, content_hash: bytes) -> BankStatement | None:
    """The statement of an account that this file was imported as."""
    same = (ledger_bank_statement.c.account == account) & (ledger_bank_statement.c.content_hash == content_hash)
    row = await tx.first(select(ledger_bank_statement).where(same))
    return None if row is None else into(row, BankStatement)


async def statements(tx: ReadTx, *, before: UUID | None, limit: int) -> list[BankStatement]:
    """Statements from the newest to the oldest, `before` an id that was seen."""
    chosen = select(ledger_bank_statement).order_by(ledger_bank_statement.c.id.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(ledger_bank_statement.c.id < before)
    return [into(row, BankStatement) for row in await tx.all(chosen)]


async def open_lines(tx: ReadTx, account: str, *, lock: bool = False) -> list[OpenLine]:
    """Lines that are not settled, the oldest first; with `lock` held still until the transaction ends."""
    table = ledger_bank_line
    chosen = select(table).where(table.c.account == account, table.c.status == "open")
    chosen = chosen.order_by(table.c.booked_on, table.c.id).limit(MAX_OPEN)
    return [into(row, OpenLine) for row in await tx.all(chosen.with_for_update() if lock else chosen)]


async def span(tx: ReadTx, account: str) -> tuple[date, date] | None:
    """The first and the last day that statements of an account tell of."""
    row = await tx.one(_SPAN, {"account": account})
    return None if row.first is None else (row.first, row.last)


async def candidates(tx: ReadTx, account: str, since: date, until: date) -> list[Candidate]:
    """Postings to an account that no line was matched to, without journals that were undone and those that undo."""
    given = {"account": account, "since": since, "until": until, "limit": MAX_OPEN}
    return [_candidate(row) for row in await tx.all(_CANDIDATES, given)]


def _candidate(row: Row[Any]) -> Candidate:
    names = [row.key, row.description, str(row.source_id or ""), *(str(value) for value in row.metadata.values())]
    return Candidate(
        journal_id=row.journal_id,
        line=row.line,
        effective_on=row.effective_on,
        amount_minor=row.amount_minor,
        currency=row.currency,
        names=tuple(name for name in names if len(name) >= 4),  # shorter ones are found anywhere
    )


async def settle(tx: Tx, found: Match) -> bool:
    """Notes which posting an open line is; False where it has been settled meanwhile."""
    values = {"status": "matched", "journal_id": found.journal_id, "posting_line": found.posting_line}
    return await _settle(tx, found.line_id, {**values, "settled_by": found.rule})


async def resolve(tx: Tx, line_id: UUID, note: str, journal_id: UUID | None) -> bool:
    """Notes what a person made of an open line; False where there is none, or it has been settled."""
    values = {"status": "resolved", "journal_id": journal_id, "note": note, "settled_by": tx.scope.actor}
    return await _settle(tx, line_id, values)


async def _settle(tx: Tx, line_id: UUID, values: dict[str, Any]) -> bool:
    table = ledger_bank_line
    chosen = update(table).where(table.c.id == line_id, table.c.status == "open")
    return await tx.execute(chosen.values(**values, settled_at=tx.now)) == 1
