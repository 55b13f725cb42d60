"""Sealing on a real PostgreSQL: in commit order, without gaps, and sharp-eyed afterwards."""

import asyncio
from datetime import date

from sqlalchemy import text

from backend.kernel.db import ReadTx, into
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
from backend.ledger.usecases.prove import broken, prove
from backend.ledger.usecases.read import trial_balance
from backend.ledger.usecases.seal import seal
from shared.ids import new_id
from tests.builders.ledger import a_journal


def scope_of(tenant: Tenant) -> Scope:
    return Scope.system(tenant.id, "tests")


OPENED = 5  # accounts that a first `a_journal` opens, with the headings that they roll up into


async def keys_in_order(tx: ReadTx) -> list[str]:
    """The keys of sealed journals in the chain's order."""
    named = text("SELECT j.key FROM ledger_seal s JOIN ledger_journal j ON j.id = s.entry_id ORDER BY s.height")
    return [row.key for row in await tx.all(named)]


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

    await seal_until(services, tenant, 3 + OPENED)
    assert await seal_all(services, tenant) == 0

    async with services.database.read(scope_of(tenant)) as tx:
        assert await broken(tx) == (None, 3 + OPENED)
        assert await keys_in_order(tx) == ["b", "a", "c"]


async def test_a_slow_transaction_is_never_passed_over(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await open_books(tx)
    async with services.database.write(scope_of(tenant)) as slow:
        await post(slow, a_journal("slow"))
        async with services.database.write(scope_of(tenant)) as fast:
            await post(fast, a_journal("fast"))
        opened = await seal_all(services, tenant)

    await seal_until(services, tenant, opened + 2)
    async with services.database.read(scope_of(tenant)) as tx:
        assert await keys_in_order(tx) == ["slow", "fast"]
        assert await is_whole(tx) == []


async def test_many_posters_and_sealers_at_once_leave_one_whole_chain(services: Services, tenant: Tenant) -> None:
    async def poster(n: int) -> None:
        for m in range(5):
            async with services.database.write(scope_of(tenant)) as tx:
                await post(tx, a_journal(f"{n}-{m}"))

    await asyncio.gather(*[poster(n) for n in range(8)], *[seal_all(services, tenant) for _ in range(4)])
    await seal_until(services, tenant, 40 + OPENED)

    async with services.database.read(scope_of(tenant)) as tx:
        proof = await prove(tx, above=0)
        assert (proof.height, proof.unsealed, proof.holds, proof.checked_to) == (45, 0, True, 45)
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
    while await seal_all(services, tenant):
        pass
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


async def test_the_chart_in_the_database_is_the_chart_in_the_code(services: Services, tenant: Tenant) -> None:
    async with services.database.read(scope_of(tenant)) as tx:
        rows = await tx.all(text("SELECT * FROM ledger_chart ORDER BY number"))

    assert tuple(into(row, ChartEntry) for row in rows) == CATALOGUE
