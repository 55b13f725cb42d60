"""The API and the database are killed with signal 9 in the middle of posting: nothing acknowledged is lost or doubled.

A round or two in every run; `make crash` asks for ten by `LEDGER_CRASH_ROUNDS`.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from backend import wiring
from backend.devserver import Program, Supervisor
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.module import Services
from backend.kernel.postgres_host import HOST, any_free_port
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.ids import new_id
from shared.roles import Role
from tests.builders import platform
from tests.builders.books import Books
from tests.builders.running import environ_of

ROUNDS = int(os.environ.get("LEDGER_CRASH_ROUNDS", "2"))
CLIENTS = 12
LOADED_S = 1.5  # before each kill
PATIENCE_S = 120


@dataclass
class Told:
    """What clients were told: the id that each key was posted under."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    unsure: int = 0
    stop: bool = False

    def posted(self, key: str, journal_id: str) -> None:
        self.ids.setdefault(key, set()).add(journal_id)


@dataclass(frozen=True)
class Ground:
    """An API and a database that may be killed."""

    settings: Settings
    services: Services
    tenant: Tenant
    postgres: EmbeddedPostgres
    supervisor: Supervisor


@asynccontextmanager
async def ground(logs: Path) -> AsyncIterator[Ground]:
    port = any_free_port()
    with platform.own_server() as postgres:
        await platform.fresh_database(postgres, "crash")
        settings = platform.settings_for(postgres, "crash", public_url=f"http://{HOST}:{port}")
        services = wiring.build_services(settings)
        tenant = await platform.new_tenant(services)
        books = Books(services, tenant)
        await books.open_wallets()
        await books.fund(None, 10**9)
        api = Program("api", ("serve", "--port", f"{port}"), f"{settings.public_url}/health/ready")
        supervisor = Supervisor([api], environ_of(settings), logs, postgres=postgres)
        try:
            async with supervisor.running():
                yield Ground(settings, services, tenant, postgres, supervisor)
        finally:
            await services.database.close()


def a_body(key: str) -> dict[str, Any]:
    lines = [
        {"account": "wallets", "side": "debit", "amount_minor": 1, "currency": "NGN"},
        {"account": "rail_cash", "side": "credit", "amount_minor": 1, "currency": "NGN"},
    ]
    return {"key": key, "kind": "load", "effective_on": "2026-01-05", "postings": lines}


async def client(on: Ground, told: Told, *, bulk: bool) -> None:
    """Posts without end; whatever is not acknowledged is sent again under the same key."""
    headers = platform.caller(on.services, on.tenant, Role.OPERATIONS).headers | {"Idempotency-Key": new_id().hex}
    async with httpx.AsyncClient(base_url=on.settings.public_url, headers=headers, timeout=10) as http:
        while not told.stop:
            keys = [new_id().hex for _ in range(20 if bulk else 1)]
            while not await _acknowledged(http, keys, told, bulk=bulk):
                told.unsure += 1
                await asyncio.sleep(0.2)


async def _acknowledged(http: httpx.AsyncClient, keys: list[str], told: Told, *, bulk: bool) -> bool:
    try:
        if bulk:
            answer = await http.post("/v1/ledger/journals/bulk", json={"journals": [a_body(key) for key in keys]})
        else:
            answer = await http.post("/v1/ledger/journals", json=a_body(keys[0]))
    except httpx.HTTPError:
        return False
    if not answer.is_success:
        assert answer.status_code in {500, 503}, answer.text
        return False
    shown = [each["journal_id"] for each in answer.json()["answers"]] if bulk else [answer.json()["id"]]
    for key, journal_id in zip(keys, shown, strict=True):
        told.posted(key, journal_id)
    return True


async def kill(on: Ground, number: int) -> None:
    """Kills the database and the API in turns, every third time both; the supervisor brings them back."""
    victims = [("postgres",), ("api",), ("postgres", "api")][number % 3]
    for name in victims:
        pid = on.postgres.pid if name == "postgres" else on.supervisor.pid(name)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)


async def test_no_acknowledged_journal_is_lost_or_doubled_when_everything_is_killed(tmp_path: Path) -> None:
    async with ground(tmp_path) as on:
        told = Told()
        clients = [asyncio.create_task(client(on, told, bulk=number % 3 == 0)) for number in range(CLIENTS)]
        seen = []
        for number in range(ROUNDS):
            await asyncio.sleep(LOADED_S)
            seen.append(len(told.ids))
            await kill(on, number)
            await asyncio.sleep(0.2)
            await on.supervisor.ready()
        await asyncio.sleep(LOADED_S)
        told.stop = True
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*clients)

        assert seen == sorted(set(seen)), "each round found the ledger posting"
        assert told.unsure > 0, "something was under way when it was killed"
        await check(on, told)


async def check(on: Ground, told: Told) -> None:
    """Every acknowledged journal stands once, under the id that was told; and the books are whole."""
    owner = await asyncpg.connect(on.postgres.url("crash"))
    try:
        rows = await owner.fetch("SELECT key, id FROM ledger_journal WHERE kind = 'load'")
        left = await owner.fetchval("SELECT balance_minor FROM ledger_balance WHERE account = 'wallets'")
        await owner.execute(f"SET app.tenant_id = '{on.tenant.id}'")
        faults = [row[0] for row in await owner.fetch("SELECT * FROM ledger_faults()")]
    finally:
        await owner.close()
    stands = {str(row["key"]): {str(row["id"])} for row in rows}
    assert stands == told.ids
    assert left == 10**9 - len(rows)
    assert faults == []
