"""Promising to pay by a day, outside of any plan."""

from datetime import date, timedelta
from uuid import UUID

import flet as ft

from app.stores import support
from app.stores.amounts import typed_minor
from app.stores.root import Store
from shared.api.arrears import PromiseIn
from shared.money import Money

WITHIN = (1, 3, 7, 14)  # days; the platform takes no promise for later


class PromiseFlow(ft.Observable):
    """Observable; one for each visit."""

    def __init__(self, store: Store, loan_id: UUID) -> None:
        self._store = store
        self.loan_id = loan_id
        self.action = store.action()
        self.days = WITHIN[1]
        self.typed = ""

    def wait(self, days: str) -> None:
        """Takes in how many days it will be paid."""
        self.action.clear()
        self.days = int(days)

    def write(self, typed: str) -> None:
        """Takes the amount as it is typed; nothing typed means all that is late."""
        self.action.clear()
        self.typed = typed

    def wanted(self, past_due: Money, today: date) -> PromiseIn | None:
        """What would be promised; None where no amount can be read."""
        minor = typed_minor(self.typed, past_due.currency) if self.typed.strip() else past_due.amount_minor
        return PromiseIn(on=today + timedelta(days=self.days), amount_minor=minor) if minor else None

    async def promise(self, wanted: PromiseIn) -> None:
        """Makes the promise, once."""
        key = self.action.key(wanted)
        arrears = self._store.client.arrears
        made = await self.action.run(lambda: arrears.promise(self.loan_id, wanted, idempotency_key=key))
        if made is not None:
            self.typed = ""
            await support.arrears(self._store, self.loan_id).refresh()
