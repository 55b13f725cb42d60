"""Reconciles an account with what its bank or rail says: statements, matches, breaks."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.ledger.bank_files import read_lines
from backend.ledger.domain.matching import StatementFormat, Tolerance, match
from backend.ledger.errors import AccountNotFound, BreakNotFound, JournalNotFound
from backend.ledger.store import chart, journal, reconciliation
from backend.ledger.store.reconciliation import BankStatement
from shared.api import reconciliation as api
from shared.errors import InvalidInput
from shared.paging import Page

AROUND = timedelta(days=31)  # how far from statements' days postings are looked for


async def import_statement(tx: Tx, asked: api.BankStatementIn) -> api.BankStatementOut:
    """Reads a statement, keeps its lines, and matches what it can. The same file again changes nothing.

    Raises AccountNotFound, StatementUnreadable.
    """
    if await chart.account(tx, asked.account) is None:
        raise AccountNotFound(account=asked.account)
    format_ = StatementFormat(asked.format)
    lines = read_lines(asked.content, format_)
    digest = hashlib.sha256(asked.content).digest()
    await reconciliation.add(tx, asked.account, format_, digest, lines)
    statement = await reconciliation.statement_of(tx, asked.account, digest)
    assert statement is not None, "it was added, or had been before"
    matched = await _match(tx, asked.account, Tolerance(days=asked.days, amount_minor=asked.amount_minor))
    return _statement(statement, matched)


async def match_again(tx: Tx, asked: api.MatchIn) -> api.MatchedOut:
    """Matches open lines of an account with what was posted since. Raises AccountNotFound."""
    if await chart.account(tx, asked.account) is None:
        raise AccountNotFound(account=asked.account)
    return api.MatchedOut(
        matched=await _match(tx, asked.account, Tolerance(days=asked.days, amount_minor=asked.amount_minor))
    )


async def breaks(tx: ReadTx, account: str, as_of: date) -> list[api.BreakOut]:
    """What stands on one side alone, the oldest first: lines that are not in the books, postings that no line tells of.

    Postings are looked for in the days that statements tell of, up to `as_of`.
    """
    found = [
        api.BreakOut(
            kind=api.BreakKind.NOT_IN_BOOKS,
            line_id=line.id,
            journal_id=None,
            on=line.booked_on,
            age_days=(as_of - line.booked_on).days,
            amount_minor=line.amount_minor,
            currency=line.currency,
            told=" ".join(part for part in (line.reference, line.description) if part),
        )
        for line in await reconciliation.open_lines(tx, account)
        if line.booked_on <= as_of
    ]
    if days := await reconciliation.span(tx, account):
        found += [
            api.BreakOut(
                kind=api.BreakKind.NOT_AT_BANK,
                line_id=None,
                journal_id=posting.journal_id,
                on=posting.effective_on,
                age_days=(as_of - posting.effective_on).days,
                amount_minor=posting.amount_minor,
                currency=posting.currency,
                told=posting.names[0] if posting.names else "",
            )
            for posting in await reconciliation.candidates(tx, account, days[0], min(days[1], as_of))
        ]
    return sorted(found, key=lambda each: (each.on, each.kind, str(each.line_id or each.journal_id)))


async def resolve(tx: Tx, line_id: UUID, asked: api.ResolutionIn) -> None:
    """Settles a line by hand: by a journal that a person found or posted for it, or by a note alone.

    Raises BreakNotFound (there is none, or it has been settled), JournalNotFound.
    """
    if asked.journal_id is not None and await journal(tx, asked.journal_id) is None:
        raise JournalNotFound(journal_id=asked.journal_id)
    if not await reconciliation.resolve(tx, line_id, asked.note, asked.journal_id):
        raise BreakNotFound(line_id=line_id)
    await audit.record(tx, "ledger.break_resolved", f"bank_line:{line_id}", journal_id=asked.journal_id)


async def statements(tx: ReadTx, *, cursor: str | None, limit: int) -> Page[api.BankStatementOut]:
    """One page of statements, the newest first. Raises InvalidInput for a cursor that is not one of ours."""
    try:
        before = None if cursor is None else UUID(cursor)
    except ValueError:
        raise InvalidInput({"cursor": "Pass back `next_cursor` as it came."}) from None
    found = await reconciliation.statements(tx, before=before, limit=limit + 1)
    page, more = found[:limit], len(found) > limit
    return Page(items=[_statement(each, None) for each in page], next_cursor=str(page[-1].id) if more else None)


async def _match(tx: Tx, account: str, tolerance: Tolerance) -> int:
    lines = await reconciliation.open_lines(tx, account, lock=True)
    if not lines:
        return 0
    first, last = lines[0].booked_on - AROUND, lines[-1].booked_on + AROUND
    found = match(lines, await reconciliation.candidates(tx, account, first, last), tolerance)
    return sum([await reconciliation.settle(tx, each) for each in found])


def _statement(statement: BankStatement, matched: int | None) -> api.BankStatementOut:
    return api.BankStatementOut(
        id=statement.id,
        account=statement.account,
        format=api.StatementFormat(statement.format),
        lines=statement.line_count,
        imported_at=statement.imported_at,
        matched=matched,
    )
