"""Drawing on a line of credit: how much, in how many parts, what it costs, and the loan that comes of it."""

import flet as ft
from msgspec.structs import replace

from app.stores import reads
from app.stores.estimate import Estimate
from app.stores.root import Store
from shared.api.servicing import CreditLineOut, CreditLineStatus, DrawIn, LoanOut, SimulationOut
from shared.currency import exponent_of
from shared.money import Money
from shared.terms import LoanTerms


class DrawFlow(ft.Observable):
    """Observable; one for each visit. It begins with half of what is left."""

    def __init__(self, store: Store, line: CreditLineOut) -> None:
        self._store = store
        self.line = line
        self.action = store.action()
        whole = 10 ** exponent_of(line.limit.currency)
        self.least = min(line.available, Money.of(whole, line.limit.currency), key=lambda each: each.amount_minor)
        half = line.available.amount_minor // 2 // whole * whole
        self.amount = Money.of(max(half, self.least.amount_minor), line.limit.currency)
        self.instalments = line.terms.instalments
        self.is_amount_taken = True  # what is typed is taken as soon as it can be had
        self.estimate = Estimate(store)

    def choose(self, *, amount_minor: int | None = None, instalments: int | None = None) -> None:
        """Takes a choice; an earlier refusal was about another one."""
        self.action.clear()
        if amount_minor is not None:
            self.amount = Money.of(amount_minor, self.amount.currency)
        self.instalments = instalments or self.instalments

    def take(self, amount_minor: int | None) -> None:
        """Takes an amount, or None for one that is typed and can't be had."""
        self.is_amount_taken = amount_minor is not None
        self.choose(amount_minor=amount_minor)

    @property
    def terms(self) -> LoanTerms:
        """The line's, for what is chosen."""
        return replace(
            self.line.terms,
            principal_minor=self.amount.amount_minor,
            instalments=self.instalments,
            first_due_on=None,
        )

    @property
    def cost(self) -> SimulationOut | None:
        """What the draw would cost, were it paid out today; None while that is not known."""
        return self.estimate.of(self.terms)

    async def draw(self) -> LoanOut | None:
        """Draws; the money is then on its way. None where the platform refuses."""
        body = DrawIn(amount_minor=self.amount.amount_minor, instalments=self.instalments)
        servicing = self._store.client.servicing
        loan = await self.action.run(
            lambda: servicing.draw(self.line.id, body, idempotency_key=self.action.key((self.line.id, body)))
        )
        if loan is not None:
            reads.loan(self._store, loan.id).put(loan)
            await self._store.refresh(reads.HOME, reads.LOANS, reads.line_key(self.line.id))
        return loan


def can_draw(line: CreditLineOut | None) -> bool:
    """Whether there is anything to draw."""
    return line is not None and line.status is CreditLineStatus.OPEN and bool(line.available)
