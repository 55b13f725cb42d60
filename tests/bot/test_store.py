"""The store's statements where two of them meet."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.store import statements as sql
from bot.store.records import Claim, Outgoing
from bot.store.rows import Rows
from shared.ids import new_id

LINE = "line"
LEASE = timedelta(seconds=30)


async def test_what_is_intended_while_a_conversation_is_let_go_is_taken_up_by_the_next_sweep(rows: Rows) -> None:
    now, note = datetime.now(UTC), Outgoing(id=new_id(), channel="thread", body=b"news")
    claim = await _answered(rows, now)
    tenant, conversation = claim.tenant, claim.conversation_id

    async with rows._of(tenant) as other:
        intending = other.transaction()
        await intending.start()
        await other.execute(sql.INTEND, conversation, LINE, None, now, [note.id], ["thread"], [note.body], [None])
        letting_go = asyncio.create_task(rows.settle(claim, [], now=now, until=now + LEASE))
        await _until_somebody_waits_for(await other.fetchval("SELECT pg_backend_pid()"), rows, tenant)
        await intending.commit()
    assert await letting_go

    later = now + timedelta(seconds=1)
    (again,) = await rows.wake(tenant, new_id(), later, later + LEASE, limit=10)
    assert [each.id for each in await rows.intended(again)] == [note.id]


async def test_a_conversation_that_is_let_go_with_nothing_to_do_sleeps(rows: Rows) -> None:
    now = datetime.now(UTC)
    claim = await _answered(rows, now)
    assert await rows.settle(claim, [], now=now, until=now + LEASE)

    later = now + timedelta(days=1)
    assert await rows.wake(claim.tenant, new_id(), later, later + LEASE, limit=10) == []


async def _answered(rows: Rows, now: datetime) -> Claim:
    """A conversation whose only message is handled, still held."""
    tenant, conversation, event_id = f"t-{new_id().hex}", new_id(), f"m:{new_id()}"
    claim = await rows.accept(
        tenant, LINE, conversation, event_id, b"hello", lease=new_id(), now=now, until=now + LEASE
    )
    assert claim is not None
    assert await rows.handled(claim, event_id, b"state", [], now=now, until=now + LEASE)
    return claim


async def _until_somebody_waits_for(holder: int, rows: Rows, tenant: str) -> None:
    waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))"
    while True:
        async with rows._of(tenant) as connection:
            if await connection.fetchval(waiting, holder):
                return
        await asyncio.sleep(0.01)
