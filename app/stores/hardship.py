"""Saying that one can't pay as agreed, and choosing among the plans that the platform works out."""

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import flet as ft
from msgspec.structs import replace

from app.stores import support
from app.stores.amounts import typed_minor
from app.stores.root import Store
from shared.api.arrears import (
    AgreeIn,
    ArrearsOut,
    BudgetIn,
    Every,
    HardshipIn,
    HardshipKind,
    HardshipOut,
    HardshipStatus,
    PlanOut,
    PromiseOut,
)

LIVING = frozenset({HardshipStatus.OPEN, HardshipStatus.AGREED})
DELAYS = (3, 7, 14)  # days
MAX_WORDS = 2000


class Line(StrEnum):
    """The lines of a month's budget."""

    INCOME = "income"
    ESSENTIALS = "essentials"
    OTHER_DEBTS = "other_debts"


class HardshipFlow(ft.Observable):
    """Observable; one for each visit. What the borrower confides stays in memory until it is sent."""

    def __init__(self, store: Store, loan_id: UUID) -> None:
        self._store = store
        self.loan_id = loan_id
        self.action = store.action()
        self.kind: HardshipKind | None = None
        self.delay_days = 7
        self.affordable = ""
        self.every = Every.TWO_WEEKS
        self.circumstances = ""
        self.month: dict[Line, str] = dict.fromkeys(Line, "")
        self.chosen: UUID | None = None

    def choose(self, kind: HardshipKind) -> None:
        """Takes what would help."""
        self.action.clear()
        self.kind = kind

    def delay(self, days: str) -> None:
        """Takes how many days more are needed."""
        self.delay_days = int(days)

    def afford(self, typed: str) -> None:
        """Takes what can be paid at a time, as it was typed."""
        self.action.clear()
        self.affordable = typed

    def pace(self, every: str) -> None:
        """Takes how often something can be paid."""
        self.every = Every(every)

    def confide(self, words: str) -> None:
        """Takes the borrower's own words."""
        self.circumstances = words[:MAX_WORDS]

    def reckon(self, line: Line, typed: str) -> None:
        """Takes one line of the month, as it was typed."""
        self.month = self.month | {line: typed}

    def budget(self, currency: str) -> BudgetIn | None:
        """The month in minor units; None while what comes in, what is needed, or a debt can't be read."""
        read = {line: typed_minor(typed, currency) for line, typed in self.month.items()}
        income, essentials, debts = (read[line] for line in Line)
        if income is None or essentials is None or (debts is None and self.month[Line.OTHER_DEBTS].strip()):
            return None
        return BudgetIn(income_minor=income, essentials_minor=essentials, other_debts_minor=debts or 0)

    def look_at(self, plan: PlanOut | None) -> None:
        """Goes to the review of a plan, or back to all of them."""
        self.action.clear()
        self.chosen = plan.id if plan is not None else None

    def wanted(self, found: ArrearsOut, today: date) -> HardshipIn | None:
        """What is to be sent; None while something is missing."""
        match self.kind:
            case HardshipKind.SHORT_DELAY:
                asked = HardshipIn(kind=self.kind, delay_until=today + timedelta(days=self.delay_days))
            case HardshipKind.SMALLER_AMOUNTS:
                minor = typed_minor(self.affordable, found.past_due.currency)
                if not minor:
                    return None
                asked = HardshipIn(kind=self.kind, can_pay_minor=minor, every=self.every)
            case HardshipKind.CANNOT_PAY:
                asked = HardshipIn(kind=self.kind)
            case _:
                return None
        words, month = self.circumstances.strip() or None, self.budget(found.past_due.currency)
        return replace(asked, circumstances=words, budget=month)

    async def ask(self, wanted: HardshipIn) -> None:
        """Opens the case; its plans show."""
        key = self.action.key(wanted)
        arrears = self._store.client.arrears
        opened = await self.action.run(lambda: arrears.open_case(self.loan_id, wanted, idempotency_key=key))
        if opened is not None:
            self.circumstances, self.month = "", dict.fromkeys(Line, "")
            await self._again()

    async def agree(self, case: HardshipOut, plan: PlanOut) -> None:
        """Takes a plan after it was looked at."""
        body = AgreeIn(plan_id=plan.id)
        key = self.action.key((case.id, body))
        arrears = self._store.client.arrears
        agreed = await self.action.run(lambda: arrears.agree(case.id, body, idempotency_key=key))
        if agreed is not None:
            self.chosen = None
            await self._again()

    async def withdraw(self, case: HardshipOut) -> None:
        """Ends the case."""
        key = self.action.key(("withdraw", case.id))
        arrears = self._store.client.arrears
        if await self.action.run(lambda: arrears.withdraw_case(case.id, idempotency_key=key)) is not None:
            self.kind, self.chosen = None, None
            await self._again()

    async def take_back(self, promise: PromiseOut) -> None:
        """Takes back a promise that was made by itself, as in a chat."""
        if await self.action.run(lambda: self._store.client.arrears.withdraw_promise(promise.id)) is not None:
            await self._again()

    async def _again(self) -> None:
        await support.arrears(self._store, self.loan_id).refresh()
