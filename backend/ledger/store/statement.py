"""One account's postings in the order of their days, and the loan book against its accounts."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Date, SmallInteger, Uuid, bindparam, text

from backend.kernel.db import ReadTx, into

_LINES = text(
    "SELECT p.journal_id, p.line, p.effective_on, p.amount_minor, p.loan_id, p.party_id, j.posted_at, j.key, j.kind,"
    " j.description FROM ledger_posting p JOIN ledger_journal j ON j.tenant_id = p.tenant_id AND j.id = p.journal_id"
    " WHERE p.account = :account AND p.currency = :currency AND p.effective_on <= :until"
    " AND (p.effective_on, p.journal_id, p.line) > (:day, :journal, :line)"
    " ORDER BY p.effective_on, p.journal_id, p.line LIMIT :limit"
).bindparams(
    bindparam("until", type_=Date),
    bindparam("day", type_=Date),
    bindparam("journal", type_=Uuid),
    bindparam("line", type_=SmallInteger),
)
_CONTROL = text(
    "SELECT account, currency, sum(net)::bigint AS debit_minor, count(*) FILTER (WHERE net <> 0) AS loans"
    " FROM (SELECT account, currency, loan_id, sum(amount_minor) AS net FROM ledger_posting"
    " WHERE loan_id IS NOT NULL GROUP BY account, currency, loan_id) each"
    " GROUP BY account, currency ORDER BY account, currency"
)
_JOURNAL_LINES = (
    "SELECT j.id, j.key, j.kind, j.effective_on, j.posted_at, j.description, j.source, j.source_id, j.reverses,"
    " p.line, p.account, p.currency, p.amount_minor, p.loan_id, p.party_id"
    " FROM ledger_journal j JOIN ledger_posting p ON p.tenant_id = j.tenant_id AND p.journal_id = j.id"
    " WHERE j.effective_on BETWEEN $1 AND $2 ORDER BY j.effective_on, j.id, p.line"
)
FETCHED_AT_ONCE = 1_000


class Place(Struct, frozen=True, kw_only=True):
    """Where a statement goes on, and the net debits up to there."""

    day: date
    journal_id: UUID
    line: int
    debit_minor: int


class StatementLine(Struct, frozen=True, kw_only=True):
    """A posting to the account: a debit above zero."""

    journal_id: UUID
    line: int
    effective_on: date
    amount_minor: int
    loan_id: UUID | None
    party_id: UUID | None
    posted_at: datetime
    key: str
    kind: str
    description: str


class Control(Struct, frozen=True, kw_only=True):
    """Net debits of all loans on an account, and how many of them are not zero."""

    account: str
    currency: str
    debit_minor: int
    loans: int


async def lines(
    tx: ReadTx, account: str, currency: str, *, after: Place, until: date, limit: int
) -> list[StatementLine]:
    """Postings after a place, the oldest day first."""
    given = {"account": account, "currency": currency, "until": until, "limit": limit}
    at = {"day": after.day, "journal": after.journal_id, "line": after.line}
    return [into(row, StatementLine) for row in await tx.all(_LINES, given | at)]


async def control(tx: ReadTx) -> list[Control]:
    """What loans come to on each account that loans were posted to. Reads every loan's postings."""
    return [into(row, Control) for row in await tx.all(_CONTROL)]


async def journal_lines(tx: ReadTx, since: date, until: date) -> AsyncIterator[Any]:
    """Every posting with its journal's fields, day by day, journals whole. Rows as the driver gives them."""
    async for row in tx.driver.cursor(_JOURNAL_LINES, since, until, prefetch=FETCHED_AT_ONCE):
        yield row
