"""Writing the books over HTTP: one journal, thousands, holds, accounts, closings."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from backend import ledger
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.books import Books


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [ledger.module(services)]) as client:
        yield client


@pytest.fixture
async def books(services: Services, tenant: Tenant) -> Books:
    books = Books(services, tenant)
    await books.open_wallets()
    return books


@pytest.fixture
def staff(services: Services, tenant: Tenant) -> dict[str, str]:
    return platform.caller(services, tenant, Role.OPERATIONS).headers


def a_body(key: str | None = None, amount: int = 5, **changes: Any) -> dict[str, Any]:
    lines = [
        {"account": "rail_cash", "side": "debit", "amount_minor": amount, "currency": "NGN"},
        {"account": "capital", "side": "credit", "amount_minor": amount, "currency": "NGN"},
    ]
    return {"key": key or new_id().hex, "kind": "paid_in", "effective_on": "2026-01-05", "postings": lines, **changes}


async def count(books: Books) -> int:
    return int(await books.read(lambda tx: tx.scalar(text("SELECT count(*) FROM ledger_journal"))))


async def test_a_journal_is_posted_once_for_its_key(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str]
) -> None:
    body = a_body("invoice-1", metadata={"desk": "7"}, description="Paid in")

    answers = await asyncio.gather(*[client.post("/v1/ledger/journals", json=body, headers=staff) for _ in range(20)])
    other = await client.post("/v1/ledger/journals", json=a_body("invoice-1", 6), headers=staff)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert answers[0].json()["metadata"] == {"desk": "7"}
    assert (other.status_code, other.json()["code"]) == (409, "journal_key_reused")
    assert await count(books) == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"key": "payments.sent:1"}, 400, "invalid_input"),
        ({"key": ""}, 400, "invalid_input"),
        ({"source": "payments"}, 400, "invalid_input"),
        ({"postings": []}, 400, "invalid_input"),
        ({"kind": "Not A Kind"}, 400, "invalid_input"),
    ],
)
async def test_what_is_not_a_journal_is_refused_and_nothing_is_posted(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str], changes: dict[str, Any], status: int, code: str
) -> None:
    refused = await client.post("/v1/ledger/journals", json=a_body() | changes, headers=staff)
    in_bulk = await client.post("/v1/ledger/journals/bulk", json={"journals": [a_body() | changes]}, headers=staff)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert in_bulk.json()["answers"][0]["outcome"] == "refused"
    assert in_bulk.json()["answers"][0]["code"] in {code, "journal_malformed"}
    assert await count(books) == 0


async def test_thousands_are_posted_in_one_call_with_an_answer_for_each(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str]
) -> None:
    await client.post("/v1/ledger/journals", json=a_body("known"), headers=staff)
    overdrawn = a_body("overdrawn")
    overdrawn["postings"][0]["account"] = "wallets"
    crooked = a_body("crooked")
    crooked["postings"][0]["amount_minor"] = 6
    journals: list[Any] = [a_body(f"bulk-{n}") for n in range(1_200)]
    odd: dict[int, Any] = {
        100: a_body("known"),
        300: a_body("known", 6),
        500: overdrawn,
        700: crooked,
        900: {"key": 1},
        1100: "?",
    }
    for place, each in odd.items():
        journals[place] = each

    answer = (await client.post("/v1/ledger/journals/bulk", json={"journals": journals}, headers=staff)).json()
    again = (await client.post("/v1/ledger/journals/bulk", json={"journals": journals}, headers=staff)).json()

    assert (answer["posted"], answer["replayed"], answer["refused"]) == (1_194, 1, 5)
    codes = {place: answer["answers"][place].get("code") for place in odd}
    assert codes == {
        100: None,
        300: "journal_key_reused",
        500: "balance_too_low",
        700: "journal_unbalanced",
        900: "invalid_input",
        1100: "invalid_input",
    }
    assert answer["answers"][0].keys() == {"outcome", "journal_id"}
    assert (again["posted"], again["replayed"], again["refused"]) == (0, 1_195, 5)
    assert again["answers"][7]["journal_id"] == answer["answers"][7]["journal_id"]
    assert await count(books) == 1_195


async def test_a_reversal_undoes_and_happens_once(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str]
) -> None:
    posted = (await client.post("/v1/ledger/journals", json=a_body(), headers=staff)).json()
    path = f"/v1/ledger/journals/{posted['id']}/reversal"

    undone = await client.post(path, json={"key": "undo", "effective_on": "2026-01-06"}, headers=staff)
    twice = await client.post(path, json={"key": "undo-2", "effective_on": "2026-01-06"}, headers=staff)

    assert undone.json()["reverses"] == posted["id"]
    assert (twice.status_code, twice.json()["code"]) == (409, "journal_already_reversed")
    assert await count(books) == 2


async def test_money_is_held_posted_in_part_and_what_is_left_is_free(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str]
) -> None:
    party = new_id()
    await books.fund(party, 100)
    expires = (books.services.database.clock.now() + timedelta(days=1)).isoformat()

    def hold(amount: int, **more: Any) -> dict[str, Any]:
        named = {"key": new_id().hex, "account": "wallets", "party_id": str(party), "expires_at": expires}
        return {**named, "amount": {"amount_minor": amount, "currency": "NGN"}, **more}

    placed = (await client.post("/v1/ledger/holds", json=hold(70), headers=staff)).json()
    refused = await client.post("/v1/ledger/holds", json=hold(31), headers=staff)
    taken = a_body("capture", 40)
    taken["postings"] = [
        {"account": "wallets", "side": "debit", "amount_minor": 40, "currency": "NGN", "party_id": str(party)},
        {"account": "rail_cash", "side": "credit", "amount_minor": 40, "currency": "NGN"},
    ]
    captured = await client.post(f"/v1/ledger/holds/{placed['id']}/post", json=taken, headers=staff)
    again = await client.post(f"/v1/ledger/holds/{placed['id']}/post", json=taken, headers=staff)
    void = await client.post(f"/v1/ledger/holds/{placed['id']}/void", headers=staff)
    ended = (await client.get(f"/v1/ledger/holds/{placed['id']}", headers=staff)).json()
    other = (await client.post("/v1/ledger/holds", json=hold(60), headers=staff)).json()
    freed = (await client.post(f"/v1/ledger/holds/{other['id']}/void", headers=staff)).json()
    listed = (await client.get("/v1/ledger/holds?account=wallets&limit=1", headers=staff)).json()

    assert placed["status"] == "open"
    assert (refused.status_code, refused.json()["code"]) == (422, "balance_too_low")
    assert captured.status_code == 201
    assert again.json()["id"] == captured.json()["id"]
    assert (void.status_code, void.json()["code"]) == (409, "hold_ended")
    assert (ended["status"], ended["posted_minor"], ended["journal_key"]) == ("posted", 40, "capture")
    assert freed["status"] == "voided"
    assert [each["id"] for each in listed["items"]] == [other["id"]]
    assert listed["next_cursor"] == other["id"]


async def test_closed_books_refuse_or_move_what_comes_late(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str]
) -> None:
    closed = await client.post("/v1/ledger/closings", json={"closed_through": "2026-01-31"}, headers=staff)
    refused = await client.post("/v1/ledger/journals", json=a_body("late"), headers=staff)
    moving = {"closed_through": "2026-01-31", "late_entries": "move"}
    await client.post("/v1/ledger/closings", json=moving, headers=staff)
    moved = await client.post("/v1/ledger/journals", json=a_body("late"), headers=staff)
    again = await client.post("/v1/ledger/journals", json=a_body("late"), headers=staff)
    listed = (await client.get("/v1/ledger/closings", headers=staff)).json()["items"]

    assert closed.json()["number"] == 1
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    assert (moved.json()["effective_on"], moved.json()["asked_on"]) == ("2026-02-01", "2026-01-05")
    assert again.json() == moved.json()
    assert [each["late_entries"] for each in listed] == ["move", "refuse"]


async def test_a_token_has_an_account_with_decimals_of_its_own(
    client: httpx.AsyncClient, books: Books, staff: dict[str, str]
) -> None:
    base = {"kind": "asset", "unit": "USDC", "exponent": 6}
    vault = {"code": "token_vault", "number": 1900, "name": "Tokens in the vault", "parent": "cash", **base}
    await client.post("/v1/ledger/journals", json=a_body(), headers=staff)  # opens the heading

    opened = await client.post("/v1/ledger/accounts", json=vault, headers=staff)
    owed = {**vault, "code": "token_owed", "number": 2910, "kind": "liability", "parent": None}
    second = await client.post("/v1/ledger/accounts", json=owed, headers=staff)
    crooked = await client.post("/v1/ledger/accounts", json={**owed, "code": "other", "exponent": 5}, headers=staff)
    taken = await client.post("/v1/ledger/accounts", json={**vault, "name": "Another"}, headers=staff)
    same = await client.post("/v1/ledger/accounts", json=vault, headers=staff)
    misfit = await client.post("/v1/ledger/accounts", json={**vault, "code": "x1", "parent": "income"}, headers=staff)
    half = await client.post("/v1/ledger/accounts", json={**vault, "code": "x2", "exponent": None}, headers=staff)
    lines = [
        {"account": "token_vault", "side": "debit", "amount_minor": 1_500_000, "currency": "USDC"},
        {"account": "token_owed", "side": "credit", "amount_minor": 1_500_000, "currency": "USDC"},
    ]
    posted = await client.post("/v1/ledger/journals", json=a_body(postings=lines), headers=staff)
    wrong = [{**line, "currency": "NGN"} for line in lines]
    refused = await client.post("/v1/ledger/journals", json=a_body(postings=wrong), headers=staff)

    assert [opened.status_code, second.status_code, same.status_code, posted.status_code] == [201] * 4
    assert (crooked.status_code, crooked.json()["code"]) == (422, "account_unfit")
    assert (taken.status_code, taken.json()["code"]) == (409, "account_exists")
    assert (misfit.json()["code"], half.json()["code"]) == ("account_unfit", "invalid_input")
    assert (refused.status_code, refused.json()["code"]) == (422, "account_unfit")


async def test_only_operations_and_administrators_write(
    client: httpx.AsyncClient, services: Services, books: Books, tenant: Tenant
) -> None:
    for role in (Role.BORROWER, Role.SUPPORT_AGENT, Role.COMPLIANCE_OFFICER, Role.FINANCE_VIEWER):
        headers = platform.caller(services, tenant, role).headers
        for path, body in (
            ("journals", a_body()),
            ("journals/bulk", {"journals": [a_body()]}),
            ("closings", {"closed_through": "2026-01-31"}),
            ("keys", None),
        ):
            answer = await client.post(f"/v1/ledger/{path}", json=body, headers=headers)
            assert answer.status_code == 403, (role, path)
    assert await count(books) == 0


async def test_keys_are_shown_and_rotated(client: httpx.AsyncClient, books: Books, staff: dict[str, str]) -> None:
    await books.fund(new_id(), 5)
    await books.seal()
    await books.sign()

    second = (await client.post("/v1/ledger/keys", headers=staff)).json()
    shown = (await client.get("/v1/ledger/keys", headers=staff)).json()

    assert [key["number"] for key in shown] == [1, 2]
    assert shown[1] == second
    assert all("private" not in name for key in shown for name in key)
