"""The worker process: relays events to subscribers, runs jobs, and ticks for every tenant; any number side by side."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.models import Job as QueuedJob
from sqlalchemy import text

from backend.kernel import jobs, outbox, telemetry
from backend.kernel.db import Database
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.module import Module
from backend.kernel.outbox import Envelope, Subscriber
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from shared.ids import new_id

log = structlog.get_logger(__name__)

RELAY_PAUSE_S = 0.05
FAILURE_PAUSE_S = 0.5
# A tick holds two connections, one of them for its lock: together they leave the greater part of the pool to jobs.
TICKS_AT_ONCE = 3
_TICK_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext(:name), hashtext(CAST(:tenant AS text)))")


class Worker:
    """Everything that happens without a request; it ticks for the tenants that `tenants` tells each time."""

    def __init__(
        self,
        database: Database,
        relay: Database,
        tenants: Callable[[], Awaitable[Sequence[Tenant]]],
        modules: Sequence[Module],
        *,
        dsn: str,
        concurrency: int,
        takeover: timedelta,
    ) -> None:
        self._database = database
        self._relay = relay
        self._tenants = tenants
        self._modules = modules
        self._dsn = dsn
        self._concurrency = concurrency
        self._takeover = takeover
        self._stop = asyncio.Event()
        self._ticking = asyncio.Semaphore(TICKS_AT_ONCE)

    def stop(self) -> None:
        """Ends `run` after the work in hand."""
        self._stop.set()

    async def run(self) -> None:
        """Works until `stop`; a database that goes away is waited for."""
        loops = [
            self._forever("relay", self._relay_events),
            self._forever("jobs", self._run_jobs),
            *(self._forever(f"tick:{tick.name}", self._ticker(tick)) for m in self._modules for tick in m.ticks),
        ]
        async with asyncio.TaskGroup() as group:
            for loop in loops:
                group.create_task(loop)

    async def _forever(self, name: str, once: Callable[[], Awaitable[float]]) -> None:
        """Runs `once` again and again; it returns how many seconds to wait before the next time."""
        while not self._stop.is_set():
            try:
                pause = await once()
            except Exception as failure:
                log.warning("loop_failed", job=name, exc_info=failure)
                pause = FAILURE_PAUSE_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), timeout=pause)

    async def _relay_events(self) -> float:
        wanted: dict[str, list[str]] = {}
        for module in self._modules:
            for subscriber in module.subscribers:
                wanted.setdefault(subscriber.event.topic, []).append(subscriber.name)
        count = await outbox.relay_once(self._relay, wanted)
        telemetry.events_relayed.inc(count)
        return 0 if count == outbox.RELAY_BATCH else RELAY_PAUSE_S

    async def _run_jobs(self) -> float:
        async with asyncpg.create_pool(self._dsn, min_size=2, max_size=6) as pool:
            queue = PgQueuer(AsyncpgPoolDriver(pool))
            for module in self._modules:
                for job in module.jobs:
                    self._register(queue, job.name, _job_runner(self._database, job))
                for subscriber in module.subscribers:
                    self._register(queue, outbox.job_name(subscriber.name), _deliverer(self._database, subscriber))
            stopper = asyncio.create_task(self._stop.wait())
            stopper.add_done_callback(lambda _: queue.shutdown.set())
            try:
                await queue.run(
                    dequeue_timeout=timedelta(seconds=1),
                    batch_size=self._concurrency // 2,
                    max_concurrent_tasks=self._concurrency,
                    heartbeat_timeout=self._takeover,
                )
            finally:
                stopper.cancel()
        return FAILURE_PAUSE_S

    def _register(self, queue: PgQueuer, name: str, handle: Callable[[QueuedJob], Awaitable[None]]) -> None:
        queue.entrypoint(
            name,
            on_failure="hold",
            executor_factory=lambda parameters: DatabaseRetryEntrypointExecutor(
                parameters=parameters,
                max_attempts=jobs.MAX_ATTEMPTS,
                initial_delay=timedelta(milliseconds=250),
                max_delay=timedelta(minutes=1),
            ),
        )(handle)

    def _ticker(self, tick: Tick) -> Callable[[], Awaitable[float]]:
        async def once() -> float:
            for tenant in await self._tenants():
                if self._stop.is_set():
                    break
                scope = Scope.system(tenant.id, tick.name, new_id().hex)
                async with self._ticking, self._database.write(scope) as lock:
                    # Held while the tick works, so that a tenant's tick runs on one worker at a time.
                    if await lock.scalar(_TICK_LOCK, {"name": tick.name, "tenant": str(tenant.id)}):
                        await tick.run(JobContext(self._database, scope))
            return tick.every.total_seconds()

        return once


def _job_runner(database: Database, job: Job[Any]) -> Callable[[QueuedJob], Awaitable[None]]:
    async def handle(queued: QueuedJob) -> None:
        async with _measured(job.name, queued):
            await jobs.run(database, job, queued.payload or b"")

    return handle


def _deliverer(database: Database, subscriber: Subscriber[Any]) -> Callable[[QueuedJob], Awaitable[None]]:
    async def handle(queued: QueuedJob) -> None:
        envelope = msgspec.json.decode(queued.payload or b"", type=Envelope)
        async with _measured(subscriber.name, queued, envelope.correlation_id):
            await outbox.deliver(database, subscriber, envelope)

    return handle


@contextlib.asynccontextmanager
async def _measured(name: str, queued: QueuedJob, correlation: str = "") -> AsyncIterator[None]:
    began, outcome = time.perf_counter(), "done"
    token = telemetry.correlate(correlation)
    attempt = jobs.attempt.set(queued.attempts + 1)
    try:
        with telemetry.tracer.start_as_current_span(f"job {name}"):
            yield
    except BaseException as failure:
        outcome = "failed"
        log.warning("job_failed", job=name, attempt=queued.attempts + 1, exc_info=failure)
        raise
    finally:
        jobs.attempt.reset(attempt)
        telemetry.uncorrelate(token)
        telemetry.jobs_seconds.labels(name, outcome).observe(time.perf_counter() - began)
