"""Two-phase money and closing periods on a real PostgreSQL, with everybody at once."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.kernel.db import Tx, sqlstate
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.ledger.domain.closing import Late
from backend.ledger.domain.holds import Hold, HoldKind, Outcome, PlacedHold
from backend.ledger.domain.journal import Journal, credit, debit
from backend.ledger.domain.templates import Account
from backend.ledger.errors import (
    AccountUnfit,
    BalanceTooLow,
    HoldEnded,
    HoldKeyReused,
    HoldNotFound,
    HoldTooSmall,
    JournalMalformed,
    PeriodClosed,
)
from backend.ledger.invariants import is_balanced, is_whole
from backend.ledger.store import balances, holds
from backend.ledger.usecases.close_period import close_period
from backend.ledger.usecases.hold import expire_holds, place_hold, post_hold, void_hold
from backend.ledger.usecases.post import post, post_each
from shared.errors import CaasError
from shared.ids import new_id
from tests.builders.books import DAY, Books, a_move

PARTY = new_id()


@pytest.fixture
async def books(services: Services, tenant: Tenant) -> Books:
    books = Books(services, tenant)
    await books.open_wallets()
    await books.fund(PARTY, 1_000)
    return books


def a_hold(amount: int = 100, **more: Any) -> Hold:
    fields: dict[str, Any] = {"key": new_id().hex, "account": "wallets", "currency": "NGN", "party_id": PARTY, **more}
    return Hold(amount_minor=amount, **fields)


def out(amount: int, key: str | None = None) -> Journal:
    return a_move(debit("wallets", amount, "NGN", party_id=PARTY), credit(Account.RAIL_CASH, amount, "NGN"), key=key)


async def kept(books: Books) -> tuple[int, int, int, int]:
    """Balance, holds, queued debits, and what is available."""
    found = await books.read(lambda tx: balances.kept(tx, "wallets", loan_id=None, party_id=PARTY))
    row = found[0]
    return row.balance_minor, row.held_minor, row.queued_minor, row.available_minor


async def test_available_is_the_balance_less_holds_less_queued_debits(books: Books) -> None:
    await books.write(lambda tx: place_hold(tx, a_hold(300)))
    await books.write(lambda tx: place_hold(tx, a_hold(200, kind=HoldKind.QUEUED_DEBIT)))

    assert await kept(books) == (1_000, 300, 200, 500)
    with pytest.raises(BalanceTooLow):
        await books.write(lambda tx: post(tx, out(501)))
    await books.write(lambda tx: post(tx, out(500)))
    assert await kept(books) == (500, 300, 200, 0)
    with pytest.raises(BalanceTooLow):
        await books.write(lambda tx: place_hold(tx, a_hold(1)))
    assert await books.read(is_whole) == []


async def test_a_hold_is_posted_in_part_and_the_rest_is_free(books: Books) -> None:
    placed = await books.write(lambda tx: place_hold(tx, a_hold(300)))

    with pytest.raises(HoldTooSmall):
        await books.write(lambda tx: post_hold(tx, placed.id, out(301)))
    idle = a_move(debit(Account.RAIL_CASH, 1, "NGN"), credit(Account.CAPITAL, 1, "NGN"))
    with pytest.raises(JournalMalformed):
        await books.write(lambda tx: post_hold(tx, placed.id, idle))
    assert await kept(books) == (1_000, 300, 0, 700)
    await books.write(lambda tx: post_hold(tx, placed.id, out(120, "part")))

    assert await kept(books) == (880, 0, 0, 880)
    again = await books.write(lambda tx: post_hold(tx, placed.id, out(120, "part")))
    assert again.replayed
    with pytest.raises(HoldEnded):
        await books.write(lambda tx: post_hold(tx, placed.id, out(1, "other")))
    with pytest.raises(HoldEnded):
        await books.write(lambda tx: void_hold(tx, placed.id))
    with pytest.raises(HoldNotFound):
        await books.write(lambda tx: void_hold(tx, new_id()))
    assert await kept(books) == (880, 0, 0, 880)


async def test_a_hold_is_placed_once_for_its_key_and_voided_once(books: Books) -> None:
    first = await books.write(lambda tx: place_hold(tx, a_hold(300, key="k")))
    second = await books.write(lambda tx: place_hold(tx, a_hold(300, key="k")))

    assert (second.id, second.replayed) == (first.id, True)
    with pytest.raises(HoldKeyReused):
        await books.write(lambda tx: place_hold(tx, a_hold(301, key="k")))
    assert await kept(books) == (1_000, 300, 0, 700)
    for _ in range(2):
        voided = await books.write(lambda tx: void_hold(tx, first.id))
        assert voided.end is not None
        assert voided.end.outcome is Outcome.VOIDED
    assert await kept(books) == (1_000, 0, 0, 1_000)


async def test_what_has_expired_is_freed_and_can_not_be_posted(books: Books) -> None:
    now = books.services.database.clock.now()
    stale = await books.write(lambda tx: place_hold(tx, a_hold(300, expires_at=now - timedelta(seconds=1))))
    await books.write(lambda tx: place_hold(tx, a_hold(200, expires_at=now + timedelta(days=1))))

    with pytest.raises(HoldEnded):
        await books.write(lambda tx: post_hold(tx, stale.id, out(1)))
    assert await books.write(expire_holds) == 1
    assert await books.write(expire_holds) == 0
    assert await kept(books) == (1_000, 200, 0, 800)
    ended = await books.read(lambda tx: holds.by_id(tx, stale.id))
    assert ended is not None
    assert ended.end is not None
    assert ended.end.outcome is Outcome.EXPIRED


async def test_nothing_is_held_where_nothing_is_kept(books: Books) -> None:
    with pytest.raises(AccountUnfit):
        await books.write(lambda tx: place_hold(tx, a_hold(1, account="rail_cash", party_id=None)))
    with pytest.raises(BalanceTooLow):
        await books.write(lambda tx: place_hold(tx, a_hold(1, party_id=new_id())))


async def test_holds_race_captures_voids_and_payments_and_nothing_is_lost(books: Books) -> None:
    outcomes: Counter[str] = Counter()

    async def life(number: int) -> None:
        try:
            placed: PlacedHold = await books.write(lambda tx: place_hold(tx, a_hold(90)))
        except BalanceTooLow:
            outcomes["refused"] += 1
            return
        outcomes["placed"] += 1

        async def capture() -> str:
            await books.write(lambda tx: post_hold(tx, placed.id, out(60, f"capture-{number}")))
            return "captured"

        async def void() -> str:
            await books.write(lambda tx: void_hold(tx, placed.id))
            return "voided"

        for outcome in await asyncio.gather(capture(), void(), capture(), void(), return_exceptions=True):
            assert isinstance(outcome, str | HoldEnded), outcome
            if isinstance(outcome, str):
                outcomes[outcome] += 1

    async def pay(number: int) -> None:
        try:
            await books.write(lambda tx: post(tx, out(35, f"pay-{number}")))
            outcomes["paid"] += 1
        except BalanceTooLow:
            outcomes["refused"] += 1

    await asyncio.gather(*[life(n) for n in range(30)], *[pay(n) for n in range(20)])

    captured = int(
        await books.read(lambda tx: tx.scalar(text("SELECT count(*) FROM ledger_hold_end WHERE outcome = 'posted'")))
    )
    assert await kept(books) == (balance := 1_000 - 60 * captured - 35 * outcomes["paid"], 0, 0, balance)
    assert balance >= 0
    assert await books.read(is_whole) == []


async def test_fifty_writers_race_one_floor_in_one_batch_and_the_first_ten_win(books: Books) -> None:
    journals = [out(100, f"race-{number}") for number in range(50)]

    answers = await books.write(lambda tx: post_each(tx, journals))

    refused = [isinstance(answer, CaasError) for answer in answers]
    assert refused == [False] * 10 + [True] * 40
    assert {type(answer) for answer in answers if isinstance(answer, CaasError)} == {BalanceTooLow}
    assert await kept(books) == (0, 0, 0, 0)
    assert await books.read(is_whole) == []


async def test_what_a_batch_takes_before_it_brings_it_is_refused(books: Books) -> None:
    other = new_id()
    taking = a_move(debit("wallets", 5, "NGN", party_id=other), credit(Account.RAIL_CASH, 5, "NGN"))
    bringing = a_move(debit(Account.RAIL_CASH, 5, "NGN"), credit("wallets", 5, "NGN", party_id=other))

    wrong = await books.write(lambda tx: post_each(tx, [taking, bringing]))
    right = await books.write(lambda tx: post_each(tx, [taking]))

    assert [isinstance(answer, BalanceTooLow) for answer in (*wrong, *right)] == [True, False, False]
    assert await books.read(is_whole) == []


async def test_a_period_closes_under_load_and_what_is_in_it_stands(books: Books) -> None:
    outcomes: Counter[str] = Counter()
    seen: list[int] = []

    async def poster(number: int) -> None:
        for turn in range(6):
            move = a_move(debit(Account.RAIL_CASH, 1, "NGN"), credit(Account.CAPITAL, 1, "NGN"), key=f"{number}-{turn}")
            try:
                await books.write(lambda tx: post(tx, move))  # noqa: B023
                outcomes["posted"] += 1
            except PeriodClosed:
                outcomes["refused"] += 1

    async def total(tx: Tx) -> int:
        counted = text("SELECT count(*) FROM ledger_journal WHERE effective_on <= :day AND kind = 'move'")
        return int(await tx.scalar(counted, {"day": DAY}))

    async def close() -> None:
        await asyncio.sleep(0.02)

        async def closes(tx: Tx) -> None:
            await close_period(tx, DAY, Late.REFUSE)
            seen.append(await total(tx))

        await books.write(closes)

    await asyncio.gather(*[poster(number) for number in range(10)], close())

    assert outcomes["posted"] + outcomes["refused"] == 60
    assert await books.write(total) == seen[0]
    with pytest.raises(PeriodClosed) as refusal:
        await books.write(lambda tx: post(tx, out(1)))
    assert refusal.value.params == {"on": "2026-01-05", "closed_through": "2026-01-05"}
    await books.write(lambda tx: close_period(tx, DAY - timedelta(days=1)))
    await books.write(lambda tx: post(tx, out(1)))
    assert await books.read(is_balanced) == []


async def test_a_late_entry_is_moved_when_so_set_and_replays_as_it_stands(books: Books) -> None:
    await books.write(lambda tx: close_period(tx, DAY, Late.MOVE))

    moved = await books.write(lambda tx: post(tx, out(7, "late")))
    batch = await books.write(lambda tx: post_each(tx, [out(7, "late"), out(8, "later")]))

    assert moved.moved_to == DAY + timedelta(days=1)
    assert [(each.effective_on, each.replayed) for each in batch if not isinstance(each, CaasError)] == [
        (moved.moved_to, True),
        (moved.moved_to, False),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_balance SET balance_minor = 10",
        (
            "INSERT INTO ledger_balance (account, currency, loan_id, party_id, balance_minor, floor_minor)"
            " VALUES ('wallets', 'NGN', uuidv7(), uuidv7(), 5, 0)"
        ),
        "DELETE FROM ledger_balance",
        "DELETE FROM ledger_open_hold",
        "SELECT ledger_reserve(h, -1) FROM ledger_hold h",
        (
            "INSERT INTO ledger_chart (code, number, name, kind, normal_side, postable)"
            " VALUES ('mine', 9, 'Mine', 'asset', 'debit', true)"
        ),
        "ALTER TABLE ledger_posting DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        (
            "INSERT INTO ledger_hold_end (hold_id, id, outcome, posted_minor, posted_at)"
            " SELECT id, uuidv7(), 'expired', 0, now() FROM ledger_hold"
        ),
        (
            "INSERT INTO ledger_closing (number, id, closed_through, late, actor, posted_at)"
            " VALUES (7, uuidv7(), '2026-01-01', 'refuse', 'me', now())"
        ),
        (
            "INSERT INTO ledger_hold_end (hold_id, id, outcome, posted_minor, posted_at)"
            " VALUES (uuidv7(), uuidv7(), 'voided', 0, now())"
        ),
    ],
)
async def test_the_applications_role_can_not_bend_what_the_database_keeps(books: Books, statement: str) -> None:
    await books.write(lambda tx: place_hold(tx, a_hold(100)))
    before = await kept(books)

    with pytest.raises(Exception) as refusal:  # noqa: PT011 -- which one, is what is asked
        await books.write(lambda tx: tx.execute(text(statement)))

    assert isinstance(refusal.value, DBAPIError), refusal.value
    assert sqlstate(refusal.value) in {"42501", "CL003", "CL008", "23503"}
    assert await kept(books) == before


async def test_another_tenants_books_are_neither_read_nor_written(
    books: Books, services: Services, tenant: Tenant
) -> None:
    from tests.builders import platform

    other = Books(services, await platform.new_tenant(services))
    for table in (
        "ledger_balance",
        "ledger_hold",
        "ledger_journal",
        "ledger_posting",
        "ledger_account",
        "ledger_whole",
    ):
        assert await other.read(lambda tx: tx.scalar(text(f"SELECT count(*) FROM {table}"))) == 0  # noqa: B023
    for view in ("ledger_entry", "ledger_unsealed(NULL)"):
        assert await other.read(lambda tx: tx.scalar(text(f"SELECT count(*) FROM {view}"))) == 0  # noqa: B023
    placed = await books.write(lambda tx: place_hold(tx, a_hold(100)))
    with pytest.raises(HoldNotFound):
        await other.write(lambda tx: void_hold(tx, placed.id))
    assert await kept(books) == (1_000, 100, 0, 900)
