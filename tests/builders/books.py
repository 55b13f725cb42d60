"""A tenant's books with something of every kind in them, sealed and signed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from backend.kernel.db import ReadTx, Tx
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.ledger import store
from backend.ledger.domain.chart import AccountKind, ChartEntry, Side
from backend.ledger.domain.closing import Late
from backend.ledger.domain.holds import Hold, HoldKind
from backend.ledger.domain.journal import Journal, Posting, credit, debit
from backend.ledger.domain.templates import Account
from backend.ledger.usecases.close_period import close_period
from backend.ledger.usecases.hold import place_hold, post_hold, void_hold
from backend.ledger.usecases.open_books import open_account
from backend.ledger.usecases.post import post, post_many, reverse
from backend.ledger.usecases.seal import seal
from backend.ledger.usecases.sign import rotate, sign
from shared.ids import new_id

T = TypeVar("T")
DAY = date(2026, 1, 5)
WALLET = ChartEntry(
    code="wallets",
    number=2500,
    name="Wallets",
    kind=AccountKind.LIABILITY,
    normal_side=Side.CREDIT,
    floor_minor=0,
)


@dataclass(frozen=True)
class Books:
    """One tenant's books, driven by hand."""

    services: Services
    tenant: Tenant

    @property
    def scope(self) -> Scope:
        return Scope.system(self.tenant.id, "tests")

    async def write(self, use: Callable[[Tx], Awaitable[T]]) -> T:
        """Runs `use` in a transaction of its own."""
        async with self.services.database.write(self.scope) as tx:
            return await use(tx)

    async def read(self, use: Callable[[ReadTx], Awaitable[T]]) -> T:
        """Runs `use` in a reading transaction of its own."""
        async with self.services.database.read(self.scope) as tx:
            return await use(tx)

    async def open_wallets(self) -> None:
        await self.write(lambda tx: open_account(tx, WALLET))

    async def fund(self, party: UUID | None, amount: int, key: str | None = None, on: date = DAY) -> None:
        """Pays `amount` into a party's wallet."""
        legs = (debit(Account.RAIL_CASH, amount, "NGN"), credit("wallets", amount, "NGN", party_id=party))
        await self.write(lambda tx: post(tx, a_move(*legs, key=key, on=on)))

    async def seal(self) -> int:
        """Seals everything: another test's transaction may hold that up for a moment."""
        count = 0
        async with asyncio.timeout(60):
            while True:
                while fresh := await self.write(seal):
                    count += fresh
                if not await self.read(_count_unsealed):
                    return count
                await asyncio.sleep(0.02)

    async def sign(self) -> None:
        """Signs all that is sealed."""

        async def once(tx: Tx) -> bool:
            return await sign(tx, await self.services.vault.keyring(tx), all_of_it=True)

        while await self.write(once):
            pass

    async def rotate(self) -> None:
        """Starts a new signing key."""

        async def once(tx: Tx) -> Any:
            return await rotate(tx, await self.services.vault.keyring(tx))

        await self.write(once)


def a_move(*legs: Posting, key: str | None = None, on: date = DAY, **more: Any) -> Journal:
    """A journal with these postings."""
    return Journal(key=key or new_id().hex, kind="move", effective_on=on, postings=legs, **more)


async def _count_unsealed(tx: ReadTx) -> int:
    return await store.count_unsealed(tx, await store.chain_end(tx))


async def fill(books: Books) -> None:
    """Something of every kind, in two signed blocks under two keys, and a few entries after them."""
    party, loan = new_id(), new_id()
    await books.open_wallets()
    await books.fund(party, 1_000)
    lent = (debit(Account.LOANS_PRINCIPAL, 500, "NGN", loan_id=loan), credit(Account.RAIL_CASH, 500, "NGN"))
    first = await books.write(
        lambda tx: post(tx, a_move(*lent, source="tests", source_id=loan, metadata={"desk": "7"}))
    )
    await books.write(lambda tx: reverse(tx, first.id, key="undo", effective_on=DAY))
    await books.seal()
    await books.sign()
    await books.rotate()

    now = books.services.database.clock.now()
    out = (debit("wallets", 60, "NGN", party_id=party), credit(Account.RAIL_CASH, 60, "NGN"))

    def held(key: str, **more: Any) -> Hold:
        fields = {"kind": HoldKind.HOLD, **more}
        return Hold(key=key, account="wallets", amount_minor=100, currency="NGN", party_id=party, **fields)

    posted = await books.write(lambda tx: place_hold(tx, held("posted", expires_at=now + timedelta(days=1))))
    voided = await books.write(lambda tx: place_hold(tx, held("voided", kind=HoldKind.QUEUED_DEBIT)))
    await books.write(lambda tx: place_hold(tx, held("open", expires_at=now + timedelta(days=9), source_id=loan)))
    await books.write(lambda tx: post_hold(tx, posted.id, a_move(*out, key="capture")))
    await books.write(lambda tx: void_hold(tx, voided.id))
    await books.write(lambda tx: close_period(tx, DAY - timedelta(days=1), Late.MOVE))
    late = (debit(Account.RAIL_CASH, 9, "KWD"), credit(Account.CAPITAL, 9, "KWD"))
    await books.write(lambda tx: post_many(tx, [a_move(*late, on=DAY - timedelta(days=30)), a_move(*late)]))
    await books.seal()
    await books.sign()
    await books.write(lambda tx: post(tx, a_move(*late)))
    await books.seal()
    await books.write(lambda tx: post(tx, a_move(*late)))
