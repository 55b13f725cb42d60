"""The rail's way in: payment links that a tester opens and pays."""

from datetime import datetime
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct
from msgspec.structs import replace

from backend.sandbox.errors import LinkCancelled, ReferenceReused, Unknown
from backend.sandbox.payouts import Positive, Reference
from backend.sandbox.store import World, WorldTx
from shared.api.sandbox import Link, LinkPaymentIn, LinkStatus
from shared.ids import new_id
from shared.money import CurrencyCode

LINK, BY_REFERENCE = "rail.link", "rail.link_by_reference"


class LinkOrder(Struct, frozen=True, kw_only=True):
    """What shall be paid."""

    reference: Reference
    amount_minor: Positive
    currency: CurrencyCode
    callback_url: str
    description: Annotated[str, Meta(max_length=200)] | None = None


class LinkRecord(Struct, frozen=True, kw_only=True):
    """A link without its address, which depends on where the sandbox runs."""

    order: LinkOrder
    status: LinkStatus
    at: datetime
    payment_id: str | None = None
    payer_name: str | None = None


class LinkPointer(Struct, frozen=True, kw_only=True):
    """From a reference to its link."""

    link_id: str


@post("/rail/links", operation_id="sandboxMakeLink")
async def make_link(
    data: JSONBody[LinkOrder], world: NamedDependency[World], sandbox_url: NamedDependency[str]
) -> Link:
    """Makes a link, one per reference."""
    async with world.open() as tx:
        link_id = f"lnk_{new_id().hex}"
        if await tx.add(BY_REFERENCE, data.reference, LinkPointer(link_id=link_id)):
            await tx.add(LINK, link_id, LinkRecord(order=data, status=LinkStatus.OPEN, at=tx.now))
        pointer = await tx.get(BY_REFERENCE, data.reference, LinkPointer)
        assert pointer is not None, "a reference, once known, stays"
        record = await _record(tx, pointer.link_id)
    if (record.order.amount_minor, record.order.currency) != (data.amount_minor, data.currency):
        raise ReferenceReused(reference=data.reference)
    return _link(pointer.link_id, record, sandbox_url)


@get("/rail/links/{link_id:str}", operation_id="sandboxGetLink", opt={"public": True})
async def get_link(link_id: FromPath[str], world: NamedDependency[World], sandbox_url: NamedDependency[str]) -> Link:
    """How a link stands."""
    return await find_link(world, link_id, sandbox_url)


@post("/rail/links/{link_id:str}/pay", operation_id="sandboxPayLink", opt={"public": True})
async def pay_link(
    link_id: FromPath[str],
    data: JSONBody[LinkPaymentIn],
    world: NamedDependency[World],
    sandbox_url: NamedDependency[str],
) -> Link:
    """Pays a link."""
    return await settle_link(world, link_id, sandbox_url, payer_name=data.payer_name)


@post("/rail/links/{link_id:str}/cancel", operation_id="sandboxCancelLink")
async def cancel_link(link_id: FromPath[str], world: NamedDependency[World], sandbox_url: NamedDependency[str]) -> Link:
    """Closes an open link; one that was paid stays paid."""
    async with world.open() as tx:
        record = await _record(tx, link_id, lock=True)
        if record.status is LinkStatus.OPEN:
            record = replace(record, status=LinkStatus.CANCELLED, at=tx.now)
            await tx.put(LINK, link_id, record)
    return _link(link_id, record, sandbox_url)


async def find_link(world: World, link_id: str, sandbox_url: str) -> Link:
    """A link. Raises Unknown."""
    async with world.open() as tx:
        return _link(link_id, await _record(tx, link_id), sandbox_url)


async def settle_link(world: World, link_id: str, sandbox_url: str, *, payer_name: str) -> Link:
    """Pays a link, once: a second payment is the first one again. Raises Unknown, LinkCancelled."""
    async with world.open() as tx:
        record = await _record(tx, link_id, lock=True)
        if record.status is LinkStatus.CANCELLED:
            raise LinkCancelled
        if record.status is LinkStatus.OPEN:
            paid = f"pay_{new_id().hex}"
            record = replace(record, status=LinkStatus.PAID, at=tx.now, payment_id=paid, payer_name=payer_name)
            await tx.put(LINK, link_id, record)
            link = _link(link_id, record, sandbox_url)
            await tx.notify(record.order.callback_url, "link.paid", link, after=world.pace.soon())
    return _link(link_id, record, sandbox_url)


def _link(link_id: str, record: LinkRecord, sandbox_url: str) -> Link:
    return Link(
        id=link_id,
        reference=record.order.reference,
        url=f"{sandbox_url}/pay/{link_id}",
        amount_minor=record.order.amount_minor,
        currency=record.order.currency,
        description=record.order.description,
        status=record.status,
        at=record.at,
        payment_id=record.payment_id,
        payer_name=record.payer_name,
    )


async def _record(tx: WorldTx, link_id: str, *, lock: bool = False) -> LinkRecord:
    record = await tx.get(LINK, link_id, LinkRecord, lock=lock)
    if record is None:
        raise Unknown(what="link", key=link_id)
    return record


routes = (make_link, get_link, pay_link, cancel_link)
