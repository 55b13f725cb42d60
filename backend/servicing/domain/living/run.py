"""One replay under way: the rows, the plan, what was posted, and what the borrower has in credit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from backend.servicing.domain.living.charges import Charge
from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.foresight import DueOn
from backend.servicing.domain.living.happenings import AnyEvent, Kind
from backend.servicing.domain.living.plan import Plan
from backend.servicing.domain.living.rows import INTEREST, LEGS, PRINCIPAL, Row, none


class Posting:
    """What one event did to the loan: its amount, split over the legs, and the part that was too much."""

    __slots__ = (
        "amount",
        "balance",
        "event",
        "kind",
        "on",
        "over",
        "reason",
        "rows",
        "seq",
        "settled",
        "split",
        "void",
    )

    def __init__(self, event: AnyEvent, kind: Kind, on: date, amount: int) -> None:
        """An amount that was not allocated yet."""
        self.event, self.seq = event, event.seq
        self.kind, self.on, self.amount = kind, on, amount
        self.split, self.over, self.balance = none(), 0, 0
        self.void = False  # it turned out to do nothing
        self.reason = ""
        self.settled = none()  # what of the split was paid at once, out of the borrower's credit
        self.rows: dict[int, tuple[Row, list[int]]] = {}

    def take(self, row: Row, leg: int, amount: int) -> None:
        """Notes that `amount` went to a leg of `row`."""
        if amount:
            self.split[leg] += amount
            self.share_of(row)[leg] += amount

    def share_of(self, row: Row) -> list[int]:
        """What went to `row` so far."""
        return self.rows.setdefault(id(row), (row, none()))[1]

    def becomes(self, split: list[int]) -> None:
        """Sets the split, which is then the whole amount."""
        self.split = split
        self.amount = sum(split)


@dataclass(frozen=True, slots=True)
class Verbs:
    """What a step may ask of its own replay: a posting anew, and the loan as other events would have left it."""

    repeat: Callable[["Run", Posting], None]
    replay: Callable[[Contract, tuple[AnyEvent, ...], date], "Run"]


class Run:
    """All that a replay works on."""

    __slots__ = (
        "as_of",
        "charged_off",
        "charges",
        "contract",
        "credit",
        "due_memo",
        "events",
        "paying_off",
        "plan",
        "posted",
        "refunded_interest",
        "rows",
        "skipped",
        "terminated",
        "verbs",
        "written_off",
    )

    def __init__(
        self, contract: Contract, plan: Plan, rows: list[Row], events: tuple[AnyEvent, ...], verbs: Verbs
    ) -> None:
        """A loan to which nothing happened yet."""
        self.contract, self.plan, self.rows, self.events, self.verbs = contract, plan, rows, events, verbs
        self.posted: list[Posting] = []
        self.charges: list[Charge] = []
        self.credit = 0
        self.refunded_interest = 0
        self.charged_off = self.written_off = self.terminated = self.paying_off = False
        self.skipped: set[int] = set()
        self.due_memo: dict[tuple[date, date, date], DueOn] = {}  # while one payment is allocated

    @property
    def recalculating(self) -> bool:
        """Whether payments still move the plan."""
        ended = self.charged_off or self.written_off or self.terminated
        return self.contract.recalculates_interest and not ended

    @property
    def disbursed_on(self) -> date:
        """When money was first paid out."""
        return next(posting.on for posting in self.posted if posting.kind is Kind.DISBURSEMENT)

    def posting_of(self, seq: int | None) -> Posting | None:
        """What the event numbered `seq` did, if it was replayed already."""
        return next((posting for posting in self.posted if posting.seq == seq), None)

    def sync_rows(self, day: date) -> None:
        """Copies what the plan lets fall due into the rows of the same dates."""
        self.plan.settle()
        by_dates = {(row.starts_on, row.due_on): row for row in reversed(self.rows) if not row.down_payment}
        for stage in self.plan.stages:
            row = by_dates.get((stage.start, stage.end))
            if row is not None:
                row.charged[PRINCIPAL], row.charged[INTEREST] = stage.due_principal, stage.due_interest
                row.credited[PRINCIPAL], row.credited[INTEREST] = stage.credited_principal, stage.credited_interest
                row.recheck(day)

    def sync_amounts(self) -> None:
        """As `sync_rows`, after overdue principal earned interest; whether a row is met is left as it was."""
        self.plan.settle()
        by_dates = {(row.starts_on, row.due_on): row for row in reversed(self.rows) if not row.down_payment}
        for stage in self.plan.stages:
            row = by_dates.get((stage.start, stage.end))
            if row is not None:
                row.charged[PRINCIPAL], row.charged[INTEREST] = stage.due_principal, stage.due_interest
                row.recalculated = True

    def renumber(self) -> None:
        """Puts the rows in the order of their dates, closes gaps between them and counts them."""
        self.rows.sort(key=lambda row: (row.due_on, row.starts_on))
        previous: date | None = None
        for number, row in enumerate(self.rows, start=1):
            row.number = number
            if previous is not None and row.starts_on != previous and not row.down_payment:
                row.starts_on = previous
            previous = row.due_on

    def total_open(self, leg: int) -> int:
        """What is owed on one leg of all rows."""
        return sum(row.open(leg) for row in self.rows)

    def open_split(self) -> list[int]:
        """What is owed on every leg."""
        return [self.total_open(leg) for leg in range(LEGS)]
