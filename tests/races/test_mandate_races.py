"""A mandate that ends while it is being asked for ends at the bank too, whenever the bank takes the ask up."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.kernel import jobs
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.payments import store
from backend.payments.domain.mandates import MandateState
from backend.payments.jobs import jobs_with
from backend.payments.ports import RailSilent
from backend.payments.records import Mandate
from backend.payments.usecases.mandates import ASK_JOB, END_JOB
from backend.settings import Settings
from tests.builders.money_stage import Stage, stage_of, until
from tests.builders.payments import ScriptedRail, Till, till

Desk = Till[ScriptedRail]

_TAKE = text("""
    DELETE FROM pgqueuer
    WHERE entrypoint = :job AND convert_from(payload, 'UTF8')::jsonb ->> 'tenant_id' = :tenant
    RETURNING payload, execute_after - created AS wait
""")
_WAITING = text("""
    SELECT count(*) FROM pgqueuer
    WHERE entrypoint IN (:ask, :end) AND convert_from(payload, 'UTF8')::jsonb ->> 'tenant_id' = :tenant
""")


@pytest.fixture
async def desk(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[Desk]:
    async with till(settings, services, tenant) as made:
        yield made


async def a_mandate(desk: Till[Any], loan_id: UUID) -> Mandate:
    """One that is still to be asked for."""
    body = {"loan_id": str(loan_id), "bank_account_id": str(await desk.bank_account())}
    answer = await desk.client.post("/v1/mandates", headers=desk.headers(), json=body)
    assert answer.status_code == 202, answer.text
    return await mandate(desk, UUID(answer.json()["id"]))


async def mandate(desk: Till[Any], mandate_id: UUID) -> Mandate:
    async with desk.services.database.read(desk.scope) as tx:
        found = await store.get(tx, Mandate, mandate_id)
    assert found is not None
    return found


async def cancel(desk: Till[Any], mandate_id: UUID) -> None:
    answer = await desk.client.delete(f"/v1/mandates/{mandate_id}", headers=desk.headers())
    assert answer.status_code == 200, answer.text


async def work(desk: Desk, name: str) -> list[timedelta]:
    """Runs what waits under a job's name, due or not; how long each was to wait."""
    async with desk.services.database.unscoped() as connection:
        taken = (await connection.execute(_TAKE, {"job": name, "tenant": str(desk.tenant.id)})).all()
    job = next(job for job in jobs_with(desk.rail, desk.services.vault, "http://platform.test") if job.name == name)
    for row in taken:
        await jobs.run(desk.services.database, job, row.payload)
    return [row.wait for row in taken]


async def test_a_mandate_cancelled_while_the_bank_is_asked_for_it_is_ended_after_the_answer(desk: Desk) -> None:
    wanted = await a_mandate(desk, await desk.desk.open_loan())

    async def cancel_meanwhile(_: str) -> None:
        await cancel(desk, wanted.id)
        assert await work(desk, END_JOB) == [timedelta()]
        assert desk.rail.asked == [wanted.reference]  # told, when there was nothing to end yet

    desk.rail.during_call = cancel_meanwhile
    await work(desk, ASK_JOB)
    assert desk.rail.mandates == {wanted.reference: "active"}
    await work(desk, END_JOB)

    assert desk.rail.mandates == {wanted.reference: "cancelled"}
    assert (await mandate(desk, wanted.id)).status is MandateState.CANCELLED


async def test_a_mandate_is_looked_for_after_an_ask_that_timed_out_until_the_bank_has_it(desk: Desk) -> None:
    wanted = await a_mandate(desk, await desk.desk.open_loan())
    desk.rail.manner = "loses"
    desk.rail.during_call = lambda _: cancel(desk, wanted.id)
    with pytest.raises(RailSilent):
        await work(desk, ASK_JOB)

    await work(desk, END_JOB)
    waits = await work(desk, END_JOB)
    assert waits
    assert all(wait >= timedelta(seconds=1) for wait in waits)
    desk.rail.mandates[wanted.reference] = "active"  # it comes out of a queue of the bank's
    await work(desk, END_JOB)

    assert desk.rail.mandates == {wanted.reference: "cancelled"}
    assert await work(desk, END_JOB) == []


async def test_a_worker_that_died_while_it_asked_leaves_no_mandate_behind(desk: Desk) -> None:
    wanted = await a_mandate(desk, await desk.desk.open_loan())
    await cancel(desk, wanted.id)
    desk.rail.patience = timedelta(0)
    await work(desk, END_JOB)

    desk.rail.mandates[wanted.reference] = "active"  # by the run that died
    await work(desk, ASK_JOB)  # the queue gives its job to another worker
    await work(desk, END_JOB)

    assert desk.rail.mandates == {wanted.reference: "cancelled"}


async def test_a_mandate_that_the_bank_never_had_is_looked_for_only_as_long_as_it_may_come(desk: Desk) -> None:
    wanted = await a_mandate(desk, await desk.desk.open_loan())
    await cancel(desk, wanted.id)
    desk.rail.patience = timedelta(0)

    await work(desk, END_JOB)

    assert await work(desk, END_JOB) == []
    assert desk.rail.asked == [wanted.reference]


async def test_a_mandate_that_comes_to_life_after_its_end_is_ended_again(desk: Desk) -> None:
    wanted = await a_mandate(desk, await desk.desk.open_loan())
    await work(desk, ASK_JOB)
    await cancel(desk, wanted.id)
    await work(desk, END_JOB)
    assert desk.rail.mandates == {wanted.reference: "cancelled"}

    desk.rail.mandates[wanted.reference] = "active"
    await desk.told("mandate.active", {"reference": wanted.reference, "status": "active"})
    await work(desk, END_JOB)
    await desk.told("mandate.cancelled", {"reference": wanted.reference, "status": "cancelled"})

    assert desk.rail.mandates == {wanted.reference: "cancelled"}
    assert await work(desk, END_JOB) == []
    assert (await mandate(desk, wanted.id)).status is MandateState.CANCELLED


async def test_an_active_mandate_is_never_ended_by_news(desk: Desk) -> None:
    wanted = await a_mandate(desk, await desk.desk.open_loan())
    await work(desk, ASK_JOB)

    for status in ("pending", "active", "active"):
        await desk.told("mandate.active", {"reference": wanted.reference, "status": status})

    assert (await mandate(desk, wanted.id)).status is MandateState.ACTIVE
    assert await work(desk, END_JOB) == []


async def test_no_mandate_lives_at_the_sandbox_s_bank_after_a_quick_change_of_mind(
    settings: Settings, services: Services, tenant: Tenant
) -> None:
    async with stage_of(settings, services, tenant) as stage:
        loan_id = await stage.desk.desk.open_loan()
        wanted = []
        for _ in range(6):
            wanted.append(await a_mandate(stage.desk, loan_id))
            await cancel(stage.desk, wanted[-1].id)

        await until(lambda: waiting(stage), lambda count: count == 0)
        answers = [await stage.world.get(f"/rail/mandates/{each.reference}") for each in wanted]

    left = {answer.json()["status"] if answer.status_code == 200 else "unknown" for answer in answers}
    assert left <= {"cancelled", "unknown"}


async def waiting(stage: Stage) -> int:
    """How many asks and ends are still to be done."""
    asked = {"ask": ASK_JOB, "end": END_JOB, "tenant": str(stage.desk.tenant.id)}
    async with stage.desk.services.database.unscoped() as connection:
        return int((await connection.execute(_WAITING, asked)).scalar_one())
