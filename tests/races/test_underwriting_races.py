"""Two people, or two clicks, at the same moment: one of them counts."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from backend import underwriting
from backend.applications.tables import application_step
from backend.kernel import business_date
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import outbox
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from backend.underwriting.tables import credit_decision, credit_policy
from backend.underwriting.usecases.decide_application import decide_application
from shared.api.products import ProductKind
from shared.events.applications import ApplicationSubmitted
from tests.builders import applications as build
from tests.builders import platform
from tests.builders.applications import Borrower
from tests.builders.statements import as_csv, salaried


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    modules = [build.module(services), underwriting.module(services)]
    async with platform.serve(settings, services, modules) as client:
        yield client


async def count(services: Services, tenant: Tenant, table: Any, *conditions: Any) -> int:
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table).where(*conditions)))


async def statement(services: Services, tenant: Tenant) -> bytes:
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        today = await business_date.current(tx)
    index = today.year * 12 + today.month - 4
    return as_csv(salaried(first_month=date(index // 12, index % 12 + 1, 1)))


async def test_of_two_submissions_at_once_one_counts(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    product = await build.add_product(services, tenant)
    ada = await Borrower(client, services, tenant).verified()
    draft = await ada.draft(product)
    await ada.attach(draft["id"])
    path = f"/v1/applications/{draft['id']}/submit"

    answers = await asyncio.gather(*(client.post(path, headers=ada.caller.headers) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    submitted = outbox.c.topic == ApplicationSubmitted.topic
    assert await count(services, tenant, outbox, submitted) == 1


async def test_a_submission_and_a_withdrawal_at_once_leave_one_story(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    product = await build.add_product(services, tenant)
    ada = await Borrower(client, services, tenant).verified()
    draft = await ada.draft(product)
    await ada.attach(draft["id"])
    path = f"/v1/applications/{draft['id']}"

    submit, withdraw = await asyncio.gather(
        client.post(f"{path}/submit", headers=ada.caller.headers),
        client.post(f"{path}/withdraw", headers=ada.caller.headers, json={}),
    )

    assert withdraw.status_code == 200
    assert submit.status_code in (200, 409)
    assert (await ada.call("GET", f"/applications/{draft['id']}"))["status"] == "withdrawn"
    assert await count(services, tenant, application_step) == (3 if submit.status_code == 200 else 2)


async def test_one_submission_delivered_to_two_workers_is_decided_once(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    product = await build.add_product(services, tenant)
    ada = await Borrower(client, services, tenant).verified()
    submitted = await ada.submitted(product, await statement(services, tenant))
    event = ApplicationSubmitted(
        application_id=build.as_uuid(submitted["id"]),
        user_id=ada.user_id,
        product_id=product.id,
        product_kind=ProductKind.WORKING_CAPITAL,
    )

    async def work() -> None:
        async with services.database.write(Scope.system(tenant.id, "worker")) as tx:
            await decide_application(tx, services.vault, event)

    outcomes = await asyncio.gather(*(work() for _ in range(4)), return_exceptions=True)

    assert None in outcomes
    assert await count(services, tenant, credit_decision) == 1
    assert await count(services, tenant, credit_policy) == 2
    assert await count(services, tenant, outbox, outbox.c.topic == "underwriting.decision_made") == 1


async def test_of_two_officers_at_once_one_decides(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    product = await build.add_product(services, tenant)
    content = await statement(services, tenant)
    twin, ada = [await Borrower(client, services, tenant).verified() for _ in range(2)]
    await twin.attach((await twin.draft(product))["id"], content)
    submitted = await ada.submitted(product, content)
    event = ApplicationSubmitted(
        application_id=build.as_uuid(submitted["id"]),
        user_id=ada.user_id,
        product_id=product.id,
        product_kind=ProductKind.WORKING_CAPITAL,
    )
    async with services.database.write(Scope.system(tenant.id, "worker")) as tx:
        await decide_application(tx, services.vault, event)
    officers = [Borrower(client, services, tenant, Role.OPERATIONS) for _ in range(4)]
    (waiting,) = (await officers[0].call("GET", "/referrals"))["items"]
    verdict = {"outcome": "decline", "reasons": ["documents_unconvincing"], "note": "Not theirs"}

    answers = await asyncio.gather(
        *(
            client.post(f"/v1/referrals/{waiting['id']}/decide", headers=each.caller.headers, json=verdict)
            for each in officers
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await count(services, tenant, credit_decision, credit_decision.c.by_person) == 1
