"""The books over HTTP: for those who answer for them, and nobody else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from backend import ledger
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tenants import Tenant
from backend.ledger import Account, credit, debit
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.ledger import a_journal
from tests.builders.worker import working


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [ledger.module(services)]) as client:
        yield client


async def posted(services: Services, tenant: Tenant, *journals: ledger.Journal) -> list[ledger.PostedJournal]:
    async with services.database.write(Scope.system(tenant.id, "tests")) as tx:
        return await ledger.post_many(tx, journals)


async def test_operations_read_accounts_and_the_trial_balance(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    await posted(services, tenant, a_journal("a", 700), a_journal("b", 30, "JPY"))
    headers = platform.caller(services, tenant, Role.OPERATIONS).headers

    accounts = (await client.get("/v1/ledger/accounts", headers=headers)).json()
    trial = (await client.get("/v1/ledger/trial-balance", headers=headers)).json()

    assert [(account["code"], account["normal_side"]) for account in accounts] == [
        ("rail_cash", "debit"),
        ("capital", "credit"),
    ]
    assert accounts[0]["balances"] == [
        {"currency": "JPY", "debit_minor": 30, "credit_minor": 0, "balance_minor": 30},
        {"currency": "NGN", "debit_minor": 700, "credit_minor": 0, "balance_minor": 700},
    ]
    assert trial["balanced"] is True
    assert [(c["currency"], c["total_debit_minor"], c["difference_minor"]) for c in trial["currencies"]] == [
        ("JPY", 30, 0),
        ("NGN", 700, 0),
    ]


async def test_journals_are_paged_and_filtered(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> None:
    loan, source = new_id(), new_id()
    lent = (debit(Account.LOANS_PRINCIPAL, 5, "NGN", loan_id=loan), credit(Account.RAIL_CASH, 5, "NGN"))
    for n in range(5):
        await posted(services, tenant, a_journal(f"k{n}", effective_on=date(2026, 1, n + 1)))
    wanted = (await posted(services, tenant, a_journal("lend", postings=lent, source="tests", source_id=source)))[0]
    headers = platform.caller(services, tenant, Role.COMPLIANCE_OFFICER).headers

    async def keys(**params: object) -> list[str]:
        got = await client.get("/v1/ledger/journals", headers=headers, params={k: str(v) for k, v in params.items()})
        assert got.status_code == 200, got.text
        return [item["key"] for item in got.json()["items"]]

    first = (await client.get("/v1/ledger/journals", headers=headers, params={"limit": 4})).json()
    rest = await keys(limit=4, cursor=first["next_cursor"])
    assert [item["key"] for item in first["items"]] + rest == ["lend", "k4", "k3", "k2", "k1", "k0"]
    assert await keys(loan_id=loan) == ["lend"]
    assert await keys(source_id=source) == ["lend"]
    assert await keys(account="loans_principal") == ["lend"]
    assert await keys(since="2026-01-02", until="2026-01-03") == ["k2", "k1"]
    one = (await client.get(f"/v1/ledger/journals/{wanted.id}", headers=headers)).json()
    assert one["content_hash"] == wanted.content_hash.hex()
    assert one["postings"][0]["amount"] == {"amount_minor": 5, "currency": "NGN"}
    own = (await client.get(f"/v1/ledger/loans/{loan}/accounts", headers=headers)).json()
    assert [(a["code"], a["balances"][0]["balance_minor"]) for a in own] == [("loans_principal", 5)]


async def test_the_worker_seals_and_the_proof_holds(
    client: httpx.AsyncClient, settings: Settings, services: Services, tenant: Tenant
) -> None:
    await posted(services, tenant, a_journal("a"), a_journal("b"))
    headers = platform.caller(services, tenant, Role.TENANT_ADMIN).headers

    async with working(settings, services, [ledger.module(services)], tenant):
        proof = await until_sealed(client, headers)

    assert proof["height"] == 2 + 5  # the journals, and the accounts that the first of them opened
    assert proof["holds"] is True
    assert proof["first_break"] is None
    beyond = (await client.get("/v1/ledger/proof", headers=headers, params={"above": 9})).json()
    assert beyond["holds"] is False


async def until_sealed(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, object]:
    for _ in range(600):
        proof: dict[str, object] = (await client.get("/v1/ledger/proof", headers=headers)).json()
        if proof["unsealed"] == 0 and proof["height"]:
            return proof
        await asyncio.sleep(0.05)
    raise AssertionError("the worker did not seal in time")


async def test_nobody_else_sees_the_books(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> None:
    wanted = (await posted(services, tenant, a_journal()))[0]
    other = await platform.new_tenant(services)
    stranger = platform.caller(services, other, Role.OPERATIONS).headers

    assert (await client.get("/v1/ledger/accounts")).status_code == 401
    for role in (Role.BORROWER, Role.SUPPORT_AGENT, Role.FINANCE_VIEWER):
        headers = platform.caller(services, tenant, role).headers
        assert (await client.get("/v1/ledger/trial-balance", headers=headers)).status_code == 403
    assert (await client.get(f"/v1/ledger/journals/{wanted.id}", headers=stranger)).status_code == 404
    assert (await client.get("/v1/ledger/journals", headers=stranger)).json()["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=x", "as_of=soon", "loan_id=1"])
async def test_a_query_that_makes_no_sense_is_told_so(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, query: str
) -> None:
    headers = platform.caller(services, tenant, Role.OPERATIONS).headers
    path = "accounts" if "as_of" in query else "journals"

    refused = await client.get(f"/v1/ledger/{path}?{query}", headers=headers)

    assert refused.status_code == 400
    assert refused.json()["code"] == "invalid_input"
