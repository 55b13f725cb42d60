"""Paying: how much, by which way, and the wait until it has arrived, which outlives the app."""

import asyncio
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import flet as ft
import msgspec

from app.stores import reads
from app.stores.allocation import due_now
from app.stores.problem import Kind, Problem
from app.stores.root import Store
from shared.api.payments import DebitIn, LinkStatus, MandateStatus, OrderStatus, PaymentLinkIn
from shared.api.servicing import LoanOut, ScheduleOut, TransactionKind, TransactionOut
from shared.client.errors import ClientError
from shared.money import Money
from shared.terms import InAdvance

_LINK_TRIES, _LINK_PAUSE_S = 20, 0.5


class Choice(StrEnum):
    """Which amount."""

    DUE = "due"
    NEXT = "next"
    PAYOFF = "payoff"
    OTHER = "other"


class Way(StrEnum):
    """Which way."""

    TRANSFER = "transfer"
    LINK = "link"
    DEBIT = "debit"


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that was set going and has not arrived; kept on the device."""

    amount: Money
    way: Way
    since: datetime
    link_url: str | None = None
    debit_id: UUID | None = None


class PayFlow(ft.Observable):
    """Observable; one for each visit. `pending` is there from the moment the borrower sets a payment going.

    `choice` names the amount that they came for.
    """

    def __init__(self, store: Store, loan_id: UUID, choice: str = "") -> None:
        self._store = store
        self.loan_id = loan_id
        self.action = store.action()
        self.choice = next((each for each in Choice if each == choice), None)
        self.way = Way.TRANSFER
        self.other: Money | None = None
        self.payoff: Money | None = None
        self.ready = False  # whether everything that can be paid is known
        self.pending: Pending | None = None
        self.receipt: TransactionOut | None = None
        self.terms = InAdvance.NEXT_INSTALMENT

    async def begin(self) -> None:
        """Takes up a payment that was set going before, and asks what closes the loan."""
        self.pending = await self._store.kept(self._name, Pending)
        with suppress(ClientError):  # the other amounts can be paid all the same
            self.payoff = (await self._store.client.servicing.quote_payoff(self.loan_id)).total
        self.ready = True

    def choices(self, loan: LoanOut, schedule: ScheduleOut) -> dict[Choice, Money]:
        """The amounts there are to choose from."""
        self.terms = loan.terms.in_advance
        due = due_now(schedule)
        found: dict[Choice, Money] = {}
        if due:
            found[Choice.DUE] = due
        if loan.next_due is not None and loan.next_due and loan.next_due != due:
            found[Choice.NEXT] = loan.next_due
        if self.payoff is not None:
            found[Choice.PAYOFF] = self.payoff
        return found

    def amount(self, loan: LoanOut, schedule: ScheduleOut) -> Money | None:
        """The amount that is chosen; the first one until the borrower chooses."""
        if self.choice is Choice.OTHER:
            return self.other
        found = self.choices(loan, schedule)
        return found.get(self.choice) if self.choice else next(iter(found.values()), None)

    def choose(self, choice: Choice, other: Money | None = None) -> None:
        """Takes a choice of amount."""
        self.action.clear()
        self.choice, self.other = choice, other or self.other

    def go_by(self, way: Way) -> None:
        """Takes a choice of way."""
        self.action.clear()
        self.way = way

    async def set_going(self, amount: Money) -> None:
        """Orders what the way needs, and waits for the money from now on."""
        since = self._store.clock.now()
        pending: Pending | None
        match self.way:
            case Way.LINK:
                url = await self.action.run(lambda: self._link(amount))
                pending = None if url is None else Pending(amount=amount, way=self.way, since=since, link_url=url)
            case Way.DEBIT:
                debit = await self.action.run(lambda: self._debit(amount))
                pending = None if debit is None else Pending(amount=amount, way=self.way, since=since, debit_id=debit)
            case _:
                pending = Pending(amount=amount, way=self.way, since=since)
        if pending is not None:
            self.pending = pending
            await self._store.keep(self._name, pending)

    async def look(self) -> None:
        """Whether the payment has arrived; refreshes what shows the loan when it has."""
        pending = self.pending
        if pending is None:
            return
        page = await self._store.client.servicing.transactions(self.loan_id, limit=20)
        found = [
            each
            for each in page.items
            if each.kind is TransactionKind.REPAYMENT and each.entered_at >= pending.since and not each.reversed_on
        ]
        if found:
            self.receipt = found[0]
            await self._forget()
        elif pending.debit_id is not None:
            await self._look_at_debit(pending.debit_id)

    async def give_up(self) -> None:
        """Stops waiting; money that still comes is booked all the same."""
        await self._forget()

    def again(self) -> None:
        """From the receipt to another payment."""
        self.receipt = None

    async def _look_at_debit(self, debit_id: UUID) -> None:
        order = await self._store.client.payments.read_debit(debit_id)
        if order.status in {OrderStatus.FAILED, OrderStatus.CANCELLED}:
            words = self._store.words.say("Your bank refused the debit. Nothing was taken. Try another way.")
            self.action.fail(Problem(kind=Kind.REFUSED, code=order.reason_code or "debit_failed", detail=words))
            await self._forget()

    async def _forget(self) -> None:
        self.pending = None
        await self._store.keep(self._name, None)
        await self._store.refresh(
            ("loan", self.loan_id),
            ("schedule", self.loan_id),
            ("transactions", self.loan_id),
            reads.HOME,
            reads.LOANS,
        )

    async def _link(self, amount: Money) -> str:
        payments = self._store.client.payments
        body = PaymentLinkIn(loan_id=self.loan_id, amount_minor=amount.amount_minor)
        link = await payments.create_link(body, idempotency_key=self.action.key(body))
        for _ in range(_LINK_TRIES):
            if link.url is not None or link.status is not LinkStatus.REQUESTED:
                break
            await asyncio.sleep(_LINK_PAUSE_S)
            link = await payments.link(link.id)
        return link.url or ""

    async def _debit(self, amount: Money) -> UUID:
        payments = self._store.client.payments
        active = next(each for each in await payments.mandates(self.loan_id) if each.status is MandateStatus.ACTIVE)
        body = DebitIn(amount_minor=amount.amount_minor)
        key = self.action.key((active.id, body))
        return (await payments.debit(active.id, body, idempotency_key=key)).id

    @property
    def _name(self) -> str:
        return f"paying.{self.loan_id}"
