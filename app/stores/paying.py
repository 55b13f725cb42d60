"""Paying: how much, by which way, and the wait until it has arrived, which outlives the app."""

from contextlib import suppress
from enum import StrEnum
from uuid import UUID

import flet as ft
from msgspec.structs import replace

from app.stores import reads
from app.stores.allocation import due_now
from app.stores.pending import Pending, Way
from app.stores.problem import Kind, Problem
from app.stores.root import Store
from shared.api.payments import DebitIn, LinkStatus, OrderOut, OrderStatus, PaymentLinkIn, PaymentLinkOut
from shared.api.servicing import LoanOut, ScheduleOut, TransactionOut
from shared.client.errors import ClientError
from shared.ids import new_id
from shared.money import Money
from shared.terms import InAdvance

_LOOKED_AT = 50  # movements: what came since is among the newest


class Choice(StrEnum):
    """Which amount."""

    DUE = "due"
    NEXT = "next"
    PAYOFF = "payoff"
    OTHER = "other"


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
        self.link: PaymentLinkOut | None = None  # that of `pending`, as it was seen last
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
        self.choice, self.other = choice, self.other if other is None else other

    def go_by(self, way: Way) -> None:
        """Takes a choice of way."""
        self.action.clear()
        self.way = way

    async def set_going(self, amount: Money, mandate_id: UUID | None = None) -> None:
        """Keeps what is about to be asked for, then asks; without a network nothing is set going.

        `mandate_id` is by which mandate an account is debited.
        """
        assert (mandate_id is not None) is (self.way is Way.DEBIT), "a debit is by a mandate, and nothing else is"
        page = await self.action.run(lambda: self._store.client.servicing.transactions(self.loan_id, limit=_LOOKED_AT))
        if page is None:
            return
        known = tuple(each.id for each in page.items)
        await self._hold(Pending(amount=amount, way=self.way, key=str(new_id()), known=known, mandate_id=mandate_id))
        await self.ask()

    async def ask(self) -> None:
        """Asks for what the way needs, under the same key for as long as it is not known how that ended."""
        pending = self.pending
        if pending is None or pending.is_asked:
            return
        order = await self.action.run(lambda: self._order(pending))
        if self.pending is not pending:
            return  # it arrived meanwhile, or was given up
        if order is not None:
            self.link = order if isinstance(order, PaymentLinkOut) else None
            await self._hold(replace(pending, order_id=order.id, reference=order.reference))
        elif self.action.problem is not None and self.action.problem.kind is Kind.REFUSED:
            await self._forget()  # whatever else it was, the platform may have taken it up

    async def look(self) -> None:
        """Whether the payment has arrived, or will not; refreshes what shows the loan then."""
        pending = self.pending
        if pending is None:
            return
        page = await self._store.client.servicing.transactions(self.loan_id, limit=_LOOKED_AT)
        found = next((each for each in page.items if pending.is_met_by(each)), None)
        if self.pending is not pending:
            return
        if found is not None:
            self.receipt = found
            await self._forget()
        elif pending.order_id is not None:
            await self._look_at(pending, pending.order_id)

    async def give_up(self) -> None:
        """Stops waiting; money that still comes is booked all the same."""
        self.action.clear()
        await self._forget()

    async def _look_at(self, pending: Pending, order_id: UUID) -> None:
        payments, words = self._store.client.payments, self._store.words
        if pending.way is Way.LINK:
            self.link = await payments.link(order_id)
            if self.link.status is LinkStatus.EXPIRED:
                said = words.say("The payment link is over. What was paid by it still counts. Make a new one to pay.")
                await self._fail(pending, "link_expired", said)
            return
        order = await payments.read_debit(order_id)
        if order.status in {OrderStatus.FAILED, OrderStatus.CANCELLED}:
            said = words.say("Your bank refused the debit. Nothing was taken. Try another way.")
            await self._fail(pending, order.reason_code or "debit_failed", said)

    async def _fail(self, pending: Pending, code: str, words: str) -> None:
        if self.pending is pending:
            self.action.fail(Problem(kind=Kind.REFUSED, code=code, detail=words))
            await self._forget()

    async def _hold(self, pending: Pending) -> None:
        self.pending = pending
        await self._store.keep(self._name, pending)

    async def _forget(self) -> None:
        self.pending = self.link = None
        await self._store.keep(self._name, None)
        await self._store.refresh(
            ("loan", self.loan_id),
            ("schedule", self.loan_id),
            ("transactions", self.loan_id),
            reads.HOME,
            reads.LOANS,
        )

    async def _order(self, pending: Pending) -> PaymentLinkOut | OrderOut:
        payments, minor = self._store.client.payments, pending.amount.amount_minor
        if pending.mandate_id is not None:
            return await payments.debit(pending.mandate_id, DebitIn(amount_minor=minor), idempotency_key=pending.key)
        body = PaymentLinkIn(loan_id=self.loan_id, amount_minor=minor)
        return await payments.create_link(body, idempotency_key=pending.key)

    @property
    def _name(self) -> str:
        return f"paying.{self.loan_id}"
