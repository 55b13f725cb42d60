"""Close of business by two runs beside each other, killed again and again: every loan earns each day once."""

import asyncio
import multiprocessing
from datetime import timedelta
from random import Random

import asyncpg

from backend import wiring
from backend.ledger.invariants import is_balanced
from tests.builders import platform
from tests.builders.portfolio import close_in_this_process, portfolio, wrongly_accrued
from tests.builders.servicing import Desk

LOANS, DAYS, ROUNDS = 3_000, 20, 3
PATIENCE_S = 120
_DONE = "SELECT coalesce(sum(closed_through - disbursed_on), 0) FROM loan"


async def test_runs_that_are_killed_at_any_moment_accrue_no_loan_twice_and_skip_none() -> None:
    chance = Random(20261129)
    start = multiprocessing.get_context("spawn").Process
    with platform.own_server() as postgres:
        await platform.fresh_database(postgres, "book")
        settings = platform.settings_for(postgres, "book")
        services = wiring.build_services(settings)
        tenant = await platform.new_tenant(services)
        desk = Desk(services, tenant)
        owner = await asyncpg.connect(postgres.url("book"))
        await portfolio(desk, owner, LOANS)
        through = await desk.today() + timedelta(days=DAYS - 1)
        arguments = (settings, tenant, through)

        for _ in range(ROUNDS):
            runs = [start(target=close_in_this_process, args=arguments) for _ in range(2)]
            for run in runs:
                run.start()
            await _moves_on(owner)
            for run in runs:
                await asyncio.sleep(0.15 * chance.random())
                run.kill()
                run.join()
            assert await desk.today() <= through, "there was something left to do"
        runs = [start(target=close_in_this_process, args=arguments) for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            await asyncio.to_thread(run.join)

        assert [run.exitcode for run in runs] == [0, 0]
        assert await desk.today() == through + timedelta(days=1)
        assert await wrongly_accrued(owner, DAYS) == 0
        assert await desk.write(is_balanced) == []
        await owner.close()
        await services.database.close()


async def _moves_on(owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Waits until the runs have done something more."""
    before = await owner.fetchval(_DONE)
    async with asyncio.timeout(PATIENCE_S):
        while await owner.fetchval(_DONE) == before:  # noqa: ASYNC110 -- another process does it, unannounced
            await asyncio.sleep(0.02)
