"""Works on a rail's webhook that was verified and stored."""

import structlog

from backend.kernel import webhooks_in
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.kernel.webhooks_in import InboundEvent
from backend.payments import store
from backend.payments.errors import NoticeTooEarly
from backend.payments.ports import Notice, NoticeKind, Rail
from backend.payments.records import RailOrder
from backend.payments.usecases.follow_order import note_report
from backend.payments.usecases.mandates import note_mandate
from backend.payments.usecases.take_in import take_back, take_in_credit, take_in_link

log = structlog.get_logger(__name__)

PROVIDER = "rail"
WORK_JOB = "payments.work_notice"


async def work_notice(context: JobContext, vault: Vault, rail: Rail, event: InboundEvent) -> None:
    """Moves what the notice is about, in one transaction with the mark that it was worked on.

    Raises NoticeTooEarly for a reversal whose receipt has not come yet; the job is tried again.
    """
    async with context.write() as tx:
        body = await webhooks_in.open_event(tx, vault, event)
        if body is None:
            return
        try:
            notice = rail.read_notice(body)
        except ValueError:
            log.exception("unreadable_notice", provider=PROVIDER)
        else:
            await _apply(tx, vault, notice)
        await webhooks_in.mark_worked(tx, event)


async def _apply(tx: Tx, vault: Vault, notice: Notice) -> None:
    if notice.order is not None:
        order = await store.lock_by_reference(tx, RailOrder, notice.order.reference)
        if order is not None:
            await note_report(tx, order, notice.order)
    elif notice.mandate is not None:
        await note_mandate(tx, notice.mandate)
    elif notice.receipt is not None and notice.receipt.reversed:
        if not await take_back(tx, notice.receipt):
            raise NoticeTooEarly
    elif notice.receipt is not None:
        take_in = take_in_link if notice.kind is NoticeKind.LINK else take_in_credit
        await take_in(tx, vault, notice.receipt)
