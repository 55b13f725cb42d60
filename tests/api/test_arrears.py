"""Arrears over HTTP: promises, hardship cases and plans, and what payments and days make of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import select

from backend import arrears, notifications, servicing
from backend.arrears.invariants import INVARIANTS
from backend.arrears.jobs import DayOpened, open_day
from backend.arrears.subscribers import SUBSCRIBERS
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tables import outbox as outbox_table
from backend.kernel.tenants import Tenant
from backend.servicing.usecases.relieve import write_off
from backend.settings import Settings
from shared.api.relief import WriteOffIn
from shared.events.servicing import (
    LoanClosed,
    LoanReopened,
    LoanWrittenOff,
    RepaymentMissed,
    RepaymentRecorded,
    RepaymentReversed,
)
from tests.builders import platform
from tests.builders.servicing import Desk

HEARD = (RepaymentRecorded, RepaymentReversed, RepaymentMissed, LoanClosed, LoanWrittenOff, LoanReopened)


class ArrearsDesk(Desk):
    """Servicing with arrears listening, driven by hand."""

    def __init__(self, services: Services, tenant: Tenant) -> None:
        super().__init__(services, tenant)
        self._heard: set[UUID] = set()

    async def settle(self) -> None:
        """Hands what servicing published to arrears, as the relay does."""
        wanted = {event.topic: event for event in HEARD}
        for row in await self.published():
            if row.topic in wanted and row.id not in self._heard:
                self._heard.add(row.id)
                event = msgspec.convert(row.data, wanted[row.topic], strict=False)
                handle = next(each.handle for each in SUBSCRIBERS if each.event is wanted[row.topic])
                await self.write(partial(_told, handle, event))

    async def published(self) -> list[Any]:
        async with self.services.database.read(self.scope) as tx:
            return list(await tx.all(select(outbox_table).order_by(outbox_table.c.position)))

    async def topics(self) -> list[str]:
        return [row.topic for row in await self.published() if row.topic.startswith("arrears.")]

    async def pass_days(self, days: int) -> None:
        await super().pass_days(days)
        await self.settle()
        await open_day(JobContext(self.services.database, self.scope), DayOpened(on=await self.today()))

    async def pays(self, loan_id: UUID, amount_minor: int) -> None:
        await self.pay(loan_id, amount_minor)
        await self.settle()

    async def faults(self) -> list[str]:
        async with self.services.database.read(self.scope) as tx:
            return [fault for each in INVARIANTS for fault in await each.violations(tx)]

    async def is_held(self, loan_id: UUID) -> bool:
        async with self.services.database.read(self.scope) as tx:
            return await notifications.reminders_held(tx, loan_id)


async def _told(handle: Any, event: Any, tx: Tx) -> None:
    await handle(tx, event)


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    modules = [servicing.module(services), arrears.module(services)]
    async with platform.serve(settings, services, modules) as client:
        yield client


@pytest.fixture
def desk(services: Services, tenant: Tenant) -> ArrearsDesk:
    return ArrearsDesk(services, tenant)


@pytest.fixture
def borrower(services: Services, tenant: Tenant, desk: ArrearsDesk) -> dict[str, str]:
    return platform.caller(services, tenant, user_id=desk.user_id).headers


@pytest.fixture
def agent(services: Services, tenant: Tenant) -> dict[str, str]:
    return platform.caller(services, tenant, Role.SUPPORT_AGENT).headers


async def opened(client: httpx.AsyncClient, loan_id: UUID, headers: dict[str, str], **wanted: Any) -> dict[str, Any]:
    body = {"kind": "short_delay", **wanted}
    answer = await client.post(f"/v1/loans/{loan_id}/hardship-cases", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def agreed(client: httpx.AsyncClient, case: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    path = f"/v1/hardship-cases/{case['id']}/agree"
    answer = await client.post(path, json={"plan_id": case["plans"][0]["id"]}, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def of_loan(client: httpx.AsyncClient, loan_id: UUID, headers: dict[str, str]) -> dict[str, Any]:
    return dict((await client.get(f"/v1/loans/{loan_id}/arrears", headers=headers)).json())


async def late_loan(desk: ArrearsDesk) -> UUID:
    """A loan whose first instalment of 408.03 was missed five days ago."""
    loan_id = await desk.open_loan()
    rows = await due_days(desk, loan_id)
    await desk.pass_days((rows - await desk.today()).days + 5)
    return loan_id


async def due_days(desk: ArrearsDesk, loan_id: UUID) -> date:
    async with desk.services.database.read(desk.scope) as tx:
        due = (await servicing.loan_view(tx, loan_id)).next_due_on
    assert due is not None
    return due


async def test_plans_stand_side_by_side_with_what_they_cost(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    today = await desk.today()

    case = await opened(client, loan_id, borrower, delay_until=str(today + timedelta(days=10)))

    assert (case["status"], case["needs_person"]) == ("open", False)
    assert len(case["plans"]) == 6
    first = case["plans"][0]
    assert [each["on"] for each in first["payments"]] == [str(today + timedelta(days=10))]
    assert first["total_to_pay"]["amount_minor"] == 1224_08 + first["extra_cost"]["amount_minor"]
    assert first["reported_late"] is True
    for plan in case["plans"]:
        paid = sum(each["amount"]["amount_minor"] for each in plan["payments"])
        assert paid == plan["covers"]["amount_minor"] > 0
    assert await desk.is_held(loan_id)
    assert await desk.faults() == []
    assert await desk.topics() == ["arrears.stage_changed", "arrears.hardship_opened"]


async def test_an_agreed_plan_is_kept_by_payments_and_reminders_begin_again(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    case = await agreed(client, await opened(client, loan_id, borrower, kind="smaller_amounts"), borrower)
    amounts = [each["amount"]["amount_minor"] for each in case["promises"]]

    for amount in amounts:
        assert await desk.is_held(loan_id)
        await desk.pays(loan_id, amount)

    after = await of_loan(client, loan_id, borrower)
    assert (after["case"]["status"], after["reminders_paused"]) == ("kept", False)
    assert [each["status"] for each in after["case"]["promises"]] == ["kept"] * len(amounts)
    assert (await desk.topics()).count("arrears.promise_kept") == len(amounts)


async def test_a_broken_promise_breaks_its_plan_and_the_next_case_needs_a_person(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    case = await agreed(client, await opened(client, loan_id, borrower, kind="smaller_amounts"), borrower)
    days = [date.fromisoformat(each["on"]) for each in case["promises"]]
    await desk.pass_days((days[0] - await desk.today()).days + 3)

    after = await of_loan(client, loan_id, borrower)
    assert await desk.faults() == []
    again = await opened(client, loan_id, borrower)

    assert (after["case"]["status"], after["reminders_paused"]) == ("broken", False)
    assert [each["status"] for each in after["case"]["promises"]] == ["broken"] + ["cancelled"] * (len(days) - 1)
    assert (again["needs_person"], again["plans"]) == (True, [])


async def test_staff_propose_a_plan_to_somebody_who_cannot_pay(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str], agent: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    case = await opened(client, loan_id, borrower, kind="cannot_pay")
    day = str(await desk.today() + timedelta(days=40))
    body = {"payments": [{"on": day, "amount_minor": 10_00}]}
    path = f"/v1/hardship-cases/{case['id']}"

    refused = await client.post(f"{path}/plans", json=body, headers=borrower)
    proposed = (await client.post(f"{path}/plans", json=body, headers=agent)).json()
    taken = await agreed(client, proposed, borrower)

    assert (case["needs_person"], case["plans"]) == (True, [])
    assert refused.status_code == 403
    assert [plan["by_staff"] for plan in proposed["plans"]] == [True]
    assert (taken["status"], taken["promises"][0]["on"]) == ("agreed", day)


async def test_nobody_else_opens_reads_or_agrees(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    case = await opened(client, loan_id, borrower)
    before = await desk.topics()
    strangers = [
        platform.caller(services, tenant).headers,
        platform.caller(services, await platform.new_tenant(services), Role.OPERATIONS).headers,
    ]

    for headers in strangers:
        answers = [
            await client.get(f"/v1/hardship-cases/{case['id']}", headers=headers),
            await client.get(f"/v1/loans/{loan_id}/arrears", headers=headers),
            await client.post(f"/v1/loans/{loan_id}/hardship-cases", json={"kind": "cannot_pay"}, headers=headers),
            await client.post(
                f"/v1/hardship-cases/{case['id']}/agree", json={"plan_id": case["plans"][0]["id"]}, headers=headers
            ),
            await client.post(f"/v1/hardship-cases/{case['id']}/withdraw", headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5

    assert await desk.topics() == before
    assert (await of_loan(client, loan_id, borrower))["case"]["status"] == "open"


async def test_a_loan_has_one_living_case_and_one_promise(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    promised = {"on": str(await desk.today() + timedelta(days=3)), "amount_minor": 50_00}
    path = f"/v1/loans/{loan_id}/promises"

    first = await client.post(path, json=promised, headers=borrower)
    second = await client.post(path, json=promised, headers=borrower)
    case = await opened(client, loan_id, borrower)
    third = await client.post(path, json=promised, headers=borrower)
    again = await client.post(f"/v1/loans/{loan_id}/hardship-cases", json={"kind": "cannot_pay"}, headers=borrower)
    await agreed(client, case, borrower)

    assert first.status_code == 201
    assert [each.json()["code"] for each in (second, third, again)] == [
        "promise_exists",
        "hardship_exists",
        "hardship_exists",
    ]
    assert str(first.json()["id"]) not in {
        each["id"] for each in (await of_loan(client, loan_id, borrower))["promises"]
    }


async def test_of_many_at_once_one_case_is_opened_and_one_plan_agreed(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    path = f"/v1/loans/{loan_id}/hardship-cases"

    answers = await asyncio.gather(
        *(client.post(path, json={"kind": "short_delay"}, headers=borrower) for _ in range(4))
    )
    case = next(each.json() for each in answers if each.status_code == 201)
    agreeing = await asyncio.gather(
        *(
            client.post(f"/v1/hardship-cases/{case['id']}/agree", json={"plan_id": plan["id"]}, headers=borrower)
            for plan in case["plans"]
        )
    )

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert [each.status_code for each in agreeing].count(200) == 1
    standing = (await of_loan(client, loan_id, borrower))["case"]
    agreed_plan = next(plan for plan in case["plans"] if plan["id"] == standing["agreed_plan_id"])
    assert len(standing["promises"]) == len(agreed_plan["payments"])
    assert await desk.faults() == []


async def test_a_promise_holds_reminders_until_it_is_kept(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    promised = {"on": str(await desk.today() + timedelta(days=3)), "amount_minor": 50_00}

    made = (await client.post(f"/v1/loans/{loan_id}/promises", json=promised, headers=borrower)).json()
    held = await desk.is_held(loan_id)
    await desk.pays(loan_id, 50_00)

    assert (made["status"], held, await desk.is_held(loan_id)) == ("open", True, False)
    assert (await desk.topics())[-2:] == ["arrears.promise_made", "arrears.promise_kept"]


async def test_an_agent_notes_what_a_borrower_told_them_and_agrees_to_nothing_for_them(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, desk: ArrearsDesk, agent: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    officer = platform.caller(services, tenant, Role.COMPLIANCE_OFFICER).headers
    promised = {"on": str(await desk.today() + timedelta(days=3)), "amount_minor": 50_00}
    path = f"/v1/loans/{loan_id}/promises"

    by_officer = await client.post(path, json=promised, headers=officer)
    made = await client.post(path, json=promised, headers=agent)
    case = await opened(client, loan_id, agent)
    agreed_for_them = await client.post(
        f"/v1/hardship-cases/{case['id']}/agree", json={"plan_id": case["plans"][0]["id"]}, headers=agent
    )

    assert (by_officer.status_code, made.status_code, agreed_for_them.status_code) == (403, 201, 403)
    assert (await of_loan(client, loan_id, agent))["case"]["status"] == "open"


async def test_late_loans_are_listed_by_stage_and_leave_when_paid(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str], agent: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)

    listed = (await client.get("/v1/arrears", headers=agent)).json()["items"]
    elsewhere = (await client.get("/v1/arrears?stage=over_90", headers=agent)).json()["items"]
    refused = await client.get("/v1/arrears", headers=borrower)
    await desk.pays(loan_id, 500_00)

    assert [(each["loan_id"], each["stage"], each["days_past_due"]) for each in listed] == [
        (str(loan_id), "days_1_30", 5)
    ]
    assert (elsewhere, refused.status_code) == ([], 403)
    assert (await client.get("/v1/arrears", headers=agent)).json()["items"] == []


async def test_paying_everything_ends_the_case(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    await opened(client, loan_id, borrower)

    await desk.pays(loan_id, 1300_00)

    after = await of_loan(client, loan_id, borrower)
    assert (after["case"]["status"], after["case"]["close_reason"]) == ("closed", "loan_closed")
    assert not await desk.is_held(loan_id)


async def test_a_write_off_ends_the_case_and_hands_the_loan_to_recovery(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str], agent: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    await agreed(client, await opened(client, loan_id, borrower), borrower)

    await desk.write(lambda tx: write_off(tx, loan_id, WriteOffIn(reason="Borrower insolvent")))
    await desk.settle()

    after = await of_loan(client, loan_id, borrower)
    assert (after["case"]["status"], after["case"]["close_reason"]) == ("closed", "loan_written_off")
    assert (after["stage"], after["promises"]) == ("recovery", [])
    shown = (await client.get(f"/v1/loans/{loan_id}", headers=borrower)).json()
    assert shown["recoverable"] == after["past_due"]
    assert shown["recoverable"]["amount_minor"] > 1200_00
    assert await desk.is_held(loan_id)
    listed = (await client.get("/v1/arrears?stage=recovery", headers=agent)).json()["items"]
    assert [(each["loan_id"], each["past_due"], each["case_id"]) for each in listed] == [
        (str(loan_id), shown["recoverable"], None)
    ]

    await desk.pays(loan_id, 200_00)
    paid = (await client.get("/v1/arrears", headers=agent)).json()["items"]
    assert paid[0]["past_due"]["amount_minor"] == shown["recoverable"]["amount_minor"] - 200_00
    await desk.pays(loan_id, shown["recoverable"]["amount_minor"])
    assert (await client.get("/v1/arrears", headers=agent)).json()["items"] == []
    assert not await desk.is_held(loan_id)
    assert await desk.faults() == []


async def test_a_case_that_nobody_takes_further_lapses(
    client: httpx.AsyncClient, desk: ArrearsDesk, borrower: dict[str, str]
) -> None:
    loan_id = await late_loan(desk)
    await opened(client, loan_id, borrower, kind="cannot_pay")

    await desk.pass_days(31)

    after = await of_loan(client, loan_id, borrower)
    assert (after["case"]["status"], after["case"]["close_reason"]) == ("closed", "lapsed")
    assert after["stage"] == "days_31_60"
