"""The kernel's own background work: linking the audit chain, and forgetting what has served its time."""

from datetime import timedelta

from sqlalchemy import delete

from backend.kernel import audit
from backend.kernel.jobs import JobContext, Tick
from backend.kernel.module import Invariant, Module
from backend.kernel.tables import idempotency

IDEMPOTENCY_KEPT = timedelta(days=7)


async def link_audit(context: JobContext) -> None:
    """Brings the audit chain up to date."""
    while True:
        async with context.write() as tx:
            if await audit.link_new(tx) < audit.BATCH:
                return


async def forget_answers(context: JobContext) -> None:
    """Drops stored answers that are past their time."""
    async with context.write() as tx:
        await tx.execute(delete(idempotency).where(idempotency.c.at < tx.now - IDEMPOTENCY_KEPT))


def kernel_module() -> Module:
    """What the kernel itself plugs in."""
    return Module(
        name="kernel",
        ticks=(
            Tick(name="kernel.link_audit", every=timedelta(seconds=2), run=link_audit),
            Tick(name="kernel.forget_answers", every=timedelta(hours=1), run=forget_answers),
        ),
        invariants=(Invariant(name="the audit chain is whole", violations=audit.verify),),
    )
