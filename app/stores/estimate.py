"""What a choice of credit would cost; never what another choice would."""

import asyncio
from dataclasses import dataclass

import flet as ft

from app.stores.root import Store
from shared.api.servicing import SimulationIn, SimulationOut
from shared.client.errors import ClientError
from shared.terms import LoanTerms

_SETTLES_S = 0.25  # as long as a choice stays before it is asked about: a slider passes many


@dataclass(frozen=True)
class Asked:
    """Terms, and what the platform said of them so far."""

    terms: LoanTerms | None = None
    cost: SimulationOut | None = None
    failed: bool = False


class Estimate(ft.Observable):
    """Observable; one for each choice that moves. It holds the last terms that were asked about."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.last = Asked()

    def of(self, terms: LoanTerms) -> SimulationOut | None:
        """What these terms cost; None while that is not known."""
        return self.last.cost if terms == self.last.terms else None

    def has_failed(self, terms: LoanTerms) -> bool:
        """Whether it was asked what these terms cost, in vain."""
        return self.last.failed and terms == self.last.terms

    async def ask(self, terms: LoanTerms) -> None:
        """Asks what these terms cost, unless others are asked about meanwhile."""
        self.last = asked = Asked(terms)
        await asyncio.sleep(_SETTLES_S)
        if self.last is not asked:
            return
        try:
            cost = await self._store.client.servicing.simulate(SimulationIn(terms=terms))
        except ClientError:
            cost = None
        if self.last is asked:
            self.last = Asked(terms, cost, failed=cost is None)
