"""A throwaway platform with books to post to: ten thousand accounts with a floor, one that everybody pays from."""

import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import asyncpg
import msgspec

from backend import wiring
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.module import Services
from backend.kernel.postgres_host import HOST, any_free_port
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.ledger.domain.journal import Journal, credit, debit
from backend.ledger.usecases.post import post_many
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform

ACCOUNTS = 10_000
DAY = date(2026, 1, 5)
FUNDS = 10**9
HOT = "w0"  # with a floor, as all of them, so that whoever pays from it must wait for its balance
FREE = "rail_cash"  # without a floor: nobody waits
_OPEN = (
    "INSERT INTO ledger_account"
    " (tenant_id, id, code, number, name, kind, normal_side, postable, floor_minor, opened_at)"
    " SELECT $1::uuid, uuidv7(), 'w' || n, 10000 + n, 'Wallet ' || n, 'liability', 'credit', true, 0, now()"
    " FROM generate_series(0, $2::integer) AS n"
)


@dataclass(frozen=True)
class Ground:
    """Where it is."""

    postgres: EmbeddedPostgres
    settings: Settings
    services: Services
    tenant: Tenant
    owner: "asyncpg.Connection[asyncpg.Record]"
    folder: Path
    port: int

    @property
    def scope(self) -> Scope:
        return Scope.system(self.tenant.id, "bench")

    async def settle(self) -> None:
        """Lets the database tidy up between measurements, as it would by itself in time."""
        await self.owner.execute("VACUUM (ANALYZE) ledger_balance, ledger_account")
        await self.owner.execute("ANALYZE ledger_journal, ledger_posting")


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    """The platform, its books open and funded."""
    with tempfile.TemporaryDirectory(prefix="caas-bench-") as folder, platform.own_server() as postgres:
        port = any_free_port()
        await platform.fresh_database(postgres, "bench")
        settings = platform.settings_for(postgres, "bench", public_url=f"http://{HOST}:{port}")
        settings = msgspec.structs.replace(settings, database_url=by_socket(postgres, settings.database_url))
        services = wiring.build_services(settings)
        owner = await asyncpg.connect(postgres.url("bench"))
        try:
            tenant = await platform.new_tenant(services, "bench")
            on = Ground(postgres, settings, services, tenant, owner, Path(folder), port)
            await _furnish(on)
            yield on
        finally:
            await owner.close()
            await services.database.close()


def by_socket(postgres: EmbeddedPostgres, url: str) -> str:
    """The same way in for everybody who is measured: the Unix socket, where its path is short enough."""
    folder = postgres.socket_folder
    if folder is None:
        return url
    login = url.split("@", maxsplit=1)[0]
    return f"{login}@/bench?host={folder}&port={postgres.port}"


async def _furnish(on: Ground) -> None:
    await on.owner.execute(_OPEN, str(on.tenant.id), ACCOUNTS)
    funding = [
        Journal(
            key=f"fund-{first}",
            kind="fund",
            effective_on=DAY,
            postings=(
                *(credit(f"w{n}", FUNDS, "NGN") for n in range(first, min(first + 100, ACCOUNTS + 1))),
                debit(FREE, FUNDS * (min(first + 100, ACCOUNTS + 1) - first), "NGN"),
            ),
        )
        for first in range(0, ACCOUNTS + 1, 100)
    ]
    async with on.services.database.write(on.scope) as tx:
        await post_many(tx, funding)
    await on.settle()


def transfer(payer: str | None = None) -> Journal:
    """Moves a little from one account (any, unless named) to another."""
    amount = random.randint(1, 100)
    source = payer or f"w{random.randint(1, ACCOUNTS // 2)}"
    target = f"w{random.randint(ACCOUNTS // 2 + 1, ACCOUNTS)}"
    legs = (debit(source, amount, "NGN"), credit(target, amount, "NGN"))
    return Journal(key=new_id().hex, kind="transfer", effective_on=DAY, postings=legs)
