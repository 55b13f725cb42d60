"""Posting on a real PostgreSQL: what the database itself refuses, and what it does once."""

import asyncio
from datetime import date
from uuid import UUID

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.kernel.db import sqlstate
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.ledger import store
from backend.ledger.domain.journal import Journal, credit, debit
from backend.ledger.domain.templates import Account
from backend.ledger.errors import AccountNotFound, AlreadyReversed, BalanceTooLow, JournalKeyReused, JournalMalformed
from backend.ledger.usecases.post import post, post_many, reverse
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.ledger import UNGUARDED, a_journal, balanced_journals

LOAN = UUID("0190a000-0000-7000-8000-0000000000aa")


async def posted_count(services: Services, tenant: Tenant) -> int:
    async with services.database.read(scope_of(tenant)) as tx:
        return int(await tx.scalar(text("SELECT count(*) FROM ledger_journal")))


def scope_of(tenant: Tenant) -> Scope:
    return Scope.system(tenant.id, "tests")


async def test_a_journal_is_read_back_as_it_was_posted(services: Services, tenant: Tenant) -> None:
    journal = a_journal(description="naïve “quotes” \\ / 値", source="tests", source_id=new_id())

    async with services.database.write(scope_of(tenant)) as tx:
        answer = await post(tx, journal)

    async with services.database.read(scope_of(tenant)) as tx:
        stored = await store.journal(tx, answer.id)
    assert stored == answer
    assert stored is not None
    assert stored.journal.content_hash == stored.content_hash


@examples(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(journal=balanced_journals(accounts=UNGUARDED))
async def test_any_balanced_journal_survives_the_round_trip(
    services: Services, tenant: Tenant, journal: Journal
) -> None:
    journal = msgspec.structs.replace(journal, key=new_id().hex)
    async with services.database.write(scope_of(tenant)) as tx:
        answer = await post(tx, journal)
        assert await store.journal(tx, answer.id) == answer


async def test_the_same_journal_again_is_the_stored_one(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        first = await post(tx, a_journal())

    async with services.database.write(scope_of(tenant)) as tx:
        second = await post(tx, a_journal())

    assert (second.id, second.posted_at, second.replayed) == (first.id, first.posted_at, True)
    assert not first.replayed
    assert await posted_count(services, tenant) == 1


async def test_another_journal_under_the_same_key_is_refused_and_nothing_is_posted(
    services: Services, tenant: Tenant
) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await post(tx, a_journal())

    with pytest.raises(JournalKeyReused) as refusal:
        async with services.database.write(scope_of(tenant)) as tx:
            await post_many(tx, [a_journal("fresh"), a_journal(amount_minor=2)])

    assert refusal.value.params == {"key": "k"}
    assert await posted_count(services, tenant) == 1


async def test_twenty_callers_with_one_key_post_once(services: Services, tenant: Tenant) -> None:
    async def call() -> bool:
        async with services.database.write(scope_of(tenant)) as tx:
            return (await post(tx, a_journal())).replayed

    replays = await asyncio.gather(*[call() for _ in range(20)])

    assert sorted(replays) == [False] + [True] * 19
    assert await posted_count(services, tenant) == 1


async def test_a_batch_is_posted_as_a_whole_and_answers_in_order(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        first = await post(tx, a_journal("b"))
        answers = await post_many(tx, [a_journal("c"), a_journal("b"), a_journal("a"), a_journal("c")])

    assert [answer.journal.key for answer in answers] == ["c", "b", "a", "c"]
    assert [answer.replayed for answer in answers] == [False, True, False, True]
    assert answers[1].id == first.id
    assert answers[3].id == answers[0].id


async def test_an_account_that_is_not_in_the_chart_is_refused(services: Services, tenant: Tenant) -> None:
    journal = a_journal(postings=(debit("petty_cash", 1, "NGN"), credit(Account.CAPITAL, 1, "NGN")))

    with pytest.raises(AccountNotFound):
        async with services.database.write(scope_of(tenant)) as tx:
            await post(tx, journal)

    assert await posted_count(services, tenant) == 0


async def test_fifty_debits_of_a_hundred_from_a_thousand_leave_exactly_ten(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        lent = (
            debit(Account.LOANS_PRINCIPAL, 1_000, "NGN", loan_id=LOAN),
            credit(Account.RAIL_CASH, 1_000, "NGN"),
        )
        await post(tx, a_journal("lend", postings=lent))

    async def repay(n: int) -> bool:
        parts = (debit(Account.RAIL_CASH, 100, "NGN"), credit(Account.LOANS_PRINCIPAL, 100, "NGN", loan_id=LOAN))
        try:
            async with services.database.write(scope_of(tenant)) as tx:
                await post(tx, a_journal(f"repay-{n}", postings=parts))
        except BalanceTooLow:
            return False
        return True

    outcomes = await asyncio.gather(*[repay(n) for n in range(50)])

    assert outcomes.count(True) == 10
    assert await posted_count(services, tenant) == 11


async def test_a_guarded_account_is_guarded_for_each_loan(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        lent = (debit(Account.LOANS_PRINCIPAL, 9, "NGN", loan_id=LOAN), credit(Account.RAIL_CASH, 9, "NGN"))
        await post(tx, a_journal("lend", postings=lent))

    other = (debit(Account.RAIL_CASH, 1, "NGN"), credit(Account.LOANS_PRINCIPAL, 1, "NGN", loan_id=new_id()))
    with pytest.raises(BalanceTooLow) as refusal:
        async with services.database.write(scope_of(tenant)) as tx:
            await post(tx, a_journal("other", postings=other))

    assert refusal.value.params == {"account": "loans_principal", "currency": "NGN"}


async def test_a_reversal_undoes_and_happens_once(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        original = await post(tx, a_journal())
        undone = await reverse(tx, original.id, key="undo", effective_on=date(2026, 1, 6))
        again = await reverse(tx, original.id, key="undo", effective_on=date(2026, 1, 6))

    assert undone.journal.reverses == original.id
    assert again.id == undone.id
    with pytest.raises(AlreadyReversed):
        async with services.database.write(scope_of(tenant)) as tx:
            await reverse(tx, original.id, key="undo-2", effective_on=date(2026, 1, 6))
    with pytest.raises(JournalMalformed):
        async with services.database.write(scope_of(tenant)) as tx:
            await reverse(tx, undone.id, key="redo", effective_on=date(2026, 1, 6))


async def test_books_of_one_tenant_are_unseen_by_another(services: Services, tenant: Tenant) -> None:
    other = await platform.new_tenant(services)
    async with services.database.write(scope_of(tenant)) as tx:
        answer = await post(tx, a_journal())

    async with services.database.read(scope_of(other)) as tx:
        assert await store.journal(tx, answer.id) is None
    async with services.database.write(scope_of(other)) as tx:
        assert not (await post(tx, a_journal())).replayed


async def refusal_of(services: Services, tenant: Tenant, *statements: str) -> str | None:
    try:
        async with services.database.write(scope_of(tenant)) as tx:
            for statement in statements:
                await tx.execute(text(statement))
    except (DBAPIError, asyncpg.PostgresError) as refusal:
        return sqlstate(refusal)
    return None


HEAD = (
    "INSERT INTO ledger_journal"
    " (id, key, content_hash, kind, effective_on, description, source, posting_count, posted_at)"
    " VALUES ('0190a000-0000-7000-8000-0000000000bb', 'raw', sha256(''), 'raw', '2026-01-05', '', '', {count}, now())"
)
LINES = (
    "INSERT INTO ledger_posting (journal_id, line, account, currency, amount_minor, effective_on)"
    " SELECT '0190a000-0000-7000-8000-0000000000bb', line, 'rail_cash', currency, amount, '2026-01-05'"
    " FROM (VALUES {lines}) AS v (line, currency, amount)"
)


def whole(count: int, lines: str) -> str:
    """A journal and its postings in one statement, as the database wants them."""
    return f"WITH head AS ({HEAD.format(count=count)}) {LINES.format(lines=lines)}"


@pytest.mark.parametrize(
    ("_case", "statements", "state"),
    [
        ("no postings at all", [HEAD.format(count=2)], "CL003"),
        ("one posting only", [whole(1, "(1,'NGN',5)")], "23514"),
        ("unbalanced", [whole(2, "(1,'NGN',5),(2,'NGN',-4)")], "CL002"),
        ("balanced across currencies", [whole(2, "(1,'NGN',5),(2,'KWD',-5)")], "CL002"),
        ("nothing moved", [whole(2, "(1,'NGN',0),(2,'NGN',0)")], "23514"),
        ("more postings than announced", [whole(2, "(1,'NGN',5),(2,'NGN',-4),(3,'NGN',-1)")], "CL003"),
        (
            "a second helping in the same transaction",
            [whole(2, "(1,'NGN',5),(2,'NGN',-5)"), LINES.format(lines="(3,'NGN',5),(4,'NGN',-5)")],
            "CL003",
        ),
        ("in two halves", [whole(2, "(1,'NGN',5)"), LINES.format(lines="(2,'NGN',-5)")], "CL003"),
        (
            "the postings after the journal",
            [HEAD.format(count=2), LINES.format(lines="(1,'NGN',5),(2,'NGN',-5)")],
            "CL003",
        ),
        ("postings without a journal", [LINES.format(lines="(1,'NGN',5),(2,'NGN',-5)")], "CL003"),
        (
            "for another day",
            [whole(2, "(1,'NGN',5),(2,'NGN',-5)").replace("amount, '2026-01-05'", "amount, '2026-01-06'")],
            "CL003",
        ),
        (
            "in another transaction's name",
            [
                whole(2, "(1,'NGN',5),(2,'NGN',-5)")
                .replace(" posted_at)", " posted_at, xid)")
                .replace("now())", "now(), '3')")
            ],
            "CL003",
        ),
        ("on a heading", [whole(2, "(1,'NGN',5),(2,'NGN',-5)").replace("'rail_cash'", "'assets'")], "CL007"),
        ("in a unit that the account does not keep", [whole(2, "(1,'USDC',5),(2,'USDC',-5)")], "CL007"),
        (
            "reversing what is not there",
            [
                whole(2, "(1,'NGN',5),(2,'NGN',-5)")
                .replace(" posted_at)", " posted_at, reverses)")
                .replace("now())", "now(), uuidv7())")
            ],
            "CL003",
        ),
        (
            "for somebody else",
            [
                whole(2, "(1,'NGN',5),(2,'NGN',-5)")
                .replace("(id,", "(tenant_id, id,")
                .replace("VALUES (", "VALUES (uuidv7(), ", 1)
            ],
            "42501",
        ),
    ],
)
async def test_the_database_itself_refuses_what_is_not_a_whole_balanced_journal(
    services: Services, tenant: Tenant, _case: str, statements: list[str], state: str
) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await post(tx, a_journal("opens the account"))

    assert await refusal_of(services, tenant, *statements) == state

    assert await posted_count(services, tenant) == 1


async def test_a_whole_balanced_journal_is_taken_by_the_database(services: Services, tenant: Tenant) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await post(tx, a_journal("opens the account"))

    assert await refusal_of(services, tenant, whole(2, "(1,'NGN',5),(2,'NGN',-5)")) is None

    more = LINES.format(lines="(3,'NGN',5),(4,'NGN',-5)")
    assert await refusal_of(services, tenant, more) == "CL003"


@pytest.mark.parametrize(
    "table",
    [
        "ledger_journal",
        "ledger_posting",
        "ledger_seal",
        "ledger_account",
        "ledger_hold",
        "ledger_hold_end",
        "ledger_closing",
        "ledger_key",
        "ledger_block",
    ],
)
@pytest.mark.parametrize("change", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_neither_the_application_nor_the_owner_changes_the_books(
    services: Services, settings: Settings, tenant: Tenant, table: str, change: str
) -> None:
    async with services.database.write(scope_of(tenant)) as tx:
        await post(tx, a_journal())

    assert await refusal_of(services, tenant, change.format(table)) == "42501"
    owner = await asyncpg.connect(str(settings.database_owner_url).replace("+asyncpg", ""))
    try:
        await owner.execute("SET session_replication_role = replica")
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(change.format(table))
    finally:
        await owner.close()

    assert await posted_count(services, tenant) == 1
