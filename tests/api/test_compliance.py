"""Copies of one's data and the end of one's account over HTTP, across every context."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, update

from backend import wiring
from backend.cli import papers
from backend.compliance.tables import data_export, data_export_piece, deletion, retained_person
from backend.compliance.usecases.export_data import EXPORT_JOB, PrepareExport
from backend.identity.tables import person
from backend.kernel.jobs import JobContext
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.kernel.tables import audit_entry, blob
from backend.settings import Settings
from backend.support.tables import message
from shared.ids import new_id
from tests.builders import platform
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, messages
from tests.builders.servicing import Desk
from tests.builders.threads import WA, says

ADA, OBI = "+2348031234567", "+2348031234568"


@pytest.fixture(scope="module")
async def modules(settings: Settings, services: Services) -> tuple[Module, ...]:
    return wiring.modules(settings, services)


@pytest.fixture(scope="module")
async def client(
    settings: Settings, services: Services, modules: tuple[Module, ...]
) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, modules) as client:
        yield client


def scope(browser: Browser) -> Scope:
    return Scope.system(browser.tenant.id, "test")


async def id_of(browser: Browser) -> UUID:
    return UUID((await browser.get("/me")).json()["id"])


async def exported(browser: Browser, modules: tuple[Module, ...]) -> dict[str, Any]:
    """Asks for a copy and prepares it as the worker does."""
    asked = await browser.post("/me/data-exports")
    assert asked.status_code == 202, asked.text
    job = next(job for module in modules for job in module.jobs if job.name == EXPORT_JOB)
    context = JobContext(browser.services.database, scope(browser))
    await job.handle(context, PrepareExport(export_id=UUID(asked.json()["id"])))
    return dict((await browser.get("/me/data-exports")).json()[0])


async def ticked(browser: Browser, modules: tuple[Module, ...], name: str) -> None:
    tick = next(tick for module in modules for tick in module.ticks if tick.name == name)
    await tick.run(JobContext(browser.services.database, scope(browser)))


async def count(browser: Browser, table: Any) -> int:
    async with browser.services.database.read(scope(browser)) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))


async def set_rows(browser: Browser, table: Any, **values: Any) -> None:
    async with browser.services.database.write(scope(browser)) as tx:
        await tx.execute(update(table).values(**values))


async def asks_for_the_end(browser: Browser) -> httpx.Response:
    me = str(await id_of(browser))
    await browser.post("/auth/step-up", {"action": "person.delete", "subject": me})
    code = (await messages(browser.services, browser.tenant, browser.address))[-1].params["code"]
    return await browser.post("/me/deletion", {"code": code})


async def test_a_copy_holds_what_every_context_has_of_one(ada: Browser, modules: tuple[Module, ...]) -> None:
    desk = Desk(ada.services, ada.tenant)
    desk.user_id = await id_of(ada)
    loan_id = await desk.open_loan()
    written = (await ada.post("/me/conversation/messages", {"text": "Hello there", "client_id": "draft-1"})).json()
    files = {"file": ("me.png", papers.picture("me"), "image/png")}
    await ada.http.post(
        f"/v1/me/conversation/messages/{written['id']}/files",
        files=files,
        headers=ada.headers(**{"Idempotency-Key": new_id().hex}),
    )
    await ada.post(f"/loans/{loan_id}/disputes", _dispute())

    export = await exported(ada, modules)
    answer = await ada.get(f"/me/data-exports/{export['id']}/content")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = set(archive.namelist())
    assert (export["status"], export["size"], answer.headers["content-type"]) == (
        "ready",
        len(answer.content),
        "application/zip",
    )
    assert json.loads(archive.read("identity/profile.json"))["name"] == "Ada Obi"
    assert json.loads(archive.read(f"servicing/loans/{loan_id}/loan.json"))["id"] == str(loan_id)
    assert b"Hello there" in archive.read("support/conversation/messages.json")
    for part in ("notifications/messages", "onboarding/bank-accounts", "payments/mandates", "identity/consents"):
        assert f"{part}.json" in names
    assert any(name.startswith("support/conversation/files/") for name in names)
    assert any(name.startswith("support/disputes/D-") for name in names)
    assert json.loads(archive.read("left-out.json")) == []


def _dispute() -> dict[str, Any]:
    return {"kind": "instalment", "instalment": 1, "reason": "other", "details": "Why so much?"}


async def test_a_copy_is_ones_own_and_its_link_is_short_lived(ada: Browser, modules: tuple[Module, ...]) -> None:
    obi = Browser(ada.http, ada.services, ada.tenant, {"phone": OBI})
    await obi.sign_up("Obi")
    export = await exported(ada, modules)
    path = f"/me/data-exports/{export['id']}"

    stolen = [await obi.get(f"{path}/content"), await obi.post(f"{path}/links")]
    first = (await ada.post(f"{path}/links")).json()["url"].partition("/v1")[2]
    second = (await ada.post(f"{path}/links")).json()["url"].partition("/v1")[2]
    answers = [(await ada.http.get(f"/v1{each}")).status_code for each in (first, second, second[:-9] + "/content")]
    await set_rows(ada, data_export, link_expires_at=ada.services.database.clock.now())
    over = await ada.http.get(f"/v1{second}")

    assert [each.status_code for each in stolen] == [404, 404]
    assert answers == [404, 200, 404]
    assert over.status_code == 404
    async with ada.services.database.read(scope(ada)) as tx:
        noted = select(func.count()).select_from(audit_entry).where(audit_entry.c.action == "data_export.downloaded")
        assert await tx.scalar(noted) == 1


async def test_copies_are_few_and_go_after_a_week(ada: Browser, modules: tuple[Module, ...]) -> None:
    export = await exported(ada, modules)
    pending = await ada.post("/me/data-exports")
    at_once = await ada.post("/me/data-exports")
    await set_rows(ada, data_export, expires_at=ada.services.database.clock.now() - timedelta(seconds=1))
    late = await ada.get(f"/me/data-exports/{export['id']}/content")
    await ticked(ada, modules, "compliance.expire_exports")

    assert (pending.status_code, at_once.status_code) == (202, 429)
    assert (late.status_code, late.json()["code"]) == (409, "export_not_ready")
    assert await count(ada, data_export_piece) == 0


async def test_an_open_loan_hinders_the_end_and_says_so(ada: Browser) -> None:
    desk = Desk(ada.services, ada.tenant)
    desk.user_id = await id_of(ada)
    await desk.open_loan()

    meaning = (await ada.get("/me/deletion")).json()
    refused = await asks_for_the_end(ada)

    assert (meaning["hindered_by"], meaning["window_days"], meaning["request"]) == (["open_loan"], 14, None)
    assert {(each["what"], each["why"]) for each in meaning["kept"]} >= {
        ("loans_and_payments", "anti_money_laundering"),
        ("ledger", "accounting"),
    }
    assert (refused.status_code, refused.json()["code"]) == (409, "deletion_hindered")
    assert await count(ada, deletion) == 0


async def test_the_end_takes_a_code_and_can_be_taken_back(ada: Browser) -> None:
    wrong = await ada.post("/me/deletion", {"code": "000000"})
    asked = await asks_for_the_end(ada)
    again = await asks_for_the_end(ada)
    kept = await ada.http.delete("/v1/me/deletion", headers=ada.headers())
    nothing = await ada.http.delete("/v1/me/deletion", headers=ada.headers())

    assert (wrong.status_code, wrong.json()["code"]) == (403, "step_up_refused")
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting")
    assert again.json()["code"] in {"deletion_exists", "step_up_refused"}
    assert (kept.json()["status"], nothing.status_code) == ("cancelled", 404)
    assert (await ada.get("/me")).status_code == 200


async def test_after_two_weeks_nothing_names_the_person_any_more(ada: Browser, modules: tuple[Module, ...]) -> None:
    me, bot = await id_of(ada), await BotCaller.signed_in(ada.http, ada.services, ada.tenant)
    await says(bot, "words of a stranger")
    await bot.link(ada, WA)
    sent = await says(bot, "words of Ada")
    files = {"file": ("me.png", papers.picture("me"), "image/png")}
    headers = {**bot._headers(), "Idempotency-Key": new_id().hex}
    await ada.http.post(f"/v1/bot/messages/{sent['message_id']}/files", files=files, headers=headers)
    await exported(ada, modules)
    await asks_for_the_end(ada)
    await ticked(ada, modules, "compliance.end_accounts")
    still = (await ada.get("/me")).status_code
    await set_rows(ada, deletion, due_at=ada.services.database.clock.now() - timedelta(seconds=1))

    await ticked(ada, modules, "compliance.end_accounts")

    assert still == 200
    async with ada.services.database.read(scope(ada)) as tx:
        row = await tx.one(select(person).where(person.c.id == me))
        bodies = (await tx.all(select(message.c.body))) or []
        assert (row.name, row.phone, row.phone_index, row.roles) == (None, None, None, [])
        assert [each.body for each in bodies] == [None, None]
        assert await tx.scalar(select(deletion.c.status)) == "erased"
    assert (await count(ada, blob), await count(ada, data_export_piece), await count(ada, retained_person)) == (0, 0, 0)
    again = Browser(ada.http, ada.services, ada.tenant, {"phone": ADA})
    assert await again.sign_up("Ada Anew") != me


async def test_after_a_loan_the_account_is_closed_and_erased_five_years_later(
    ada: Browser, modules: tuple[Module, ...]
) -> None:
    me, desk = await id_of(ada), Desk(ada.services, ada.tenant)
    desk.user_id = me
    loan_id = await desk.open_loan()
    await desk.pay(loan_id, 1200_00)
    asked = await asks_for_the_end(ada)
    await set_rows(ada, deletion, due_at=ada.services.database.clock.now() - timedelta(seconds=1))

    await ticked(ada, modules, "compliance.end_accounts")

    today = await desk.today()
    async with ada.services.database.read(scope(ada)) as tx:
        request = await tx.one(select(deletion))
        assert (request.status, request.erase_on.year) == ("closed", today.year + 5)
        assert (await tx.one(select(person).where(person.c.id == me))).phone_index is None
    assert (asked.status_code, await count(ada, retained_person)) == (202, 1)
    await set_rows(ada, deletion, erase_on=today)
    await ticked(ada, modules, "compliance.end_accounts")
    assert await count(ada, retained_person) == 0
    async with ada.services.database.read(scope(ada)) as tx:
        assert await tx.scalar(select(deletion.c.status)) == "erased"
