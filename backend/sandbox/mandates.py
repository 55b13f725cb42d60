"""The rail's way in: mandates, and the debits drawn under them."""

from datetime import datetime, timedelta

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Struct
from msgspec.structs import replace

from backend.sandbox.errors import MandateNotActive, NobodyAnswers, ReferenceReused, Unknown
from backend.sandbox.magic import Account, Quirk, quirk_of
from backend.sandbox.pace import Pace
from backend.sandbox.payouts import Lost, Positive, Reference
from backend.sandbox.plan import Plan, Step
from backend.sandbox.store import World, WorldTx
from shared.money import CurrencyCode

MANDATE, DEBIT, LOST = "rail.mandate", "rail.debit", "rail.lost_debit"


class MandateOrder(Struct, frozen=True, kw_only=True):
    """Which account shall be debited later on."""

    reference: Reference
    account: Account
    callback_url: str


class Mandate(Struct, frozen=True, kw_only=True):
    """How a mandate stands."""

    reference: str
    status: str
    at: datetime


class MandateRecord(Struct, frozen=True, kw_only=True):
    """A mandate that was received."""

    order: MandateOrder
    plan: Plan

    def at(self, step: Step) -> Mandate:
        """How it stands at one step."""
        return Mandate(reference=self.order.reference, status=step.status, at=step.at)


class DebitOrder(Struct, frozen=True, kw_only=True):
    """What shall be drawn, and under which mandate."""

    reference: Reference
    mandate_reference: str
    amount_minor: Positive
    currency: CurrencyCode
    callback_url: str


class Debit(Struct, frozen=True, kw_only=True):
    """How a debit stands."""

    reference: str
    mandate_reference: str
    amount_minor: int
    currency: str
    status: str
    at: datetime
    reason: str | None = None


class DebitRecord(Struct, frozen=True, kw_only=True):
    """A debit that was received."""

    order: DebitOrder
    plan: Plan

    def at(self, step: Step) -> Debit:
        """How it stands at one step."""
        return Debit(
            reference=self.order.reference,
            mandate_reference=self.order.mandate_reference,
            amount_minor=self.order.amount_minor,
            currency=self.order.currency,
            status=step.status,
            at=step.at,
            reason=step.reason,
        )


@post("/rail/mandates", operation_id="sandboxMakeMandate")
async def make_mandate(data: JSONBody[MandateOrder], world: NamedDependency[World]) -> Mandate:
    """Takes a mandate, which becomes active after a moment."""
    async with world.open() as tx:
        plan = Plan.of((tx.now, "pending"), (tx.now + world.pace.soon(), "active"))
        record = MandateRecord(order=data, plan=plan)
        if await tx.add(MANDATE, data.reference, record):
            step = plan.steps[-1]
            await tx.notify(data.callback_url, "mandate.active", record.at(step), after=step.at - tx.now)
        record = await _mandate(tx, data.reference)
        if record.order.account != data.account:
            raise ReferenceReused(reference=data.reference)
        return record.at(record.plan.status(tx.now))


@get("/rail/mandates/{reference:str}", operation_id="sandboxGetMandate")
async def get_mandate(reference: FromPath[str], world: NamedDependency[World]) -> Mandate:
    """How a mandate stands."""
    async with world.open() as tx:
        record = await _mandate(tx, reference)
        return record.at(record.plan.status(tx.now))


@post("/rail/mandates/{reference:str}/cancel", operation_id="sandboxCancelMandate")
async def cancel_mandate(reference: FromPath[str], world: NamedDependency[World]) -> Mandate:
    """Ends a mandate, as its payer may at any time; once."""
    async with world.open() as tx:
        record = await _mandate(tx, reference, lock=True)
        if record.plan.status(tx.now).status != "cancelled":
            record = replace(record, plan=record.plan.then(tx.now, "cancelled"))
            await tx.put(MANDATE, reference, record)
            cancelled = record.at(record.plan.steps[-1])
            await tx.notify(record.order.callback_url, "mandate.cancelled", cancelled, after=world.pace.soon())
        return record.at(record.plan.status(tx.now))


@post("/rail/debits", operation_id="sandboxOrderDebit")
async def order_debit(data: JSONBody[DebitOrder], world: NamedDependency[World]) -> Debit:
    """Takes a debit order once per reference."""
    async with world.open() as tx:
        mandate = await _mandate(tx, data.mandate_reference, lock=True)
        quirk = quirk_of(mandate.order.account)
        known = await tx.get(DEBIT, data.reference, DebitRecord) is not None
        if not known and (status := mandate.plan.status(tx.now).status) != "active":
            raise MandateNotActive(reference=data.mandate_reference, status=status)
        lost = not known and quirk is Quirk.LOST and await tx.add(LOST, data.reference, Lost(at=tx.now))
        fresh = not lost and not known and await _accept(tx, data, quirk, world.pace)
    if lost:
        await world.pace.hang()
        raise NobodyAnswers
    if fresh and quirk is Quirk.HANGS:
        await world.pace.hang()
    return await _present(world, data.reference, data)


@get("/rail/debits/{reference:str}", operation_id="sandboxGetDebit")
async def get_debit(reference: FromPath[str], world: NamedDependency[World]) -> Debit:
    """How the debit of a reference stands; 404 when none was received."""
    return await _present(world, reference)


async def _accept(tx: WorldTx, order: DebitOrder, quirk: Quirk, pace: Pace) -> bool:
    ends_at = tx.now + (pace.slow if quirk is Quirk.SLOW else pace.soon())
    end = (ends_at, "failed", "insufficient_funds") if quirk is Quirk.FAILS else (ends_at, "settled")
    record = DebitRecord(order=order, plan=Plan.of((tx.now, "pending"), end))
    if not await tx.add(DEBIT, order.reference, record):
        return False
    step = record.plan.steps[-1]
    held_back = timedelta(seconds=pace.hang_s) if quirk is Quirk.HANGS else timedelta()
    await tx.notify(
        order.callback_url,
        f"debit.{step.status}",
        record.at(step),
        after=ends_at - tx.now + held_back,
        copies=3 if quirk is Quirk.REPEATS else 1,
    )
    return True


async def _mandate(tx: WorldTx, reference: str, *, lock: bool = False) -> MandateRecord:
    record = await tx.get(MANDATE, reference, MandateRecord, lock=lock)
    if record is None:
        raise Unknown(what="mandate", key=reference)
    return record


async def _present(world: World, reference: str, order: DebitOrder | None = None) -> Debit:
    async with world.open() as tx:
        record = await tx.get(DEBIT, reference, DebitRecord)
        if record is None:
            raise Unknown(what="debit", key=reference)
        if order is not None and _content(record.order) != _content(order):
            raise ReferenceReused(reference=reference)
        return record.at(record.plan.status(tx.now))


def _content(order: DebitOrder) -> tuple[str, int, str]:
    return order.mandate_reference, order.amount_minor, order.currency


routes = (make_mandate, get_mandate, cancel_mandate, order_debit, get_debit)
