"""What is measured: one commit for each transfer by pgbench, our posting in a transaction, our group commit."""

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from subprocess import PIPE

from backend.kernel.db import Contention
from backend.kernel.postgres_host import account_for_postgres, find_programs
from backend.ledger.domain.journal import Journal
from backend.ledger.group_commit import GroupCommit
from backend.ledger.usecases.post import post
from tests.bench.books.ground import ACCOUNTS, Ground, transfer
from tests.builders import platform

# The same function that `ledger.post` calls, with the transfers that `transfer` makes.
_SCRIPT = """\\set a {payer}
\\set b random({half}, {all})
\\set m random(1, 100)
\\set n 0 - :m
SELECT * FROM ledger_post(now(), uuidv7(), gen_random_uuid()::text, sha256(uuid_send(uuidv7())),
    'transfer', '2026-01-05', '', '', NULL, NULL, NULL,
    ARRAY[{name}, 'w' || :b], ARRAY['NGN', 'NGN'], ARRAY[:m, :n]::bigint[],
    ARRAY[NULL, NULL]::uuid[], ARRAY[NULL, NULL]::uuid[]);
"""
AHEAD_PER_S = 20_000
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_LATENCY = re.compile(r"^latency average = ([0-9.]+)", re.MULTILINE)


@dataclass
class Slice:
    """A short measurement: transfers a second, and the time of each in milliseconds (none for pgbench)."""

    per_s: float
    times_ms: list[float] = field(default_factory=list)


async def pgbench(on: Ground, payer: str | None, *, clients: int, seconds: float) -> Slice:
    """PostgreSQL's own load generator, one commit for each transfer."""
    script = on.folder / f"{payer or 'uniform'}.sql"
    half = ACCOUNTS // 2
    choice = f"random(1, {half})" if payer is None else "0"
    name = "'w' || :a" if payer is None else f"'{payer}'"
    script.write_text(_SCRIPT.format(payer=choice, half=half + 1, all=ACCOUNTS, name=name).replace("\n    ", " "))
    postgres = on.postgres
    where = ["-h", f"{postgres.socket_folder or '127.0.0.1'}", "-p", f"{postgres.port}", "-U", "caas_app", "bench"]
    settings = f"-c app.tenant_id={on.tenant.id} -c jit=off"
    environ = {**os.environ, "PGPASSWORD": platform.APP_PASSWORD, "PGOPTIONS": settings}
    load = ["-n", "-M", "prepared", "-c", f"{clients}", "-j", "2", "-T", f"{max(1, round(seconds))}", "-f", f"{script}"]
    program = find_programs(account_for_postgres()) / "pgbench"
    process = await asyncio.create_subprocess_exec(program, *load, *where, env=environ, stdout=PIPE, stderr=PIPE)
    said, complained = await process.communicate()
    found = _TPS.search(said.decode())
    if found is None or b"ERROR" in complained or b"aborted" in complained:
        raise RuntimeError(f"pgbench failed: {complained.decode()[-500:]}")
    return Slice(per_s=float(found[1]))


async def in_transaction(on: Ground, payer: str | None, *, clients: int, seconds: float) -> Slice:
    """`ledger.post` in a transaction for each transfer, as every context posts."""

    async def once(journal: Journal) -> None:
        posted = False
        while not posted:
            with suppress(Contention):
                async with on.services.database.write(on.scope) as tx:
                    await post(tx, journal)
                posted = True

    return await _driven(once, payer, clients, seconds)


async def group_commit(on: Ground, payer: str | None, *, clients: int, seconds: float) -> Slice:
    """Independent transfers through the group-commit path."""
    shared = GroupCommit(on.services.database)
    return await _driven(lambda journal: shared.post(on.tenant.id, journal), payer, clients, seconds)


async def _driven(
    once: Callable[[Journal], Awaitable[object]], payer: str | None, clients: int, seconds: float
) -> Slice:
    """Each client posts one journal after the other; they are made before, since who makes load isn't measured."""
    ahead = [transfer(payer) for _ in range(round(AHEAD_PER_S * seconds))]
    times: list[float] = []
    began = time.perf_counter()

    async def client() -> None:
        while (sent := time.perf_counter()) < began + seconds:
            await once(ahead.pop() if ahead else transfer(payer))
            times.append((time.perf_counter() - sent) * 1000)

    await asyncio.gather(*[client() for _ in range(clients)])
    return Slice(per_s=len(times) / (time.perf_counter() - began), times_ms=times)
