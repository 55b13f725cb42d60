"""`caas worker`: what happens without a request."""

import asyncio
import signal
from datetime import timedelta

import click
import uvloop

from backend import wiring
from backend.cli.ground import ends_with_parent, settings_here
from backend.kernel import telemetry
from backend.kernel.db import Database
from backend.kernel.worker import Worker
from backend.settings import Settings


@click.command()
@ends_with_parent
def worker() -> None:
    """Runs the background work: relays events, runs jobs and recurring work. Any number run side by side."""
    with settings_here() as settings:
        uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    telemetry.configure(level=settings.log_level, service="caas-worker", otlp_endpoint=settings.otlp_endpoint)
    platform = wiring.build(settings)
    relay = Database(settings.database_relay_url, pool=2)
    worker = Worker(
        platform.services.database,
        relay,
        platform.services.tenants.all,
        platform.modules,
        dsn=settings.database_url.replace("+asyncpg", ""),
        concurrency=settings.worker_concurrency,
        takeover=timedelta(seconds=settings.job_timeout_s),
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        await relay.close()
        await platform.close()
