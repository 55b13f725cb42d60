"""Group commit: journals that are independent of each other share a transaction, and so its one wait for the disk.

A batch is whatever was queued while the one before it was committed; nobody waits for a timer, and at rest a journal
leaves at once. An answer is given only after its commit.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

from backend.kernel.db import Contention, Database
from backend.kernel.scope import Scope
from backend.ledger.domain.journal import Journal, PostedJournal
from backend.ledger.errors import LedgerBusy
from backend.ledger.usecases.post import post_each
from shared.errors import CaasError, Unavailable

Answers = list[PostedJournal | CaasError]

TRIES = 4
BATCH = 500  # journals in a transaction: more would make the first of them wait for too long
WAITING = 20_000  # journals of one tenant that may wait; beyond, callers are told to come back


class GroupCommit:
    """One for each process. A tenant's journals are posted by one transaction at a time, tenants side by side."""

    def __init__(self, database: Database, *, batch: int = BATCH, waiting: int = WAITING, at_once: int = 4) -> None:
        self._database = database
        self._batch, self._waiting = batch, waiting
        self._writers = asyncio.Semaphore(at_once)
        self._lanes: dict[UUID, _Lane] = {}

    async def post(self, tenant_id: UUID, journal: Journal) -> PostedJournal:
        """Posts one journal in a transaction that it shares. Returns once that is committed.

        Idempotent by (tenant, key). Raises what `ledger.post` raises, and LedgerBusy, Unavailable: whether it was
        posted is not known after the latter, and the same journal can be sent again.
        """
        lane = self._lanes.get(tenant_id)
        if lane is None:
            lane = self._lanes[tenant_id] = _Lane()
        if len(lane.queue) >= self._waiting:
            raise LedgerBusy
        answer: asyncio.Future[PostedJournal] = asyncio.get_running_loop().create_future()
        lane.queue.append((journal, answer))
        if lane.worker is None:
            lane.worker = asyncio.create_task(self._work(tenant_id, lane))
        return await answer

    async def post_each(self, tenant_id: UUID, journals: Sequence[Journal]) -> Answers:
        """Posts many journals at once, each for itself, in transactions of their own; an answer for each, in order.

        Raises Unavailable: what was posted until then stays posted, and all can be sent again.
        """
        answers: Answers = []
        for at in range(0, len(journals), self._batch):
            async with self._writers:
                answers += await self._post(tenant_id, journals[at : at + self._batch])
        return answers

    async def _work(self, tenant_id: UUID, lane: "_Lane") -> None:
        """Posts batch after batch until nothing waits any more."""
        try:
            while lane.queue:
                async with self._writers:
                    batch = [lane.queue.popleft() for _ in range(min(self._batch, len(lane.queue)))]
                    await self._settle(tenant_id, batch)
        finally:
            lane.worker = None
            if not lane.queue:
                self._lanes.pop(tenant_id, None)

    async def _settle(self, tenant_id: UUID, batch: "list[tuple[Journal, asyncio.Future[PostedJournal]]]") -> None:
        try:
            answers: Sequence[PostedJournal | BaseException] = await self._post(tenant_id, [each for each, _ in batch])
        except BaseException as failure:
            for _, waiting in batch:
                if not waiting.done():
                    waiting.set_exception(failure if isinstance(failure, Exception) else Unavailable())
            if not isinstance(failure, Exception):
                raise
            return
        for (_, waiting), answer in zip(batch, answers, strict=True):
            if waiting.done():  # its caller has gone
                continue
            if isinstance(answer, PostedJournal):
                waiting.set_result(answer)
            else:
                waiting.set_exception(answer)

    async def _post(self, tenant_id: UUID, journals: Sequence[Journal]) -> Answers:
        scope = Scope.system(tenant_id, "ledger.group_commit")
        for left in range(TRIES - 1, -1, -1):
            try:
                async with self._database.write(scope) as tx:
                    return await post_each(tx, journals)
            except Contention as contention:
                if not left:
                    raise Unavailable from contention
        raise Unavailable


class _Lane:
    """What one tenant has waiting."""

    def __init__(self) -> None:
        self.queue: deque[tuple[Journal, asyncio.Future[PostedJournal]]] = deque()
        self.worker: asyncio.Task[None] | None = None
