"""What reading the books and posting to them costs, in pages and rows: the same however much is in them."""

import asyncpg
import msgspec
import pytest
from sqlalchemy import text

from backend.kernel.db import ReadTx, Tx
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.ledger.domain.journal import credit, debit
from backend.ledger.domain.templates import Account
from backend.ledger.usecases.post import post_many
from backend.settings import Settings
from shared.ids import new_id
from tests.builders.books import Books, a_move

BATCH = 500
GROWTH = 4  # times


@pytest.fixture
async def books(services: Services, tenant: Tenant) -> Books:
    books = Books(services, tenant)
    await books.open_wallets()
    return books


async def post_more(books: Books, batches: int) -> None:
    """Posts to one busy account, seals and signs, and leaves a few journals unsealed."""
    legs = (debit(Account.RAIL_CASH, 5, "NGN"), credit("wallets", 5, "NGN", party_id=new_id()))
    for _ in range(batches):
        await books.write(lambda tx: post_many(tx, [a_move(*legs) for _ in range(BATCH)]))
    await books.seal()
    await books.sign()
    await books.write(lambda tx: post_many(tx, [a_move(*legs) for _ in range(3)]))


async def pages_read(tx: ReadTx, question: str) -> int:
    """Pages that `question` reads when it isn't asked for the first time."""
    await tx.all(text(question))
    told = await tx.scalar(text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question}"))
    plan = (msgspec.json.decode(told) if isinstance(told, str) else told)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def fewest_pages(books: Books, question: str) -> int:
    """The fewest of a few tries: what other tests do on the server meanwhile adds to one of them now and then."""
    return min([await books.read(lambda tx: pages_read(tx, question)) for _ in range(3)])


async def analyze(settings: Settings) -> None:
    """Lets the planner know of the tables as they are, as PostgreSQL does by itself sooner or later."""
    assert settings.database_owner_url is not None
    connection = await asyncpg.connect(settings.database_owner_url.replace("+asyncpg", ""))
    await connection.execute("ANALYZE")
    await connection.close()


QUESTIONS = (
    "SELECT * FROM ledger_volumes(NULL, 'rail_cash')",
    "SELECT * FROM ledger_volumes(DATE '2026-01-05', 'rail_cash')",
    "SELECT * FROM ledger_volumes_at('rail_cash', now())",
    "SELECT * FROM ledger_volumes_at('rail_cash', '{moment}')",
)


@pytest.mark.parametrize("known", ["whatever is known", "known to be empty"])
async def test_a_balance_of_the_busiest_account_reads_no_more_in_larger_books(
    books: Books, settings: Settings, known: str
) -> None:
    if known == "known to be empty":
        await analyze(settings)
    await post_more(books, 1)
    moment = await books.read(lambda tx: tx.scalar(text("SELECT now()")))
    questions = [question.format(moment=moment) for question in QUESTIONS]
    small = [await fewest_pages(books, question) for question in questions]
    await post_more(books, GROWTH)
    large = [await fewest_pages(books, question) for question in questions]

    for question, before, after in zip(questions, small, large, strict=True):
        assert after < before * 2, question


async def test_posting_reads_no_more_rows_in_larger_books(books: Books) -> None:
    legs = (debit(Account.RAIL_CASH, 5, "NGN"), credit("wallets", 5, "NGN", party_id=new_id()))
    read = text(
        "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('ledger_journal', 'ledger_posting')"
    )

    async def post_batch(tx: Tx) -> int:
        await post_many(tx, [a_move(*legs) for _ in range(BATCH)])
        rows = int(await tx.scalar(read))
        await tx.scalar(text("SELECT pg_stat_force_next_flush()"))  # else the next batch counts these too
        return rows

    rows = [await books.write(post_batch) for _ in range(GROWTH)]

    assert rows[-1] < rows[0] * 2
