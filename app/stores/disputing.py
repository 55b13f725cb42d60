"""Saying what is wrong with a loan: which movement, why, what shows it; nothing is sent before it was looked at.

What was said so far is kept on the device, so that a lost window or a call in between costs nothing but the files.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import flet as ft
import msgspec

from app.platform.port import Picked
from app.stores import support
from app.stores.amounts import typed_minor
from app.stores.files import PICTURES, upload_of
from app.stores.problem import Kind, Problem
from app.stores.root import Store
from shared.api.disputes import DisputedKind, DisputeIn, DisputeOut, DisputeReason
from shared.api.servicing import InstalmentOut, InstalmentStatus, ScheduleOut, TransactionKind, TransactionOut
from shared.ids import new_id
from shared.money import Money

MAX_WORDS, MAX_FILES = 2000, 10
CHARGES = frozenset({TransactionKind.FEE, TransactionKind.PENALTY})
_R = DisputeReason
REASONS = {
    DisputedKind.TRANSACTION: (_R.WRONG_AMOUNT, _R.CHARGED_TWICE, _R.NOT_MINE, _R.OTHER),
    DisputedKind.CHARGE: (_R.NOT_AGREED, _R.WRONG_AMOUNT, _R.CHARGED_TWICE, _R.OTHER),
    DisputedKind.INSTALMENT: (_R.PAID_ALREADY, _R.WRONG_AMOUNT, _R.NOT_AGREED, _R.OTHER),
}


class Page(StrEnum):
    """The pages, in their order."""

    WHAT = "what"
    WHY = "why"
    TELL = "tell"
    CHECK = "check"


_PAGES = tuple(Page)


@dataclass(frozen=True)
class Item:
    """What can be disputed: a movement, or an instalment by its number."""

    kind: DisputedKind
    amount: Money
    moved: TransactionOut | None = None
    instalment: InstalmentOut | None = None

    @property
    def key(self) -> str:
        """What it is known by on the screen."""
        return str(self.moved.id) if self.moved is not None else f"instalment {self.number}"

    @property
    def number(self) -> int | None:
        """The instalment's."""
        return self.instalment.number if self.instalment is not None else None

    @classmethod
    def of(cls, moved: TransactionOut) -> "Item":
        """A movement, which is a charge or another transaction."""
        kind = DisputedKind.CHARGE if moved.kind in CHARGES else DisputedKind.TRANSACTION
        return cls(kind=kind, amount=moved.amount, moved=moved)

    @classmethod
    def due(cls, row: InstalmentOut) -> "Item":
        """An instalment."""
        return cls(kind=DisputedKind.INSTALMENT, amount=row.total, instalment=row)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A report that is not sent. `files` are names: the files themselves stay with the borrower.

    `key` is the idempotency key of the try whose answer never came: the same words are sent under it again.
    """

    about: str  # the key of an item
    page: Page
    reason: DisputeReason | None = None
    details: str = ""
    amount: str = ""
    files: tuple[str, ...] = ()
    key: str = ""


def next_open(schedule: ScheduleOut | None) -> InstalmentOut | None:
    """The instalment that a missing payment was meant for: the first that is not paid."""
    rows = schedule.rows if schedule is not None else []
    return next((row for row in rows if row.status is not InstalmentStatus.PAID), None)


def items_of(moved: Iterable[TransactionOut] | None, schedule: ScheduleOut | None) -> list[Item]:
    """All that can be disputed of a loan."""
    rows = schedule.rows if schedule is not None else []
    return [*map(Item.of, moved or ()), *map(Item.due, rows)]


class DisputeFlow(ft.Observable):
    """Observable; one for each visit. Files are held here until there is a dispute to put them on.

    `lost` names the files of an earlier visit, which have to be chosen again.
    """

    def __init__(self, store: Store, loan_id: UUID) -> None:
        self._store = store
        self.loan_id = loan_id
        self.action = store.action()
        self.page = Page.WHAT
        self.item: Item | None = None
        self.reason: DisputeReason | None = None
        self.details = ""
        self.amount = ""
        self.files: list[Picked] = []
        self.lost: tuple[str, ...] = ()
        self.opened: DisputeOut | None = None
        self._key = ""

    async def take_up(self, items: Iterable[Item], about: UUID | None) -> None:
        """Goes on where the borrower stopped, or begins with the movement `about`, where they came from one."""
        if self.item is not None:
            return
        by_key = {each.key: each for each in items}
        draft = await self._store.kept(self._name, Draft)
        came_from = str(about) if about is not None else None
        if draft is not None and draft.about in by_key and came_from in {None, draft.about}:
            self._restore(draft, by_key[draft.about])
        elif came_from in by_key:
            await self.choose(by_key[came_from])

    def show(self, page: str) -> None:
        """Goes to a page whose questions before it are answered, as long as nothing is sent."""
        ready = {Page.WHAT: True, Page.WHY: self.item is not None, Page.TELL: self.reason is not None}
        if self.opened is None and page in {*Page} and (ready | {Page.CHECK: self.may_check})[Page(page)]:
            self.action.clear()
            self.page = Page(page)

    async def choose(self, item: Item, reason: DisputeReason | None = None) -> None:
        """Takes what it is about, and why where that is clear by itself."""
        self.action.clear()
        self.item, self.reason, self.amount = item, reason, ""
        self.page = Page.WHY if reason is None else Page.TELL
        await self._keep()

    async def because(self, reason: DisputeReason) -> None:
        """Takes why."""
        self.reason, self.page = reason, Page.TELL
        await self._keep()

    async def tell(self, words: str) -> None:
        """Takes the borrower's own words."""
        self.details = words[:MAX_WORDS]
        await self._keep()

    async def narrow(self, typed: str) -> None:
        """Takes which part of the amount is wrong, as it was typed; nothing typed is all of it."""
        self.amount = typed
        await self._keep()

    @property
    def minor(self) -> int | None:
        """The part that is wrong, in minor units; None for all of it."""
        return typed_minor(self.amount, self.item.amount.currency) if self.item is not None else None

    @property
    def is_amount_fine(self) -> bool:
        """Whether what was typed is a part of what it is about."""
        if not self.amount.strip() or self.item is None:
            return True
        return self.minor is not None and 0 < self.minor <= self.item.amount.amount_minor

    @property
    def may_check(self) -> bool:
        """Whether enough was said."""
        return bool(self.details.strip()) and self.is_amount_fine

    async def check(self) -> None:
        """Goes to the review."""
        if self.may_check:
            self.page = Page.CHECK
            await self._keep()

    async def back(self) -> bool:
        """Goes to the page before; False on the first."""
        self.action.clear()
        at = _PAGES.index(self.page)
        if at == 0:
            return False
        self.page = _PAGES[at - 1]
        await self._keep()
        return True

    async def add_file(self) -> None:
        """Has the borrower choose a picture or a document."""
        self.action.clear()
        try:
            picked = await self._store.platform.pick_file(PICTURES)
        except ValueError:
            too_large = self._store.words.say("The file is larger than 10 MB. Choose a smaller one.")
            self.action.fail(Problem(kind=Kind.REFUSED, code="file_too_large", detail=too_large))
            return
        if picked is not None:
            self.files = [*self.files, picked]
            self.lost = tuple(each for each in self.lost if each != picked.name)
            await self._keep()

    async def drop_file(self, picked: Picked) -> None:
        """Takes a file out again."""
        self.action.clear()
        self.files = [each for each in self.files if each is not picked]
        await self._keep()

    async def send(self) -> DisputeOut | None:
        """Opens the dispute once, then hands in each file; None while something has not arrived."""
        if self.opened is None:
            self.opened = await self._open()
        if self.opened is None:
            return None
        opened, disputes = self.opened, self._store.client.disputes
        while self.files:
            upload = upload_of(self.files[0])
            key = self.action.key((opened.id, upload.filename, len(upload.content)))
            if await self.action.run(lambda: disputes.add_evidence(opened.id, upload, idempotency_key=key)) is None:  # noqa: B023 -- run at once
                return None
            self.files = self.files[1:]
        await self._store.refresh(support.disputes_key(self.loan_id), support.dispute_key(opened.id))
        return opened

    async def _open(self) -> DisputeOut | None:
        item, reason = self.item, self.reason
        if item is None or reason is None or not self.may_check:
            return None
        body = DisputeIn(
            kind=item.kind,
            transaction_id=item.moved.id if item.moved is not None else None,
            instalment=item.number,
            reason=reason,
            details=self.details.strip(),
            amount_minor=self.minor if self.amount.strip() else None,
        )
        disputes = self._store.client.disputes
        self._key = key = self._key or str(new_id())
        await self._store.keep(self._name, self._draft(item))
        opened = await self.action.run(lambda: disputes.open(self.loan_id, body, idempotency_key=key))
        if opened is not None:
            await self._store.keep(self._name, None)
        elif self.action.problem is not None and self.action.problem.is_settled:
            await self._keep()  # it was answered: the next try is a new one
        return opened

    def _restore(self, draft: Draft, item: Item) -> None:
        self.item, self.reason, self.page = item, draft.reason, draft.page
        self.details, self.amount = draft.details, draft.amount
        self.lost, self._key = draft.files, draft.key

    async def _keep(self) -> None:
        """Keeps what was said on the device; whatever was changed is no longer what was tried under a key."""
        self._key = ""
        if self.item is not None and self.opened is None:
            await self._store.keep(self._name, self._draft(self.item))

    def _draft(self, item: Item) -> Draft:
        return Draft(
            about=item.key,
            page=self.page,
            reason=self.reason,
            details=self.details,
            amount=self.amount,
            files=(*self.lost, *(each.name for each in self.files)),
            key=self._key,
        )

    @property
    def _name(self) -> str:
        return f"disputing.{self.loan_id}"
