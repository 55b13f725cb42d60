"""The rail's way out: payouts to bank accounts, each with a plan of what will become of it."""

from datetime import datetime, timedelta
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from backend.sandbox.errors import NobodyAnswers, ReferenceReused, Unknown
from backend.sandbox.magic import Account, Quirk, quirk_of
from backend.sandbox.pace import Pace
from backend.sandbox.plan import Plan, Step, after
from backend.sandbox.store import World, WorldTx
from shared.ids import new_id
from shared.money import CurrencyCode

KIND, LOST = "rail.payout", "rail.lost_payout"
Positive = Annotated[int, Meta(gt=0, le=10**15)]
Reference = Annotated[str, Meta(min_length=1, max_length=100)]


class PayoutOrder(Struct, frozen=True, kw_only=True):
    """What the bank is asked to pay."""

    reference: Reference
    amount_minor: Positive
    currency: CurrencyCode
    account: Account
    callback_url: str


class Payout(Struct, frozen=True, kw_only=True):
    """How a payout stands."""

    reference: str
    provider_reference: str
    amount_minor: int
    currency: str
    status: str
    at: datetime
    reason: str | None = None


class PayoutRecord(Struct, frozen=True, kw_only=True):
    """A payout that was received."""

    order: PayoutOrder
    provider_reference: str
    plan: Plan

    def at(self, step: Step) -> Payout:
        """How it stands at one step."""
        return Payout(
            reference=self.order.reference,
            provider_reference=self.provider_reference,
            amount_minor=self.order.amount_minor,
            currency=self.order.currency,
            status=step.status,
            at=step.at,
            reason=step.reason,
        )


class Lost(Struct, frozen=True, kw_only=True):
    """That a first attempt was swallowed."""

    at: datetime


@post("/rail/payouts", operation_id="sandboxOrderPayout")
async def order_payout(data: JSONBody[PayoutOrder], world: NamedDependency[World]) -> Payout:
    """Takes an order once per reference."""
    quirk = quirk_of(data.account)
    async with world.open() as tx:
        lost = quirk is Quirk.LOST and await tx.add(LOST, _place(data.account), Lost(at=tx.now))
        fresh = not lost and await _accept(tx, data, quirk, world.pace)
    if lost:
        await world.pace.hang()
        raise NobodyAnswers
    if fresh and quirk is Quirk.HANGS:
        await world.pace.hang()
    return await _present(world, data.reference, data)


@get("/rail/payouts/{reference:str}", operation_id="sandboxGetPayout")
async def get_payout(reference: FromPath[str], world: NamedDependency[World]) -> Payout:
    """How the payout of a reference stands; 404 when none was received."""
    return await _present(world, reference)


async def _accept(tx: WorldTx, order: PayoutOrder, quirk: Quirk, pace: Pace) -> bool:
    plan = plan_of(tx.now, quirk, pace)
    record = PayoutRecord(order=order, provider_reference=f"SBX{new_id().hex[-12:].upper()}", plan=plan)
    if not await tx.add(KIND, order.reference, record):
        return False
    held_back = timedelta(seconds=pace.hang_s) if quirk is Quirk.HANGS else timedelta()
    steps = plan.steps[1:]
    due = [step.at - tx.now + held_back for step in steps]
    if quirk is Quirk.REORDERS:
        due[0] = due[-1] + pace.soon()
    for step, pause in zip(steps, due, strict=True):
        copies = 3 if quirk is Quirk.REPEATS else 1
        await tx.notify(order.callback_url, f"payout.{step.status}", record.at(step), after=pause, copies=copies)
    return True


def _place(account: Account) -> str:
    """Where the first payout goes astray; a later one, by whatever reference, arrives."""
    return f"{account.bank_code or ''} {account.account_number}"


def plan_of(now: datetime, quirk: Quirk, pace: Pace) -> Plan:
    """What will become of a payout that is received now."""
    sent, ended = after(now, pace.soon(), pace.soon())
    if quirk is Quirk.SLOW:
        ended = now + pace.slow
    end = (ended, "failed", "account_closed") if quirk is Quirk.FAILS else (ended, "settled")
    return Plan.of((now, "pending"), (sent, "sent"), end)


async def _present(world: World, reference: str, order: PayoutOrder | None = None) -> Payout:
    async with world.open() as tx:
        record = await tx.get(KIND, reference, PayoutRecord)
        if record is None:
            raise Unknown(what="payout", key=reference)
        if order is not None and not _same(record.order, order):
            raise ReferenceReused(reference=reference)
        return record.at(record.plan.status(tx.now))


def _same(first: PayoutOrder, second: PayoutOrder) -> bool:
    return (first.amount_minor, first.currency, first.account) == (second.amount_minor, second.currency, second.account)


routes = (order_payout, get_payout)
