"""A database restored from a dump into a server that has counted fewer transactions than the one it comes from."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar

import asyncpg
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from backend import wiring
from backend.cli import main
from backend.kernel import audit, outbox
from backend.kernel.db import Database
from backend.kernel.inspection import DatabaseUnusable, count_transactions
from backend.kernel.migrate import after_restore
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tables import audit_entry, audit_link
from backend.kernel.tenants import Tenant
from backend.ledger import store
from backend.ledger.invariants import holds_together, is_balanced, is_whole
from backend.ledger.tables import ledger_seal
from backend.ledger.usecases.open_books import open_books
from backend.ledger.usecases.post import post
from backend.ledger.usecases.prove import broken
from backend.ledger.usecases.seal import seal
from backend.settings import Settings
from shared.events import Event
from tests.builders import platform
from tests.builders.ledger import a_journal
from tests.builders.running import environ_of

AHEAD = 5_000_000_000  # more than a server's count can have moved on by while a test runs


class Rang(Event, frozen=True, kw_only=True):
    """An event for tests."""

    topic: ClassVar[str] = "tests.rang"
    number: int


@dataclass(frozen=True)
class House:
    """One tenant of a platform on a database of its own."""

    settings: Settings
    services: Services
    relay: Database
    tenant: Tenant

    @property
    def scope(self) -> Scope:
        return Scope.system(self.tenant.id, "tests")

    async def happen(self, number: int) -> None:
        """An event, an entry in the audit log and a journal, in one transaction."""
        async with self.services.database.write(self.scope) as tx:
            await outbox.add(tx, Rang(number=number))
            await audit.record(tx, "tests.rang", f"bell:{number}")
            await post(tx, a_journal(f"{number}", amount_minor=100))

    async def settle(self) -> None:
        """Waits for the transactions that other tests have under way: nothing is followed past them."""
        number = (await self.as_owner("SELECT pg_current_xact_id()::text AS id"))[0]["id"]
        passed = f"SELECT '{number}'::xid8 < pg_snapshot_xmin(pg_current_snapshot()) AS passed"
        async with asyncio.timeout(60):
            while not (await self.as_owner(passed))[0]["passed"]:  # noqa: ASYNC110 -- the server tells nobody
                await asyncio.sleep(0.05)

    async def relayed(self) -> list[int]:
        """Relays; which events reached the queue since the last time."""
        await self.settle()
        while await outbox.relay_once(self.relay, {Rang.topic: ["tests.hear"]}):
            pass
        rows = await self.as_owner(
            "DELETE FROM pgqueuer RETURNING (convert_from(payload, 'UTF8')::jsonb #>> '{data,number}')::int AS n"
        )
        return sorted(row["n"] for row in rows)

    async def chain(self) -> tuple[int, int]:
        """Links and seals; how many audit entries and journals the chains hold afterwards."""
        await self.settle()
        async with self.services.database.write(self.scope) as tx:
            await audit.link_new(tx)
            await seal(tx)
            links = await tx.scalar(select(func.count()).select_from(audit_link))
            journals = select(func.count()).select_from(ledger_seal).where(ledger_seal.c.kind == "journal")
            return int(links), int(await tx.scalar(journals))

    async def faults(self) -> list[str]:
        """What is wrong with both chains and the books."""
        async with self.services.database.read(self.scope) as tx:
            found = [*await audit.verify(tx), *await is_whole(tx), *await is_balanced(tx), *await holds_together(tx)]
            break_, _ = await broken(tx)
        return [*found, *([break_.why] if break_ else [])]

    async def cash(self) -> int:
        """What the books say is at the rails."""
        async with self.services.database.read(self.scope) as tx:
            found = await store.volumes(tx, until=None)
        return sum(each.debit_minor - each.credit_minor for each in found if each.account == "rail_cash")

    async def as_owner(self, sql: str) -> list[asyncpg.Record]:
        assert self.settings.database_owner_url is not None
        connection = await asyncpg.connect(self.settings.database_owner_url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def restore(self) -> None:
        """As a dump's rows look to a server that starts to count anew: their numbers are far ahead of its own."""
        for table, column in (
            ("outbox", "xid"),
            ("outbox_cursor", "xid"),
            ("audit_entry", "xid"),
            ("audit_link", "entry_xid"),
            ("ledger_journal", "xid"),
            ("ledger_account", "xid"),
            ("ledger_hold", "xid"),
            ("ledger_hold_end", "xid"),
            ("ledger_closing", "xid"),
            ("ledger_seal", "entry_xid"),
        ):
            guarded = table != "outbox_cursor"
            if guarded:
                await self.as_owner(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            await self.as_owner(f"UPDATE {table} SET {column} = ({column}::text::bigint + {AHEAD})::text::xid8")
            if guarded:
                how = "ENABLE ALWAYS" if table.startswith("ledger") else "ENABLE"
                await self.as_owner(f"ALTER TABLE {table} {how} TRIGGER append_only")


@pytest.fixture
async def house() -> AsyncIterator[House]:
    postgres, name = platform.server(), f"restored_{os.getpid()}"
    await platform.fresh_database(postgres, name)
    settings = platform.settings_for(postgres, name)
    services = wiring.build_services(settings)
    relay = Database(settings.database_relay_url, pool=2)
    made = House(settings, services, relay, await platform.new_tenant(services))
    async with services.database.write(made.scope) as tx:
        await open_books(tx)
    yield made
    await relay.close()
    await services.database.close()
    postgres.drop_database(name)


async def a_restored(house: House) -> None:
    """Two things were followed before the dump, a third was not; a fourth happened before anybody noticed."""
    await house.happen(1)
    await house.happen(2)
    assert await house.relayed() == [1, 2]
    await house.chain()
    await house.happen(3)
    await house.restore()
    await house.happen(4)


async def test_without_help_a_restored_database_stands_still(house: House) -> None:
    await a_restored(house)

    assert await house.relayed() == []
    assert (await house.chain())[1] == 2
    assert (await count_transactions(house.settings.database_relay_url)).is_behind
    assert await house.cash() != 400
    assert await house.faults() != []


async def test_a_renumbered_database_goes_on_from_where_it_was(house: House) -> None:
    await a_restored(house)
    assert house.settings.database_owner_url is not None

    assert await after_restore(house.settings.database_owner_url) is True

    assert await house.cash() == 400
    assert await house.relayed() == [3, 4]
    async with house.services.database.read(house.scope) as tx:
        entries = int(await tx.scalar(select(func.count()).select_from(audit_entry)))
    assert await house.chain() == (entries, 4)
    assert await house.faults() == []
    assert not (await count_transactions(house.settings.database_relay_url)).is_behind

    await house.happen(5)
    assert await house.relayed() == [5]
    assert await house.chain() == (entries + 1, 5)
    assert (await house.faults(), await house.cash()) == ([], 500)


async def test_a_database_that_is_not_ahead_is_left_as_it_is(house: House) -> None:
    await house.happen(1)
    before = await house.as_owner("SELECT xid::text, position FROM outbox")
    assert house.settings.database_owner_url is not None

    assert await after_restore(house.settings.database_owner_url) is False

    assert await house.as_owner("SELECT xid::text, position FROM outbox") == before
    await house.restore()
    assert await after_restore(house.settings.database_owner_url) is True
    assert await after_restore(house.settings.database_owner_url) is False


async def test_every_guard_of_the_tables_is_back_afterwards(house: House) -> None:
    guards = """
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, t.tgname, t.tgenabled FROM pg_class c
        JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY 1, 4
    """
    await house.happen(1)
    await house.restore()
    before = await house.as_owner(guards)
    assert house.settings.database_owner_url is not None

    await after_restore(house.settings.database_owner_url)

    assert await house.as_owner(guards) == before


async def test_the_relays_url_must_be_the_relays(house: House) -> None:
    with pytest.raises(DatabaseUnusable):
        await count_transactions(house.settings.database_url)


async def test_the_doctor_names_a_restored_database_and_the_way_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ_of(house.settings).items():
        monkeypatch.setenv(name, value)
    await house.happen(1)
    assert "✓ Events       are delivered" in (await caas("doctor"))

    await house.restore()
    told = await caas("doctor")
    assert "✗ Events       stand still: the database comes from a server at transaction 50" in told
    assert "run `caas migrate --after-restore`" in told

    assert "Renumbered the stored transactions" in await caas("migrate", "--after-restore")
    assert "✓ Events       are delivered" in (await caas("doctor"))
    assert "nothing to renumber" in await caas("migrate", "--after-restore")


async def caas(*arguments: str) -> str:
    """What the command says; it has an event loop of its own, so it runs in a thread."""
    return (await asyncio.to_thread(CliRunner().invoke, main, arguments)).output
