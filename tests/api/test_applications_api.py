"""Applications over HTTP: drafts, files, submission, withdrawal, and whose they are."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from backend.applications.tables import application, application_attachment, application_step, product
from backend.applications.usecases.expire_stale import expire_stale
from backend.kernel import outbox
from backend.kernel.module import Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import blob
from backend.kernel.tables import outbox as outbox_table
from backend.kernel.tenants import Tenant
from backend.servicing.store import loan_reads
from backend.servicing.usecases.create_loan import create_loan
from backend.settings import Settings
from shared.api.bank_accounts import AccountOwnership
from shared.api.products import AttachmentKind, Channel
from shared.events.disbursement import DisbursementCancelled, DisbursementFailed
from shared.events.offers import OffersReady
from shared.events.underwriting import DecisionMade, DecisionOutcome
from shared.ids import new_id
from shared.loss_policy import LossBucket, LossPolicy
from tests.builders import applications as build
from tests.builders import platform
from tests.builders.applications import Borrower
from tests.builders.servicing import Desk
from tests.builders.worker import working


@dataclass(frozen=True)
class Stage:
    """The application and the worker's settings."""

    client: httpx.AsyncClient
    settings: Settings
    services: Services


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with platform.serve(settings, services, [build.module(services)]) as client:
        yield Stage(client=client, settings=settings, services=services)


async def count(play: Stage, tenant: Tenant, table: Any) -> int:
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))


async def topics(play: Stage, tenant: Tenant) -> list[tuple[str, Any]]:
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        rows = await tx.all(select(outbox_table).order_by(outbox_table.c.position))
        return [(row.topic, row.data) for row in rows]


async def test_a_draft_is_filled_in_submitted_and_published(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()

    draft = await ada.call("POST", "/applications", {"product_id": product.id, "channel": "web"})
    assert draft["status"] == "draft"
    assert draft["missing"] == [
        "amount_minor",
        "instalments",
        "purpose",
        "payout_account_id",
        "attachments.bank_statement",
    ]
    path = f"/applications/{draft['id']}"
    details = {"declared_monthly_income_minor": 45_000_000, "note": "Stock for Easter"}
    await ada.call("PATCH", path, {"amount_minor": 30_000_000, "instalments": 6, "details": details})
    changed = await ada.call("PATCH", path, {"purpose": "stock", "payout_account_id": ada.account_id})
    attached = await ada.attach(draft["id"])
    submitted = await ada.call("POST", f"{path}/submit")

    assert changed["details"]["note"] == "Stock for Easter"
    assert (attached["starts_on"], attached["ends_on"], attached["transactions"]) == ("2026-01-01", "2026-03-28", 21)
    assert attached["filename"] == "statement.csv"
    assert (submitted["status"], submitted["revision"], submitted["missing"]) == ("submitted", 1, [])
    assert submitted["amount"] == {"amount_minor": 30_000_000, "currency": "NGN"}
    assert await topics(play, tenant) == [
        (
            "applications.application_submitted",
            {
                "application_id": draft["id"],
                "user_id": str(ada.user_id),
                "business_id": None,
                "product_id": str(product.id),
                "product_kind": "working_capital",
                "revision": 1,
            },
        )
    ]
    history = await ada.call("GET", f"{path}/history")
    assert [step["status"] for step in history] == ["draft", "submitted"]


async def test_what_the_applicant_tells_is_stored_sealed(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()
    draft = await ada.draft(product, details={"note": "SECRET-NOTE"})
    await ada.attach(draft["id"])

    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        row = await tx.one(select(application))
        file = await tx.one(select(application_attachment))

    assert b"SECRET-NOTE" not in row.sealed_details
    assert b"statement" not in file.sealed_filename


async def test_an_incomplete_application_is_not_submitted(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()
    draft = await ada.draft(product, amount_minor=100, purpose=None)

    problem = await ada.call("POST", f"/applications/{draft['id']}/submit", expect=422)

    assert problem["code"] == "application_incomplete"
    assert set(problem["errors"]) == {"amount_minor", "purpose", "attachments.bank_statement"}
    assert (await ada.call("GET", f"/applications/{draft['id']}"))["status"] == "draft"
    assert await topics(play, tenant) == []


async def test_nobody_unverified_too_young_or_with_anothers_account_applies(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    stranger = Borrower(play.client, play.services, tenant)
    young = await Borrower(play.client, play.services, tenant).verified(born_on=date(2015, 1, 1))
    sly = await Borrower(play.client, play.services, tenant).verified()
    sly.account_id = young.account_id
    wrong = await Borrower(play.client, play.services, tenant).verified()
    wrong.account_id = await build.add_account(play.services, tenant, wrong.user_id, AccountOwnership.MISMATCH)

    for who, status, code in (
        (stranger, 409, "kyc_not_passed"),
        (young, 422, "not_eligible"),
        (sly, 404, "bank_account_not_found"),
        (wrong, 409, "bank_account_not_usable"),
    ):
        draft = await who.draft(product)
        await who.attach(draft["id"])
        problem = await who.call("POST", f"/applications/{draft['id']}/submit", expect=status)
        assert problem["code"] == code

    assert await topics(play, tenant) == []


async def test_a_business_is_paid_to_its_own_account_and_a_person_to_theirs(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada, firm, other = await Borrower(play.client, play.services, tenant).verified(), new_id(), new_id()
    accounts: dict[UUID | None, UUID] = {None: ada.account_id}
    for business_id in (firm, other):
        await build.verify_business(play.services, tenant, business_id, ada.user_id)
        accounts[business_id] = await build.add_account(play.services, tenant, ada.user_id, business_id=business_id)

    for applicant, foreign in ((None, firm), (firm, None), (firm, other)):
        draft = await ada.draft(product, business_id=applicant, payout_account_id=accounts[foreign])
        await ada.attach(draft["id"])
        problem = await ada.call("POST", f"/applications/{draft['id']}/submit", expect=404)
        assert problem["code"] == "bank_account_not_found"
        assert (await ada.call("GET", f"/applications/{draft['id']}"))["status"] == "draft"
    assert await topics(play, tenant) == []

    for applicant in (None, firm):
        asked = await ada.submitted(product, business_id=applicant, payout_account_id=accounts[applicant])
        assert (asked["status"], asked["business_id"]) == ("submitted", applicant and str(applicant))


async def test_a_statement_that_cannot_be_read_is_refused_with_its_lines(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    draft = await ada.draft(product)

    bad = await ada.attach(draft["id"], b"Date,Details,Amount\n2026-01-01,x,-5\n2026-13-01,y,oops\n", expect=400)
    unclear = await ada.attach(draft["id"], b"Date,Details,Amount\n01/02/2026,x,-5\n03/04/2026,y,-6\n", expect=400)

    assert (bad["code"], list(bad["errors"])) == ("statement_rows_unreadable", ["line 3"])
    assert unclear["code"] == "statement_ambiguous"
    assert await count(play, tenant, blob) == 0

    read = await ada.attach(
        draft["id"], b"Date,Details,Amount\n01/02/2026,x,-5\n03/04/2026,y,-6\n", date_order="day_first"
    )
    assert (read["starts_on"], read["ends_on"]) == ("2026-02-01", "2026-04-03")


async def test_a_new_statement_replaces_the_old_and_files_can_be_removed(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    draft = await ada.draft(product)
    path = f"/applications/{draft['id']}"
    await ada.attach(draft["id"])
    second = await ada.attach(draft["id"], b"Date,Details,Amount\n2026-01-01,x,-5\n")

    assert [file["id"] for file in (await ada.call("GET", path))["attachments"]] == [second["id"]]
    content = await play.client.get(f"/v1{path}/attachments/{second['id']}/content", headers=ada.caller.headers)
    assert content.content.startswith(b"Date,Details")
    await ada.call("DELETE", f"{path}/attachments/{second['id']}")
    assert (await ada.call("GET", path))["attachments"] == []
    await ada.call("DELETE", f"{path}/attachments/{second['id']}", expect=404)


async def test_other_files_are_cleaned_or_refused(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    draft = await ada.draft(product)

    await ada.attach(draft["id"], b"#!/bin/sh", kind=AttachmentKind.INVOICE, expect=400)

    assert await count(play, tenant, application_attachment) == 0


async def test_two_devices_do_not_overwrite_each_other(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    draft = await ada.draft(product)
    path = f"/applications/{draft['id']}"
    await ada.call("PATCH", path, {"instalments": 5, "updated_at": draft["updated_at"]})

    problem = await ada.call("PATCH", path, {"instalments": 4, "updated_at": draft["updated_at"]}, expect=409)

    assert problem["code"] == "application_changed_elsewhere"
    assert (await ada.call("GET", path))["instalments"] == 5


async def test_a_submitted_application_is_locked_until_more_is_asked_for(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()
    submitted = await ada.submitted(product)
    path = f"/applications/{submitted['id']}"

    assert (await ada.call("PATCH", path, {"instalments": 4}, expect=409))["code"] == "application_locked"
    assert (await ada.call("POST", f"{path}/submit", expect=409))["code"] == "application_locked"
    await ada.attach(submitted["id"], expect=409)

    decided = [(DecisionOutcome.MORE_INFO, 1, ["statement_out_of_date"])]
    await tell(play, tenant, submitted["id"], decided, until="more_info")
    await ada.attach(submitted["id"])
    again = await ada.call("POST", f"{path}/submit")
    assert (again["status"], again["revision"]) == ("submitted", 2)

    late: list[tuple[DecisionOutcome, int, list[str]]] = [
        (DecisionOutcome.DECLINE, 1, []),
        (DecisionOutcome.APPROVE, 2, []),
    ]
    await tell(play, tenant, submitted["id"], late, until="approved")


async def tell(
    play: Stage,
    tenant: Tenant,
    application_id: str,
    decisions: list[tuple[DecisionOutcome, int, list[str]]],
    until: str,
) -> None:
    """Publishes decisions and waits until the application's status shows them."""
    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        for outcome, revision, reasons in decisions:
            await outbox.add(
                tx,
                DecisionMade(
                    application_id=msgspec.convert(application_id, type=type(tenant.id)),
                    decision_id=new_id(),
                    outcome=outcome,
                    reasons=reasons,
                    revision=revision,
                ),
            )
    await settled(play, tenant, application_id, until)


async def settled(play: Stage, tenant: Tenant, application_id: str, status: str) -> None:
    """Runs the worker until the application stands at `status`."""
    wanted = select(application.c.status).where(application.c.id == application_id)
    async with working(play.settings, play.services, [build.module(play.services)], tenant):
        for _ in range(1_200):
            async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
                if await tx.scalar(wanted) == status:
                    return
            await asyncio.sleep(0.05)
    raise AssertionError(f"{application_id} never came to {status}")


async def test_withdrawing_is_published_once_and_is_final(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()
    submitted = await ada.submitted(product)
    path = f"/applications/{submitted['id']}/withdraw"

    first = await ada.call("POST", path, {"reason": "changed_my_mind"})
    again = await ada.call("POST", path, {})

    assert (first["status"], again["status"]) == ("withdrawn", "withdrawn")
    assert [topic for topic, _ in await topics(play, tenant)][1:] == ["applications.application_withdrawn"]
    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        await outbox.add(
            tx, OffersReady(application_id=msgspec.convert(submitted["id"], type=type(tenant.id)), offers=3)
        )
    await settled(play, tenant, submitted["id"], "withdrawn")


async def test_a_payout_that_is_given_up_cancels_its_own_application_only(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()
    submitted = await ada.submitted(product)
    application_id, loan_id = msgspec.convert(submitted["id"], type=type(tenant.id)), new_id()
    failed = DisbursementFailed(
        loan_id=loan_id, application_id=application_id, payout_id=new_id(), reason_code="account_closed"
    )
    given_up = DisbursementCancelled(
        loan_id=loan_id, application_id=application_id, user_id=ada.user_id, payout_id=new_id(), reason_code="gone"
    )
    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        await outbox.add(tx, failed)
    await settled(play, tenant, submitted["id"], "disbursement_failed")

    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        of_a_draw = msgspec.structs.replace(given_up, loan_id=new_id(), reason_code="of_a_draw")
        await outbox.add_many(tx, [of_a_draw, given_up])
    await settled(play, tenant, submitted["id"], "cancelled")

    history = await ada.call("GET", f"/applications/{submitted['id']}/history")
    reasons = [step["reasons"] for step in history if step["reasons"]]
    assert reasons == [["account_closed"], ["gone"]]


async def test_what_is_anothers_does_not_exist(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = await Borrower(play.client, play.services, tenant).verified()
    draft = await ada.draft(product)
    file = await ada.attach(draft["id"])
    elsewhere = await platform.new_tenant(play.services)
    path = f"/applications/{draft['id']}"

    for stranger in (Borrower(play.client, play.services, tenant), Borrower(play.client, play.services, elsewhere)):
        await stranger.call("GET", path, expect=404)
        await stranger.call("PATCH", path, {"instalments": 3}, expect=404)
        await stranger.call("POST", f"{path}/submit", expect=404)
        await stranger.call("POST", f"{path}/withdraw", {}, expect=404)
        await stranger.call("GET", f"{path}/history", expect=404)
        await stranger.call("DELETE", f"{path}/attachments/{file['id']}", expect=404)
        await stranger.call("GET", f"{path}/attachments/{file['id']}/content", expect=404)
        await stranger.attach(draft["id"], expect=404)
        assert (await stranger.call("GET", "/applications"))["items"] == []

    unchanged = await ada.call("GET", path)
    assert unchanged["updated_at"] == draft["updated_at"]
    assert len(unchanged["attachments"]) == 1


async def test_staff_look_at_everything_and_change_nothing(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    officer = Borrower(play.client, play.services, tenant, Role.OPERATIONS)
    draft = await ada.draft(product)

    assert (await officer.call("GET", f"/applications/{draft['id']}"))["id"] == draft["id"]
    assert [item["id"] for item in (await officer.call("GET", "/applications"))["items"]] == [draft["id"]]
    await officer.call("PATCH", f"/applications/{draft['id']}", {"instalments": 3}, expect=403)
    await officer.call("POST", f"/applications/{draft['id']}/withdraw", {}, expect=403)
    assert await ada.call("GET", f"/applications/{draft['id']}") == draft


async def test_lists_run_from_the_newest_in_pages(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    ids = [(await ada.draft(product))["id"] for _ in range(3)]

    first = await ada.call("GET", "/applications?limit=2")
    second = await ada.call("GET", f"/applications?limit=2&cursor={first['next_cursor']}")

    assert [item["id"] for item in (*first["items"], *second["items"])] == ids[::-1]
    assert second["next_cursor"] is None
    assert (await ada.call("GET", "/applications?status=submitted"))["items"] == []


async def test_how_a_product_judges_losses_is_for_staff_alone(play: Stage, tenant: Tenant) -> None:
    admin = Borrower(play.client, play.services, tenant, Role.TENANT_ADMIN)
    ada = Borrower(play.client, play.services, tenant)
    policy = LossPolicy(buckets=(LossBucket(code="lost", from_days=91, provision_bps=10_000),))
    wrong = {**msgspec.to_builtins(policy), "probation_days": 5}

    saved = await admin.call("POST", "/products", build.product_in(loss_policy=policy))
    refused = await admin.call(
        "POST", "/products", msgspec.to_builtins(build.product_in()) | {"loss_policy": wrong}, expect=400
    )

    assert saved["loss_policy"]["buckets"][0]["code"] == "lost"
    assert "probation ends non-accrual" in str(refused)
    for path in ("/products", f"/products/{saved['id']}"):
        seen_by_staff, seen = await admin.call("GET", path), await ada.call("GET", path)
        first_of_staff = seen_by_staff if isinstance(seen_by_staff, dict) else seen_by_staff[0]
        first = seen if isinstance(seen, dict) else seen[0]
        assert (first_of_staff["loss_policy"], first["loss_policy"]) == (saved["loss_policy"], None)


async def test_a_loan_is_judged_as_the_product_said_when_it_was_applied_for(play: Stage, tenant: Tenant) -> None:
    ada, desk = Borrower(play.client, play.services, tenant), Desk(play.services, tenant)
    policy = LossPolicy(buckets=(LossBucket(code="lost", from_days=91, provision_bps=10_000),))
    product = await build.add_product(play.services, tenant, loss_policy=policy)
    draft = await ada.call("POST", "/applications", {"product_id": str(product.id), "channel": "web"})
    await build.add_product(play.services, tenant, loss_policy=None)
    signed = msgspec.structs.replace(desk.signed(), application_id=build.as_uuid(draft["id"]))

    await desk.write(lambda tx: create_loan(tx, signed))

    found = await desk.write(lambda tx: loan_reads.summary(tx, signed.loan_id))
    assert found.contract.terms == msgspec.structs.replace(signed.terms, loss_policy=policy)


async def test_products_are_versions_and_the_shelf_is_open_to_all(play: Stage, tenant: Tenant) -> None:
    admin = Borrower(play.client, play.services, tenant, Role.TENANT_ADMIN)
    ada = Borrower(play.client, play.services, tenant)
    first = await admin.call("POST", "/products", build.product_in())
    second = await admin.call("POST", "/products", build.product_in(max_instalments=9))

    shelf = await play.client.get("/v1/products?channel=ios&currency=NGN", headers={"X-Tenant": tenant.slug})

    assert [(item["id"], item["version"]) for item in shelf.json()] == [(second["id"], 2)]
    assert (await ada.call("GET", f"/products/{first['id']}"))["state"] == "retired"
    assert len(await ada.call("GET", "/products?retired=true")) == 2
    problem = await ada.call("POST", "/applications", {"product_id": first["id"], "channel": "web"}, expect=409)
    assert problem["code"] == "product_unavailable"
    await ada.call("POST", "/products", build.product_in(), expect=403)
    await admin.call("POST", f"/products/{second['id']}/retire")
    assert await ada.call("GET", "/products") == []


async def test_a_product_that_breaks_a_stores_rules_is_refused(play: Stage, tenant: Tenant) -> None:
    admin = Borrower(play.client, play.services, tenant, Role.TENANT_ADMIN)

    problem = await admin.call("POST", "/products", build.product_in(min_instalments=1), expect=422)

    assert set(problem["errors"]) == {"channels.ios", "channels.android"}
    problem = await admin.call("POST", "/products", build.product_in(holidays="ZZ"), expect=422)
    assert set(problem["errors"]) == {"holidays"}
    assert await count(play, tenant, product) == 0
    await admin.call("POST", "/products", build.product_in(min_instalments=1, channels=(Channel.WEB,)))


async def test_unfinished_applications_are_limited(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    for _ in range(20):
        await ada.draft(product)

    answer = await play.client.post(
        "/v1/applications",
        headers=ada.caller.headers,
        json={"product_id": str(product.id), "channel": "web"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_applications")
    assert await count(play, tenant, application) == 20


async def test_what_nobody_goes_on_with_expires(play: Stage, tenant: Tenant) -> None:
    product = await build.add_product(play.services, tenant)
    ada = Borrower(play.client, play.services, tenant)
    draft = await ada.draft(product)

    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        assert await expire_stale(tx) == 0
        tx.now += timedelta(days=31)
        assert await expire_stale(tx) == 1
        assert await expire_stale(tx) == 0

    assert (await ada.call("GET", f"/applications/{draft['id']}"))["status"] == "expired"
    assert await count(play, tenant, application_step) == 2
