"""Links to pay a given amount of a loan by."""

from datetime import timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend import identity
from backend.kernel import jobs
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.payments import store
from backend.payments.access import require_loan, require_paid_out
from backend.payments.domain.references import order_reference
from backend.payments.errors import PaymentLinkNotFound
from backend.payments.ports import Rail
from backend.payments.records import PaymentLink
from shared.api.payments import LinkStatus, PaymentLinkIn, PaymentLinkOut
from shared.ids import new_id

MAKE_JOB = "payments.make_link"
VALID_FOR = timedelta(days=7)


class MakeLink(Struct, frozen=True, kw_only=True):
    """Which link to make."""

    link_id: UUID


async def want_link(tx: Tx, body: PaymentLinkIn) -> PaymentLinkOut:
    """Orders a link for a loan of the caller's; its address comes within seconds.

    Raises LoanNotFound, LoanNotPayable.
    """
    owner = await require_loan(tx, body.loan_id)
    await require_paid_out(tx, body.loan_id)
    link_id = new_id()
    wanted = PaymentLink(
        id=link_id,
        loan_id=body.loan_id,
        user_id=owner.user_id,
        business_id=owner.business_id,
        reference=order_reference("pl", link_id),
        amount_minor=body.amount_minor,
        currency=owner.currency,
        status=LinkStatus.REQUESTED,
        created_at=tx.now,
        expires_at=tx.now + VALID_FOR,
    )
    await store.add(tx, wanted)
    await jobs.enqueue(tx, MAKE_JOB, MakeLink(link_id=link_id), dedupe_key=f"link:{link_id}")
    return _shown(tx, wanted)


async def make_link(context: JobContext, rail: Rail, callback: str, order: MakeLink) -> None:
    """Makes it at the rail, which gives the same link for the same reference. Raises RailSilent, RailRefused."""
    async with context.read() as tx:
        wanted = await store.get(tx, PaymentLink, order.link_id)
    if wanted is None or wanted.url is not None:
        return
    url = await rail.make_link(wanted.reference, wanted.amount, callback)
    async with context.write() as tx:
        held = await store.lock(tx, PaymentLink, order.link_id)
        assert held is not None, "a link is never removed"
        status = LinkStatus.OPEN if held.status is LinkStatus.REQUESTED else held.status
        await store.save(tx, replace(held, url=url, status=status))


async def read_link(tx: ReadTx, link_id: UUID) -> PaymentLinkOut:
    """One link of the caller's. Raises PaymentLinkNotFound."""
    found = await store.get(tx, PaymentLink, link_id)
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise PaymentLinkNotFound
    return _shown(tx, found)


def _shown(tx: ReadTx, link: PaymentLink) -> PaymentLinkOut:
    over = link.status in {LinkStatus.REQUESTED, LinkStatus.OPEN} and link.expires_at <= tx.now
    return PaymentLinkOut(
        id=link.id,
        loan_id=link.loan_id,
        reference=link.reference,
        amount=link.amount,
        status=LinkStatus.EXPIRED if over else link.status,
        url=None if over else link.url,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )
