"""The books in SQL: posting in one round trip, and reading journals back."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ARRAY, Row, Select, Uuid, bindparam, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from backend.kernel.db import ReadTx, Tx, constraint, into, sqlstate
from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chain import Head, Seal
from backend.ledger.domain.chart import ChartEntry, Side
from backend.ledger.domain.journal import Journal, PostedJournal, Posting
from backend.ledger.errors import AccountNotFound, AlreadyReversed, BalanceTooLow, BooksRefused, JournalKeyReused
from backend.ledger.tables import ledger_seal
from shared.ids import new_id

_KEY_REUSED, _UNBALANCED, _NOT_WHOLE, _NO_ACCOUNT, _BELOW_ZERO = "CL001", "CL002", "CL003", "CL004", "CL005"

_POST = text(
    "SELECT id, posted_at, content_hash, replayed"
    " FROM ledger_post(CAST(CAST(:journals AS text) AS jsonb), CAST(:at AS timestamptz)) ORDER BY place"
)

_ONE = text("SELECT * FROM ledger_whole WHERE id = :id")
_CONDITIONS = {
    "before": "j.id < :before",
    "since": "j.effective_on >= :since",
    "until": "j.effective_on <= :until",
    "source_id": "j.source_id = :source_id",
    "account": "j.id IN (SELECT journal_id FROM ledger_posting WHERE account = :account)",
    "loan_id": "j.id IN (SELECT journal_id FROM ledger_posting WHERE loan_id = :loan_id)",
}
_ACCOUNTS = text("SELECT code, number, name, kind, guarded FROM ledger_account ORDER BY number, code")
_VOLUMES = text("SELECT * FROM ledger_volumes(:until)")
_LOAN_VOLUMES = text(
    "SELECT account, currency, sum(greatest(amount_minor, 0))::bigint AS debit_minor,"
    " sum(greatest(-amount_minor, 0))::bigint AS credit_minor"
    " FROM ledger_posting WHERE loan_id = :loan_id GROUP BY account, currency ORDER BY account, currency"
)
_OPEN = text("SELECT ledger_open(NULL)")
_FAULTS = text("SELECT * FROM ledger_faults() AS fault")

_SEAL_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('ledger.chain'), hashtext(CAST(:tenant AS text)))")
_HEAD = text(
    "SELECT height, hash, journal_xid AS xid, journal_position AS position"
    " FROM ledger_seal ORDER BY height DESC LIMIT 1"
)
_UNSEALED = text(
    "SELECT j.* FROM ledger_whole j WHERE (j.xid, j.position) > (CAST(:xid AS xid8), :position)"
    " AND j.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY j.xid, j.position LIMIT :limit"
)
_COUNT_UNSEALED = text("SELECT count(*) FROM ledger_journal WHERE (xid, position) > (CAST(:xid AS xid8), :position)")
_ADD_DAYS = text("SELECT ledger_add_days(:journals)").bindparams(bindparam("journals", type_=ARRAY(Uuid)))
_SEALED = text(
    "SELECT s.height, s.hash, s.journal_id, j.* FROM ledger_seal s LEFT JOIN ledger_whole j ON j.id = s.journal_id"
    " WHERE s.height > :height ORDER BY s.height LIMIT :limit"
)


class Place(Struct, frozen=True, kw_only=True):
    """A chain's end, and the commit-order cursor of the last journal it covers."""

    head: Head
    xid: int
    position: int


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


async def journals(tx: ReadTx, wanted: JournalFilter, *, before: UUID | None, limit: int) -> list[PostedJournal]:
    """Journals from the newest to the oldest, `before` an id that was seen."""
    given = {**msgspec.structs.asdict(wanted), "before": before}
    given = {name: value for name, value in given.items() if value is not None}
    conditions = [text(_CONDITIONS[name]) for name in given]
    whole: Select[Any] = select(literal_column("j.*")).select_from(text("ledger_whole j")).where(*conditions)
    rows = await tx.all(whole.order_by(text("j.id DESC")).limit(limit), given)
    return [posted_journal(row) for row in rows]


async def open_accounts(tx: Tx) -> None:
    """Opens every account of the chart that is not open yet."""
    await tx.execute(_OPEN)


async def accounts(tx: ReadTx) -> list[ChartEntry]:
    """The accounts that have been opened, in the order of their numbers."""
    return [into(row, ChartEntry) for row in await tx.all(_ACCOUNTS)]


async def volumes(tx: ReadTx, *, until: date | None) -> list[Volume]:
    """Debits and credits of every account in every currency, of all that is effective `until` that day (None: ever)."""
    return [into(row, Volume) for row in await tx.all(_VOLUMES, {"until": until})]


async def loan_volumes(tx: ReadTx, loan_id: UUID) -> list[Volume]:
    """Debits and credits of every account for one loan."""
    return [into(row, Volume) for row in await tx.all(_LOAN_VOLUMES, {"loan_id": loan_id})]


async def faults(tx: ReadTx) -> list[str]:
    """What is wrong with the books, in words; nothing while they are whole."""
    return [row.fault for row in await tx.all(_FAULTS)]


async def lock_chain(tx: Tx) -> Place:
    """The end of the tenant's chain, held still until the transaction ends."""
    await tx.execute(_SEAL_LOCK, {"tenant": str(tx.tenant_id)})
    return await chain_end(tx)


async def chain_end(tx: ReadTx) -> Place:
    """The end of the tenant's chain."""
    row = await tx.first(_HEAD)
    if row is None:
        return Place(head=Head(), xid=0, position=0)
    return Place(head=Head(height=row.height, hash=row.hash), xid=row.xid, position=row.position)


async def unsealed(tx: ReadTx, after: Place, *, limit: int) -> list[tuple[PostedJournal, Place]]:
    """Journals after `after` in the order of their commits, none of which another can still slip in before."""
    rows = await tx.all(_UNSEALED, {"xid": after.xid, "position": after.position, "limit": limit})
    return [(posted_journal(row), Place(head=after.head, xid=row.xid, position=row.position)) for row in rows]


async def count_unsealed(tx: ReadTx, after: Place) -> int:
    """How many journals the chain has not reached yet."""
    return int(await tx.scalar(_COUNT_UNSEALED, {"xid": after.xid, "position": after.position}))


async def save_seals(tx: Tx, seals: Sequence[tuple[Seal, Place]]) -> None:
    """Appends to the chain and adds the journals to the sums a day."""
    rows = [
        {
            "height": seal.height,
            "journal_id": seal.journal_id,
            "journal_xid": place.xid,
            "journal_position": place.position,
            "hash": seal.hash,
        }
        for seal, place in seals
    ]
    await tx.execute(insert(ledger_seal).values(rows))
    await tx.execute(_ADD_DAYS, {"journals": [seal.journal_id for seal, _ in seals]})


async def sealed(tx: ReadTx, *, above: int, limit: int) -> list[tuple[Seal, PostedJournal | None]]:
    """Seals above a height with their journals, from the lowest; None where the journal is gone."""
    rows = await tx.all(_SEALED, {"height": above, "limit": limit})
    return [
        (
            Seal(height=row.height, journal_id=row.journal_id, hash=row.hash),
            None if row.id is None else posted_journal(row),
        )
        for row in rows
    ]


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
