"""Exchanges through position accounts: what they gain when closed, and when valued."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from backend import ledger
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant
from backend.ledger.invariants import is_balanced, is_whole
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.books import Books


@pytest.fixture
async def client(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [ledger.module(services)]) as client:
        client.headers.update(platform.caller(services, tenant, Role.OPERATIONS).headers)
        yield client


def money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount, "currency": currency}


async def trade(client: httpx.AsyncClient, sold: dict[str, Any], bought: dict[str, Any], key: str = "") -> Any:
    body = {"key": key or new_id().hex, "effective_on": "2026-01-05", "base": "NGN", "sold": sold, "bought": bought}
    answer = await client.post("/v1/ledger/fx/exchanges", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def net(client: httpx.AsyncClient, account: str, currency: str = "NGN") -> int:
    answer = await client.get(f"/v1/ledger/accounts/{account}/balance")
    found = {each["currency"]: each["balance_minor"] for each in answer.json().get("balances", [])}
    return int(found.get(currency, 0))


async def test_a_gain_is_realised_on_what_is_sold_at_average_cost(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    await trade(client, money(150_000_00, "NGN"), money(100_00, "USD"))
    held = await trade(client, money(160_000_00, "NGN"), money(100_00, "USD"))
    assert (held["amount_minor"], held["cost_minor"]) == (200_00, 310_000_00)

    left = await trade(client, money(50_00, "USD"), money(80_000_00, "NGN"), "sale")
    again = await trade(client, money(50_00, "USD"), money(80_000_00, "NGN"), "sale")

    assert (left["amount_minor"], left["cost_minor"]) == (150_00, 232_500_00)
    assert again == left
    assert await net(client, "fx_realised_gain") == 2_500_00
    closed = await trade(client, money(150_00, "USD"), money(225_000_00, "NGN"))
    assert (closed["amount_minor"], closed["cost_minor"]) == (0, 0)
    assert await net(client, "fx_realised_gain") == 2_500_00 - 7_500_00
    books = Books(services, tenant)
    assert await books.read(is_whole) == []
    assert await books.read(is_balanced) == []


async def test_what_is_owed_gains_when_it_is_bought_back(client: httpx.AsyncClient) -> None:
    short = await trade(client, money(100_00, "USD"), money(160_000_00, "NGN"))
    assert (short["amount_minor"], short["cost_minor"]) == (-100_00, -160_000_00)

    turned = await trade(client, money(225_000_00, "NGN"), money(150_00, "USD"))

    assert (turned["amount_minor"], turned["cost_minor"]) == (50_00, 75_000_00)
    assert await net(client, "fx_realised_gain") == 10_000_00


async def test_valuing_a_position_posts_the_difference_alone(client: httpx.AsyncClient) -> None:
    await trade(client, money(150_000_00, "NGN"), money(100_00, "USD"))

    async def value(rate: str, key: str = "") -> Any:
        body = {
            "key": key or new_id().hex,
            "effective_on": "2026-01-31",
            "base": "NGN",
            "currency": "USD",
            "rate": rate,
        }
        return (await client.post("/v1/ledger/fx/revaluations", json=body)).json()

    up = await value("1600", "month-end")
    same = await value("1600")
    again = await value("1600", "month-end")
    down = await value("1450.5")

    assert [each["revalued_minor"] for each in (up, same, again, down)] == [10_000_00] * 3 + [-4_950_00]
    assert await net(client, "fx_unrealised_gain") == -4_950_00
    listed = (await client.get("/v1/ledger/fx/positions", params={"base": "NGN"})).json()
    assert listed == [down]


async def test_exchanges_at_once_keep_one_average_cost(client: httpx.AsyncClient) -> None:
    await asyncio.gather(*[trade(client, money(1_500_00, "NGN"), money(1_00, "USD")) for _ in range(12)])
    await asyncio.gather(*[trade(client, money(1_00, "USD"), money(1_600_00, "NGN")) for _ in range(12)])

    assert await net(client, "fx_realised_gain") == 12 * 100_00
    assert await net(client, "fx_position_usd") == 0
    assert await net(client, "fx_position_usd", "USD") == 0


async def test_one_amount_is_in_the_base_currency(client: httpx.AsyncClient) -> None:
    body = {"key": "k", "effective_on": "2026-01-05", "base": "NGN", "sold": money(1, "USD"), "bought": money(1, "EUR")}

    refused = await client.post("/v1/ledger/fx/exchanges", json=body)

    assert refused.status_code == 400
    assert (await client.get("/v1/ledger/journals")).json()["items"] == []
