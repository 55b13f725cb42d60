"""Decisions from submission to answer, over HTTP, PostgreSQL and the worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from backend import underwriting
from backend.kernel import business_date, outbox
from backend.kernel.module import Module, Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tables import audit_entry
from backend.kernel.tables import outbox as outbox_table
from backend.kernel.tenants import Tenant
from backend.servicing.usecases.relieve import write_off
from backend.settings import Settings
from backend.underwriting.invariants import invariants
from backend.underwriting.tables import credit_decision, credit_policy, referral
from shared.api.products import ProductOut
from shared.api.relief import WriteOffIn
from shared.events.applications import ApplicationSubmitted
from shared.events.servicing import RepaymentMissed
from shared.ids import new_id
from shared.money import Money
from tests.builders import applications as build
from tests.builders import platform
from tests.builders.applications import Borrower
from tests.builders.servicing import Desk
from tests.builders.statements import Entry, as_csv, entry, salaried
from tests.builders.worker import working


@dataclass(frozen=True)
class Stage:
    """The application with its worker running beside it."""

    client: httpx.AsyncClient
    services: Services


def modules(services: Services) -> list[Module]:
    return [build.module(services), underwriting.module(services)]


@pytest.fixture(scope="module")
async def play(settings: Settings, services: Services) -> AsyncIterator[Stage]:
    async with (
        platform.serve(settings, services, modules(services)) as client,
        working(settings, services, modules(services)),
    ):
        yield Stage(client=client, services=services)


@pytest.fixture
async def product(play: Stage, tenant: Tenant) -> ProductOut:
    return await build.add_product(play.services, tenant)


async def borrower(play: Stage, tenant: Tenant) -> Borrower:
    return await Borrower(play.client, play.services, tenant).verified()


def officer(play: Stage, tenant: Tenant, *roles: Role) -> Borrower:
    return Borrower(play.client, play.services, tenant, *(roles or (Role.OPERATIONS,)))


async def rows(play: Stage, tenant: Tenant, wanted: Any) -> list[Any]:
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        return list(await tx.all(wanted))


async def recent(
    play: Stage, tenant: Tenant, *, months_ago: int = 3, change: Callable[[date], list[Entry]] = lambda _: []
) -> bytes:
    """Three months of a salaried life up to the end of the month before the business date; `change` adds to them."""
    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        today = await business_date.current(tx)
    index = today.year * 12 + today.month - 1 - months_ago
    first = date(index // 12, index % 12 + 1, 1)
    return as_csv(salaried(first_month=first, extra=change(first)))


async def settled(who: Borrower, application_id: str, *, revision: int = 1, by_person: bool = False) -> Any:
    """The decision on a submission, once it is there."""
    for _ in range(1_200):
        found = await who.call("GET", f"/applications/{application_id}/decisions")
        for each in found:
            if (each["revision"], each["by_person"]) == (revision, by_person):
                return each
        await asyncio.sleep(0.05)
    raise AssertionError("no decision came")


async def became(who: Borrower, application_id: str, status: str) -> Any:
    """The application, once it stands at `status`."""
    found = None
    for _ in range(1_200):
        found = await who.call("GET", f"/applications/{application_id}")
        if found["status"] == status:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"it is {found and found['status']}")


async def referred(play: Stage, tenant: Tenant, product: ProductOut, **fields: Any) -> tuple[Borrower, str, Any]:
    """An application before the officers: two people sent the same statement."""
    content = await recent(play, tenant)
    twin, ada = await borrower(play, tenant), await borrower(play, tenant)
    await twin.attach((await twin.draft(product))["id"], content)
    submitted = await ada.submitted(product, content, **fields)
    decision = await settled(ada, submitted["id"])
    assert decision["outcome"] == "refer"
    waiting = await officer(play, tenant).call("GET", "/referrals?state=open")
    return ada, submitted["id"], next(each for each in waiting["items"] if each["decision_id"] == decision["id"])


async def test_a_sound_application_is_approved_published_and_replays(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada = await borrower(play, tenant)
    submitted = await ada.submitted(product, await recent(play, tenant))

    decision = await settled(ada, submitted["id"])

    assert (decision["outcome"], decision["reasons"], decision["by_person"]) == ("approve", [], False)
    assert decision["limit"] == {"amount_minor": 30_000_000, "currency": "NGN"}
    assert await ada.call("GET", f"/applications/{submitted['id']}/decision") == decision
    await became(ada, submitted["id"], "approved")
    published = await rows(
        play, tenant, select(outbox_table.c.data).where(outbox_table.c.topic == "underwriting.decision_made")
    )
    assert [row.data for row in published] == [
        {
            "application_id": submitted["id"],
            "decision_id": decision["id"],
            "outcome": "approve",
            "limit": {"amount_minor": 30_000_000, "currency": "NGN"},
            "reasons": [],
            "score_band": "A",
            "revision": 1,
            "user_id": str(ada.user_id),
        }
    ]
    replayed = await officer(play, tenant).call("POST", f"/decisions/{decision['id']}/replay")
    assert replayed["same"]
    assert replayed["stored_sha256"] == replayed["replayed_sha256"]


async def test_a_decline_gives_its_reasons_in_plain_words_and_the_staff_the_trace(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    def bounces(first: date) -> list[Entry]:
        return [entry(first + timedelta(days=60 + n), -50_000, "INSUFFICIENT FUNDS CHARGE") for n in range(7)]

    ada = await borrower(play, tenant)
    submitted = await ada.submitted(product, await recent(play, tenant, change=bounces))

    decision = await settled(ada, submitted["id"])

    assert (decision["outcome"], decision["limit"]) == ("decline", None)
    assert decision["reasons"] == [
        {
            "code": "returned_payments",
            "text": "Payments from your account were returned unpaid.",
            "advice": "Keep enough in the account on due days, then apply again in three months.",
        }
    ]
    await became(ada, submitted["id"], "declined")
    trace = await officer(play, tenant).call("GET", f"/decisions/{decision['id']}")
    assert [rule["rule_id"] for rule in trace["rules"]] == ["returned_payments_many", "income_multiple"]
    assert trace["features"]["returned_payments_90d"] == "7"
    assert trace["features"]["income_monthly_median_minor"] == "45000000"
    assert trace["texts"]["identity"] == "passed"
    assert (trace["basis"], trace["policy_version"], trace["made_by"]) == ("rules", 1, "system:underwriting")


async def test_what_went_in_is_sealed_and_a_decision_can_never_be_changed(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada = await borrower(play, tenant)
    submitted = await ada.submitted(product, await recent(play, tenant))
    await settled(ada, submitted["id"])

    (row,) = await rows(play, tenant, select(credit_decision))

    assert b"income" not in row.sealed_inputs
    with pytest.raises(DBAPIError):
        async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
            await tx.execute(update(credit_decision).values(limit_minor=1))


async def test_more_is_asked_for_and_the_next_submission_decided_anew(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada = await borrower(play, tenant)
    submitted = await ada.submitted(product, await recent(play, tenant, months_ago=9))
    asked = await settled(ada, submitted["id"])
    assert (asked["outcome"], [each["code"] for each in asked["reasons"]]) == ("more_info", ["statement_out_of_date"])

    await became(ada, submitted["id"], "more_info")
    await ada.attach(submitted["id"], await recent(play, tenant))
    await ada.call("POST", f"/applications/{submitted['id']}/submit")

    assert (await settled(ada, submitted["id"], revision=2))["outcome"] == "approve"
    await became(ada, submitted["id"], "approved")


async def test_a_person_decides_a_referral_with_a_reason(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    ada, application_id, waiting = await referred(play, tenant, product)
    await became(ada, application_id, "referred")
    judge = officer(play, tenant)
    assert [each["code"] for each in waiting["reasons"]] == ["statement_needs_checking"]
    assert waiting["needs_second_above"] == {"amount_minor": 50_000_000, "currency": "NGN"}

    verdict = {"outcome": "approve", "limit_minor": 20_000_000, "note": "Twins share an account; seen on video."}
    decided = await judge.call("POST", f"/referrals/{waiting['id']}/decide", verdict)

    assert decided["state"] == "decided"
    assert decided["verdict"]["by"] == str(judge.user_id)
    assert decided["verdict"]["note"] == verdict["note"]
    final = await settled(ada, application_id, by_person=True)
    assert (final["outcome"], final["limit"]["amount_minor"]) == ("approve", 20_000_000)
    await became(ada, application_id, "approved")
    trace = await judge.call("GET", f"/decisions/{final['id']}")
    assert (trace["made_by"], trace["note"]) == (str(judge.user_id), verdict["note"])
    audited = await rows(
        play, tenant, select(audit_entry.c.action, audit_entry.c.actor).order_by(audit_entry.c.position)
    )
    assert ("referral.verdict_given", str(judge.user_id)) in [tuple(row) for row in audited]
    again = await judge.call("POST", f"/referrals/{waiting['id']}/decide", verdict, expect=409)
    assert again["code"] == "referral_not_waiting"
    problem = await judge.call("POST", f"/decisions/{final['id']}/replay", expect=409)
    assert problem["code"] == "decision_not_replayable"


async def test_much_at_stake_takes_two_officers(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    ada, application_id, waiting = await referred(play, tenant, product, amount_minor=80_000_000, instalments=12)
    first, second = officer(play, tenant), officer(play, tenant)
    path = f"/referrals/{waiting['id']}"
    verdict = {"outcome": "approve", "limit_minor": 60_000_000, "note": "Known customer"}

    said = await first.call("POST", f"{path}/decide", verdict)
    assert said["state"] == "awaiting_second"
    assert (await first.call("POST", f"{path}/confirm", {"note": "Me too"}, expect=403))["code"] == "same_officer"
    returned = await second.call("POST", f"{path}/return")
    assert (returned["state"], returned["verdict"]) == ("open", None)
    assert len(await rows(play, tenant, select(credit_decision.c.id))) == 1

    await first.call("POST", f"{path}/decide", verdict)
    confirmed = await second.call("POST", f"{path}/confirm", {"note": "Seen the accounts"})
    assert (confirmed["state"], confirmed["confirmed_by"]) == ("decided", str(second.user_id))
    final = await settled(ada, application_id, by_person=True)
    trace = await second.call("GET", f"/decisions/{final['id']}")
    assert trace["note"] == "Known customer\n\nSeen the accounts"


async def test_a_verdict_that_contradicts_itself_changes_nothing(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    _, _, waiting = await referred(play, tenant, product)
    judge = officer(play, tenant)
    path = f"/referrals/{waiting['id']}/decide"

    for body, field in (
        ({"outcome": "approve"}, "limit_minor"),
        ({"outcome": "approve", "limit_minor": 30_000_001}, "limit_minor"),
        ({"outcome": "decline"}, "reasons"),
        ({"outcome": "decline", "reasons": ["made_up"]}, "reasons"),
        ({"outcome": "more_info", "reasons": ["low_balances"], "limit_minor": 5}, "limit_minor"),
    ):
        problem = await judge.call("POST", path, {"note": "because", **body}, expect=422)
        assert set(problem["errors"]) == {field}

    assert (await judge.call("GET", f"/referrals/{waiting['id']}"))["state"] == "open"
    assert len(await rows(play, tenant, select(credit_decision.c.id).where(credit_decision.c.by_person))) == 0


async def test_nobody_decides_on_their_own_application_nor_without_the_role(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada, application_id, waiting = await referred(play, tenant, product)
    verdict = {"outcome": "approve", "limit_minor": 10_000_000, "note": "trust me"}
    path = f"/referrals/{waiting['id']}/decide"
    promoted = officer(play, tenant)
    promoted.caller = platform.caller(play.services, tenant, Role.OPERATIONS, user_id=ada.user_id)

    assert (await promoted.call("POST", path, verdict, expect=403))["code"] == "own_application"
    await ada.call("POST", path, verdict, expect=403)
    await officer(play, tenant, Role.SUPPORT_AGENT).call("POST", path, verdict, expect=403)
    elsewhere = officer(play, await platform.new_tenant(play.services))
    await elsewhere.call("POST", path, verdict, expect=404)

    assert (await ada.call("GET", f"/applications/{application_id}"))["status"] in ("submitted", "referred")
    assert len(await rows(play, tenant, select(credit_decision.c.id))) == 1


async def test_a_withdrawn_application_leaves_the_officers_list(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada, application_id, waiting = await referred(play, tenant, product)
    await ada.call("POST", f"/applications/{application_id}/withdraw", {})
    judge = officer(play, tenant)

    answer = await play.client.post(
        f"/v1/referrals/{waiting['id']}/decide",
        headers=judge.caller.headers,
        json={"outcome": "approve", "limit_minor": 10_000_000, "note": "too late"},
    )

    assert answer.status_code == 409
    for _ in range(1_200):
        if (await judge.call("GET", f"/referrals/{waiting['id']}"))["state"] == "closed":
            break
        await asyncio.sleep(0.05)
    assert (await judge.call("GET", "/referrals?state=open"))["items"] == []


async def test_the_same_submission_told_twice_is_decided_once(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    ada = await borrower(play, tenant)
    submitted = await ada.submitted(product, await recent(play, tenant))
    await settled(ada, submitted["id"])

    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        for revision in (1, 2):
            await outbox.add(
                tx,
                ApplicationSubmitted(
                    application_id=UUID(submitted["id"]),
                    user_id=ada.user_id,
                    product_id=product.id,
                    product_kind=product.kind,
                    revision=revision,
                ),
            )
    await asyncio.sleep(0.5)

    assert len(await rows(play, tenant, select(credit_decision.c.id))) == 1


async def test_a_new_policy_decides_the_next_application_and_old_decisions_still_replay(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada, ben = await borrower(play, tenant), await borrower(play, tenant)
    first = await settled(ada, (await ada.submitted(product, await recent(play, tenant)))["id"])
    author, judge = officer(play, tenant, Role.TENANT_ADMIN), officer(play, tenant)
    strict = {
        "rule_set": {
            "rules": [
                {
                    "id": "nobody",
                    "when": "requested_minor > 0",
                    "outcome": "decline",
                    "reason": "amount_large_for_income",
                }
            ]
        }
    }

    draft = await author.call("POST", "/credit-policies", strict)
    assert (draft["version"], draft["state"]) == (2, "draft")
    own = await author.call("POST", f"/credit-policies/{draft['id']}/activate", expect=403)
    assert own["code"] == "policy_own_draft"
    active = await judge.call("POST", f"/credit-policies/{draft['id']}/activate")
    assert (active["state"], active["activated_by"]) == ("active", str(judge.user_id))
    second = await ben.submitted(product, await recent(play, tenant, change=lambda first: [entry(first, -7, "POS")]))

    assert (await settled(ben, second["id"]))["outcome"] == "decline"
    assert (await judge.call("POST", f"/decisions/{first['id']}/replay"))["same"]
    states = {each["version"]: each["state"] for each in await judge.call("GET", "/credit-policies")}
    assert states[2] == "active"
    with pytest.raises(DBAPIError):
        async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
            await tx.execute(update(credit_policy).values(note="changed afterwards"))


async def test_a_policy_that_cannot_work_is_refused_with_every_reason(play: Stage, tenant: Tenant) -> None:
    author = officer(play, tenant)
    rules = [
        {"id": "one", "when": "age_years <", "outcome": "decline", "reason": "income_too_low"},
        {"id": "two", "when": "nonsense > 1", "outcome": "decline", "reason": "no_such_reason"},
    ]

    problem = await author.call("POST", "/credit-policies", {"rule_set": {"rules": rules}}, expect=400)

    assert set(problem["errors"]) == {"rules[0].when", "rules[1].when", "rules[1].reason"}
    assert await rows(play, tenant, select(credit_policy.c.id)) == []
    features = await author.call("GET", "/credit-policies/features")
    assert {"name": "age_years", "kind": "number"}.items() <= next(
        each for each in features if each["name"] == "age_years"
    ).items()


async def test_missed_repayments_of_the_past_count(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    ada = await borrower(play, tenant)
    async with play.services.database.write(Scope.system(tenant.id, "test")) as tx:
        for number in (1, 2):
            missed = RepaymentMissed(
                loan_id=new_id(),
                user_id=ada.user_id,
                number=number,
                due_on=date(2026, 1, 1),
                amount=Money.of(100, "NGN"),
                days_past_due=4,
            )
            await outbox.add(tx, missed)
    await asyncio.sleep(0.5)

    decision = await settled(ada, (await ada.submitted(product, await recent(play, tenant)))["id"])

    trace = await officer(play, tenant).call("GET", f"/decisions/{decision['id']}")
    assert trace["features"]["missed_repayments"] == "2"
    lost = {each["name"]: each["lost"] for each in trace["characteristics"]}
    assert lost["missed"] == 40


async def test_a_loan_that_was_written_off_counts_as_late_as_any(
    play: Stage, tenant: Tenant, product: ProductOut
) -> None:
    ada, desk = await borrower(play, tenant), Desk(play.services, tenant)
    desk.user_id = ada.user_id
    loan_id = await desk.open_loan()
    await desk.write(lambda tx: write_off(tx, loan_id, WriteOffIn(reason="Insolvent")))
    await asyncio.sleep(0.5)

    decision = await settled(ada, (await ada.submitted(product, await recent(play, tenant)))["id"])

    trace = await officer(play, tenant).call("GET", f"/decisions/{decision['id']}")
    assert trace["features"]["days_past_due"] == "3650"


async def test_what_is_anothers_does_not_exist(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    ada, eve = await borrower(play, tenant), await borrower(play, tenant)
    submitted = await ada.submitted(product, await recent(play, tenant))
    decision = await settled(ada, submitted["id"])
    elsewhere = officer(play, await platform.new_tenant(play.services))

    for stranger in (eve, elsewhere):
        await stranger.call("GET", f"/applications/{submitted['id']}/decision", expect=404)
        await stranger.call("GET", f"/applications/{submitted['id']}/decisions", expect=404)
    await ada.call("GET", f"/decisions/{decision['id']}", expect=403)
    await ada.call("POST", f"/decisions/{decision['id']}/replay", expect=403)
    await elsewhere.call("GET", f"/decisions/{decision['id']}", expect=404)
    await elsewhere.call("POST", f"/decisions/{decision['id']}/replay", expect=404)
    assert await elsewhere.call("GET", "/credit-policies") == []


async def test_a_draft_has_no_decision_yet(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    ada = await borrower(play, tenant)
    draft = await ada.draft(product)

    problem = await ada.call("GET", f"/applications/{draft['id']}/decision", expect=404)

    assert problem["code"] == "decision_not_found"


async def test_the_truths_hold_over_all_of_it(play: Stage, tenant: Tenant, product: ProductOut) -> None:
    await referred(play, tenant, product)

    async with play.services.database.read(Scope.system(tenant.id, "test")) as tx:
        for truth in invariants(play.services.vault):
            assert await truth.violations(tx) == []
        assert await tx.scalar(select(func.count()).select_from(referral)) == 1
        assert msgspec.json.encode(await tx.scalar(select(credit_policy.c.rule_set)))
