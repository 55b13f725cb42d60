"""Close of business over a large book, beside one SQL statement that updates and inserts the same rows.

Both sides have the same loans, each in a database of its own on one server, and close the same days in turns. The
statement computes nothing, tells nobody and knows what to write: it is the limit of what the database can take. Due
dates are spread over a month, so that on any day one loan in thirty falls due, and nobody pays.
"""

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import asyncpg

from backend import wiring
from backend.kernel.jobs import JobContext
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.servicing.usecases.close_business_day import CloseDays, close_business_days
from backend.settings import Settings
from tests.bench.frame import Figures, finish, machine, options, table
from tests.builders import platform
from tests.builders.portfolio import portfolio, wrongly_accrued
from tests.builders.servicing import Desk

LOANS = 100_000
WORKERS = (1, 2)
_DAY = timedelta(days=1)
_LIMIT = """
    WITH moved AS (
        UPDATE loan SET as_of = $1, closed_through = $1, posted = posted || jsonb_build_object(
            'interest_receivable', coalesce((posted ->> 'interest_receivable')::bigint, 0) + 500,
            'interest_income', coalesce((posted ->> 'interest_income')::bigint, 0) - 500)
         WHERE status IN ('active', 'overdue') RETURNING tenant_id, id, currency),
    numbered AS (SELECT *, row_number() OVER (ORDER BY id) - 1 AS n FROM moved),
    journal AS (
        INSERT INTO ledger_journal (
            tenant_id, id, key, content_hash, kind, effective_on, description, source, posting_count, posted_at)
        SELECT tenant_id, uuidv7(), 'limit:' || $1 || ':' || n / 100, sha256('limit'), 'accrual', $1, '', 'limit',
               2 * count(*), now()
          FROM numbered GROUP BY tenant_id, n / 100 RETURNING id, key)
    INSERT INTO ledger_posting (tenant_id, journal_id, line, account, currency, amount_minor, loan_id, effective_on)
    SELECT m.tenant_id, j.id, 2 * (m.n % 100) + leg.line, leg.account, m.currency, leg.amount, m.id, $1
      FROM numbered m JOIN journal j ON j.key = 'limit:' || $1 || ':' || m.n / 100
     CROSS JOIN (VALUES (1, 'interest_receivable', 500), (2, 'interest_income', -500)) leg (line, account, amount)
"""


@dataclass(frozen=True)
class Turn:
    """One day of one side."""

    seconds: float
    peak_mb: float = 0
    growth_mb: float = 0


async def limit_of(context: JobContext, opening: date) -> Turn:
    """The statement, under the same role and policies."""
    began = time.perf_counter()
    async with context.write() as tx:
        await tx.driver.execute(_LIMIT, opening)
    return Turn(time.perf_counter() - began)


def close_in_processes(settings: Settings, tenant: Tenant, through: date, workers: int) -> Turn:
    """Close of business by so many processes at once; they are up before the clock starts."""
    context = multiprocessing.get_context("spawn")
    ready, go = context.Barrier(workers + 1), context.Event()
    told: multiprocessing.Queue[tuple[float, float]] = context.Queue()
    arguments = (settings, tenant, through, ready, go, told)
    runs = [context.Process(target=_worker, args=arguments) for _ in range(workers)]
    for run in runs:
        run.start()
    ready.wait()
    began = time.perf_counter()
    go.set()
    memory = [told.get() for _ in runs]
    seconds = time.perf_counter() - began
    for run in runs:
        run.join()
        assert run.exitcode == 0, "a worker closes its day"
    return Turn(seconds, peak_mb=max(peak for peak, _ in memory), growth_mb=max(growth for _, growth in memory))


def _worker(settings: Settings, tenant: Tenant, through: date, *signals: object) -> None:
    asyncio.run(_close(settings, tenant, through, *signals))


async def _close(settings: Settings, tenant: Tenant, through: date, ready: object, go: object, told: object) -> None:
    services = wiring.build_services(settings)
    context = JobContext(services.database, Scope.system(tenant.id, "bench"))
    async with context.read():  # the connection is there
        ready.wait()  # type: ignore[attr-defined]  # multiprocessing's own types are factories
    go.wait()  # type: ignore[attr-defined]
    before = _peak_mb()
    await close_business_days(context, CloseDays(through=through))
    told.put((_peak_mb(), _peak_mb() - before))  # type: ignore[attr-defined]
    await services.database.close()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def main(loans: int, days: int) -> Figures:
    """Prepares both sides and measures `days` days of each in turns."""
    with platform.own_server() as postgres:
        await platform.fresh_database(postgres, "ours")
        settings = platform.settings_for(postgres, "ours")
        services = wiring.build_services(settings)
        tenant = await platform.new_tenant(services, "bench")
        desk = Desk(services, tenant)
        owner = await asyncpg.connect(postgres.url("ours"))
        await portfolio(desk, owner, loans)
        today, count = await desk.today(), await owner.fetchval("SELECT count(*) FROM loan")
        await owner.close()
        await services.database.close()
        postgres.ensure_database("beside", template="ours")
        beside = wiring.build_services(platform.settings_for(postgres, "beside"))
        limit = JobContext(beside.database, Scope.system(tenant.id, "bench"))
        turns: dict[str, list[Turn]] = {"limit": [], **{f"workers_{each}": [] for each in WORKERS}}
        for number in range(days * len(WORKERS)):
            workers = WORKERS[number % len(WORKERS)]
            day = today + number * _DAY
            turns["limit"].append(await limit_of(limit, day + _DAY))
            turn = await asyncio.to_thread(close_in_processes, settings, tenant, day, workers)
            turns[f"workers_{workers}"].append(turn)
            print(
                f"{day}  limit {turns['limit'][-1].seconds:6.2f} s  {workers} workers {turn.seconds:6.2f} s", flush=True
            )
        await beside.database.close()
        await _check(postgres.url("ours"), days * len(WORKERS))
    return figures_of(int(count or 0), turns)


async def _check(url: str, days: int) -> None:
    owner = await asyncpg.connect(url)
    wrong = await wrongly_accrued(owner, days)
    await owner.close()
    assert wrong == 0, f"{wrong} loans were accrued twice or skipped"


def figures_of(loans: int, turns: dict[str, Sequence[Turn]] | dict[str, list[Turn]]) -> Figures:
    """Loans a second of each side, by the median day, and what part of the limit that is."""
    rates = {name: loans / median(turn.seconds for turn in those) for name, those in turns.items()}
    ours = {name: rate for name, rate in rates.items() if name != "limit"}
    every = [turn for name, those in turns.items() if name != "limit" for turn in those]
    return {
        "benchmark": "close_day",
        "loans": loans,
        "limit_loans_per_s": rates["limit"],
        **{f"{name}_loans_per_s": rate for name, rate in ours.items()},
        **{f"{name}_ratio": rate / rates["limit"] for name, rate in ours.items()},
        "ratio": max(ours.values()) / rates["limit"],
        "peak_mb": max(turn.peak_mb for turn in every),
        "growth_mb": max(turn.growth_mb for turn in every),
        "machine": machine(),
    }


if __name__ == "__main__":
    chosen = options("Close of business beside one SQL statement.", seconds=60)
    # A day of both sides takes about ten seconds for a hundred thousand loans.
    figures = asyncio.run(main(LOANS, max(1, round(chosen.seconds / 20))))
    names = [name for name in figures if name.endswith("_loans_per_s")]
    print(table(["side", "loans/s"], [[name.removesuffix("_loans_per_s"), figures[name]] for name in names]))
    print(f"ratio {figures['ratio']:.2f}, peak {figures['peak_mb']:.0f} MB, grown by {figures['growth_mb']:.0f} MB")
    finish(chosen, figures)
    sys.exit(0)
