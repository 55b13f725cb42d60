"""Sealing on a real PostgreSQL: in commit order, without gaps, and sharp-eyed afterwards."""

import asyncio
from datetime import date

import asyncpg
import pytest
from sqlalchemy import text

from backend.kernel.db import into
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.ledger import store
from backend.ledger.domain.chart import ChartEntry
from backend.ledger.domain.journal import credit, debit
from backend.ledger.domain.templates import CATALOGUE, Account
from backend.ledger.invariants import holds_together, is_balanced, is_whole
from backend.ledger.usecases.open_books import open_books
from backend.ledger.usecases.post import post, post_many
from backend.ledger.usecases.read import trial_balance
from backend.ledger.usecases.prove import broken, prove
from backend.ledger.usecases.seal import seal
from backend.settings import Settings
from shared.ids import new_id
from tests.builders.ledger import a_journal


def scope_of(tenant: Tenant) -> Scope:
    return Scope.system(tenant.id, "tests")


async def seal_all(services: Services, tenant: Tenant) -> int:
    async with services.database.write(scope_of(tenant)) as tx:
        return await seal(tx)


async def seal_until(services: Services, tenant: Tenant, height: int) -> None:
    """Seals until the chain has this height: another test's transaction may hold sealing up for a moment."""
    for _ in range(1_200):
        await seal_all(services, tenant)
        async with services.database.read(scope_of(tenant)) as tx:
            if (await store.chain_end(tx)).head.height >= height:
                return
        await asyncio.sleep(0.025)
    raise AssertionError(f"the chain did not reach height {height}")


async def test_journals_are_sealed_once_in_the_order_of_their_commits(services: Services, tenant: Tenant) -> None:
    for key in ("b", "a", "c"):
        async with services.database.write(scope_of(tenant)) as tx:
            await post(tx, a_journal(key))

    await seal_until(services, tenant, 3)
    assert await seal_all(services, tenant) == 0

    async with services.database.read(scope_of(tenant)) as tx:
        chain = await store.sealed(tx, above=0, limit=10)
        assert await broken(tx) == (None, 3)
    assert [journal.journal.key for _, journal in chain if journal] == ["b", "a", "c"]


async def test_a_slow_transaction_is_never_passed_over(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await open_books(tx)
    async with services.database.write(scope_of(tenant)) as slow:
        await post(slow, a_journal("slow"))
        async with services.database.write(scope_of(tenant)) as fast:
            await post(fast, a_journal("fast"))
        assert await seal_all(services, tenant) == 0

    await seal_until(services, tenant, 2)
    async with services.database.read(scope_of(tenant)) as tx:
        assert [j.journal.key for _, j in await store.sealed(tx, above=0, limit=9) if j] == ["slow", "fast"]
        assert await is_whole(tx) == []


async def test_many_posters_and_sealers_at_once_leave_one_whole_chain(services: Services, tenant: Tenant) -> None:
    async def poster(n: int) -> None:
        for m in range(5):
            async with services.database.write(scope_of(tenant)) as tx:
                await post(tx, a_journal(f"{n}-{m}"))

    await asyncio.gather(*[poster(n) for n in range(8)], *[seal_all(services, tenant) for _ in range(4)])
    await seal_until(services, tenant, 40)

    async with services.database.read(scope_of(tenant)) as tx:
        proof = await prove(tx, above=0)
        assert (proof.height, proof.unsealed, proof.holds, proof.checked_to) == (40, 0, True, 40)
        assert await is_whole(tx) == []
        assert await holds_together(tx) == []


async def test_the_trial_balance_is_the_same_before_and_after_sealing(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await post_many(
            tx,
            [
                a_journal("ngn", 500),
                a_journal("kwd", 7_001, "KWD", effective_on=date(2026, 2, 1)),
                a_journal(
                    "lend",
                    postings=(
                        debit(Account.LOANS_PRINCIPAL, 300, "NGN", loan_id=new_id()),
                        credit(Account.RAIL_CASH, 290, "NGN"),
                        credit(Account.FEE_INCOME, 10, "NGN"),
                    ),
                ),
            ],
        )

    async with services.database.read(scope_of(tenant)) as tx:
        before = await trial_balance(tx)
        january = await trial_balance(tx, as_of=date(2026, 1, 31))
    await seal_until(services, tenant, 3)
    async with services.database.read(scope_of(tenant)) as tx:
        assert await trial_balance(tx) == before
        assert await trial_balance(tx, as_of=date(2026, 1, 31)) == january
        assert await is_balanced(tx) == []

    ngn = next(currency for currency in before.currencies if currency.currency == "NGN")
    assert {line.account: line.debit_minor - line.credit_minor for line in ngn.lines} == {
        "rail_cash": 210,
        "loans_principal": 300,
        "capital": -500,
        "fee_income": -10,
    }
    assert before.balanced
    assert [currency.currency for currency in january.currencies] == ["NGN"]


@pytest.mark.parametrize(
    ("_case", "damage"),
    [
        ("an amount", "UPDATE ledger_posting SET amount_minor = amount_minor * 2 WHERE journal_id = $1"),
        ("a loan", "UPDATE ledger_posting SET loan_id = gen_random_uuid() WHERE journal_id = $1"),
        ("a day", "UPDATE ledger_journal SET effective_on = '2020-01-01' WHERE id = $1"),
        ("its hash", "UPDATE ledger_journal SET content_hash = sha256('x') WHERE id = $1"),
        ("its instant", "UPDATE ledger_journal SET posted_at = posted_at - interval '1 day' WHERE id = $1"),
        ("its seal", "DELETE FROM ledger_seal WHERE journal_id = $1"),
    ],
)
async def test_whoever_gets_past_the_triggers_is_found_out(
    services: Services, settings: Settings, tenant: Tenant, _case: str, damage: str
) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        victim = (await post_many(tx, [a_journal("a"), a_journal("b"), a_journal("c")]))[1]
    await seal_until(services, tenant, 3)

    owner = await asyncpg.connect(str(settings.database_owner_url).replace("+asyncpg", ""))
    try:
        async with owner.transaction():
            for table in ("ledger_journal", "ledger_posting", "ledger_seal"):
                await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            await owner.execute(damage, victim.id)
            for table in ("ledger_journal", "ledger_posting", "ledger_seal"):
                await owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
    finally:
        await owner.close()

    async with services.database.read(scope_of(tenant)) as tx:
        found, _ = await broken(tx)
    assert found is not None
    assert found.height in {2, 3}


async def test_the_chart_in_the_database_is_the_chart_in_the_code(services: Services, tenant: Tenant) -> None:
    async with services.database.read(scope_of(tenant)) as tx:
        rows = await tx.all(text("SELECT code, number, name, kind, normal_side, parent, postable, floor_minor FROM ledger_chart ORDER BY number"))

    assert tuple(into(row, ChartEntry) for row in rows) == CATALOGUE
