"""Businesses, invitations, staff, consents and the tenant, from outside."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, update

from backend import identity
from backend.identity.tables import invitation, membership, person
from backend.kernel.module import Services
from backend.kernel.scope import Principal, Scope
from backend.kernel.tables import audit_entry
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.identity import TenantSettings
from shared.ids import new_id
from shared.roles import Role
from tests.builders import platform
from tests.builders.identity import Browser, messages, set_up, staff

ADA, OBI, BOSS = "+2348031234567", "+2348031234568", "+2348031234560"


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [identity.module(services)]) as client:
        yield client


@pytest.fixture
async def open_tenant(services: Services, tenant: Tenant) -> Tenant:
    return await set_up(services, tenant, TenantSettings(staff_need_second_factor=False))


@pytest.fixture
async def ada(client: httpx.AsyncClient, services: Services, open_tenant: Tenant) -> Browser:
    browser = Browser(client, services, open_tenant, {"phone": ADA})
    await browser.sign_up("Ada")
    return browser


@pytest.fixture
async def obi(ada: Browser) -> Browser:
    browser = Browser(ada.http, ada.services, ada.tenant, {"phone": OBI})
    await browser.sign_up("Obi")
    return browser


@pytest.fixture
async def boss(ada: Browser) -> Browser:
    await staff(ada.services, ada.tenant, BOSS, Role.TENANT_ADMIN)
    browser = Browser(ada.http, ada.services, ada.tenant, {"phone": BOSS})
    await browser.prove()
    return browser


async def found(browser: Browser) -> str:
    answer = await browser.post("/businesses", {"name": "Obi Textiles", "country": "NG", "registration_number": "RC1"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def require(browser: Browser, business_id: str, *roles: Role) -> frozenset[Role]:
    user_id = UUID((await browser.get("/me")).json()["id"])
    principal = Principal(
        tenant_id=browser.tenant.id, user_id=user_id, session_id=new_id(), roles=frozenset({Role.BORROWER})
    )
    async with browser.services.database.read(Scope.of(principal)) as tx:
        return await identity.require_member(tx, UUID(business_id), roles)


async def count(browser: Browser, table: object) -> int:
    async with browser.services.database.read(Scope.system(browser.tenant.id, "test")) as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)))  # type: ignore[arg-type]


async def test_who_registers_a_business_owns_it_and_acts_for_it_after_the_next_refresh(ada: Browser) -> None:
    business_id = await found(ada)

    assert [(one["name"], one["my_roles"]) for one in (await ada.get("/businesses")).json()] == [
        ("Obi Textiles", ["business_owner"])
    ]
    assert await require(ada, business_id, Role.BUSINESS_OWNER) == {Role.BUSINESS_OWNER}
    await ada.refresh()
    assert (await ada.get("/me")).json()["roles"] == ["borrower", "business_owner"]


async def test_an_invited_phone_signs_in_and_joins(ada: Browser, obi: Browser) -> None:
    business_id = await found(ada)

    sent = await ada.post(f"/businesses/{business_id}/invitations", {"role": "finance_viewer", "phone": OBI})
    mine = (await obi.get("/invitations")).json()
    joined = await obi.post(f"/invitations/{mine[0]['id']}/accept")

    assert (sent.status_code, sent.json()["sent_to"]) == (201, "+234•••68")
    assert (await messages(ada.services, ada.tenant, OBI))[-1].params["business"] == "Obi Textiles"
    assert joined.json()["my_roles"] == ["finance_viewer"]
    assert [one["status"] for one in (await ada.get(f"/businesses/{business_id}/invitations")).json()] == ["accepted"]
    members = (await ada.get(f"/businesses/{business_id}/members")).json()
    assert [(one["name"], one["roles"]) for one in members] == [
        ("Ada", ["business_owner"]),
        ("Obi", ["finance_viewer"]),
    ]
    assert await require(obi, business_id, Role.FINANCE_VIEWER) == {Role.FINANCE_VIEWER}
    with pytest.raises(identity.MembershipInsufficient):
        await require(obi, business_id, Role.FINANCE_APPROVER)


async def test_an_invitation_is_for_the_invited_and_for_once(ada: Browser, obi: Browser) -> None:
    business_id = await found(ada)
    eve = Browser(ada.http, ada.services, ada.tenant, {"email": "eve@example.com"})
    await eve.sign_up("Eve")
    sent = await ada.post(f"/businesses/{business_id}/invitations", {"role": "finance_viewer", "phone": OBI})
    accept = f"/invitations/{sent.json()['id']}/accept"

    stolen = await eve.post(accept)
    first, second = await obi.post(accept), await obi.post(accept)

    assert (stolen.status_code, stolen.json()["code"]) == (404, "invitation_not_found")
    assert (await eve.get("/invitations")).json() == []
    assert (first.status_code, second.status_code) == (200, 404)
    assert await count(ada, membership) == 2


async def test_invitations_are_taken_back_and_expire(ada: Browser, obi: Browser) -> None:
    business_id = await found(ada)
    path = f"/businesses/{business_id}/invitations"
    one = (await ada.post(path, {"role": "finance_viewer", "phone": OBI})).json()["id"]
    two = (await ada.post(path, {"role": "finance_approver", "phone": OBI})).json()["id"]

    withdrawn = await ada.http.delete(f"/v1/invitations/{one}", headers=ada.headers())
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(update(invitation).where(invitation.c.id == UUID(two)).values(expires_at=tx.now))

    assert withdrawn.status_code == 204
    assert [(await obi.post(f"/invitations/{each}/accept")).status_code for each in (one, two)] == [404, 404]
    assert sorted(each["status"] for each in (await ada.get(path)).json()) == ["expired", "withdrawn"]
    await _nothing_joined(ada)


async def _nothing_joined(browser: Browser) -> None:
    assert await count(browser, membership) == 1


async def test_only_an_owner_invites_and_only_into_roles_of_a_business(ada: Browser, obi: Browser) -> None:
    business_id = await found(ada)
    path = f"/businesses/{business_id}/invitations"
    invited = await ada.post(path, {"role": "finance_approver", "phone": OBI})
    await obi.post(f"/invitations/{invited.json()['id']}/accept")

    by_approver = await obi.post(path, {"role": "finance_viewer", "email": "eve@example.com"})
    as_staff = await ada.post(path, {"role": "tenant_admin", "email": "eve@example.com"})
    twice = await ada.post(path, {"role": "finance_approver", "phone": OBI})

    assert (by_approver.status_code, by_approver.json()["code"]) == (403, "role_not_yours")
    assert (as_staff.status_code, as_staff.json()["code"]) == (403, "role_not_yours")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_member")
    assert await count(ada, invitation) == 1


async def test_a_business_of_others_is_not_there(ada: Browser, obi: Browser) -> None:
    business_id = await found(ada)

    for path in ("", "/members", "/invitations"):
        answer = await obi.get(f"/businesses/{business_id}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "business_not_found")
    invited = await obi.post(f"/businesses/{business_id}/invitations", {"role": "finance_viewer", "phone": OBI})
    assert invited.status_code == 404
    with pytest.raises(identity.BusinessNotFound):
        await require(obi, business_id, Role.BUSINESS_OWNER)
    assert await count(ada, invitation) == 0


async def test_the_last_owner_stays(ada: Browser, obi: Browser) -> None:
    business_id, ada_id = await found(ada), (await ada.get("/me")).json()["id"]
    mine = f"/v1/businesses/{business_id}/members/{ada_id}/business_owner"

    refused = await ada.http.delete(mine, headers=ada.headers())
    invited = await ada.post(f"/businesses/{business_id}/invitations", {"role": "business_owner", "phone": OBI})
    await obi.post(f"/invitations/{invited.json()['id']}/accept")
    left = await ada.http.delete(mine, headers=ada.headers())

    assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")
    assert left.status_code == 204
    assert (await ada.get(f"/businesses/{business_id}")).status_code == 404


async def test_an_administrator_hires_and_lets_go(boss: Browser) -> None:
    hired = await boss.post("/staff", {"name": "Kemi", "roles": ["support_agent"], "email": "kemi@example.com"})
    kemi = Browser(boss.http, boss.services, boss.tenant, {"email": "kemi@example.com"})
    await kemi.prove()
    assert (await kemi.get("/me")).json()["roles"] == ["support_agent"]
    assert (await kemi.get(f"/people?phone={ADA.replace('+', '%2B')}")).json()["name"] == "Ada"
    assert (await kemi.get("/staff")).status_code == 403

    gone = await boss.http.put(f"/v1/staff/{hired.json()['id']}/roles", json={"roles": []}, headers=boss.headers())

    assert (gone.status_code, gone.json()["roles"]) == (200, [])
    assert (await kemi.refresh()).status_code == 401
    assert [one["name"] for one in (await boss.get("/staff")).json()["items"]] == ["Staff"]


async def test_staff_are_listed_page_by_page(boss: Browser) -> None:
    for number in range(3):
        email = f"s{number}@example.com"
        await boss.post("/staff", {"name": f"S{number}", "roles": ["operations"], "email": email})

    first = (await boss.get("/staff?limit=2")).json()
    second = (await boss.get(f"/staff?limit=2&cursor={first['next_cursor']}")).json()

    assert [one["name"] for one in first["items"] + second["items"]] == ["Staff", "S0", "S1", "S2"]
    assert second["next_cursor"] is None
    assert (await boss.get("/staff?cursor=x")).status_code == 400


async def test_nobody_but_an_administrator_hires_and_nobody_makes_a_borrower_or_an_owner(
    ada: Browser, boss: Browser
) -> None:
    before = await count(ada, person)

    by_borrower = await ada.post("/staff", {"name": "Eve", "roles": ["operations"], "email": "eve@example.com"})
    odd = [
        await boss.post("/staff", {"name": "Eve", "roles": [role], "email": "eve@example.com"})
        for role in ("borrower", "business_owner")
    ]

    assert by_borrower.status_code == 403
    assert [(one.status_code, one.json()["code"]) for one in odd] == [(403, "role_not_yours")] * 2
    assert await count(ada, person) == before


async def test_an_administrator_can_not_step_down_alone(boss: Browser) -> None:
    boss_id = (await boss.get("/me")).json()["id"]

    answer = await boss.http.put(f"/v1/staff/{boss_id}/roles", json={"roles": []}, headers=boss.headers())

    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_yours")
    assert (await boss.get("/me")).json()["roles"] == ["tenant_admin"]


async def test_looking_a_person_up_is_noted(ada: Browser, boss: Browser) -> None:
    ada_id = (await ada.get("/me")).json()["id"]

    seen = await boss.get(f"/people/{ada_id}")
    unseen = await ada.get(f"/people/{ada_id}")

    assert (seen.json()["phone"], unseen.status_code) == (ADA, 403)
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        noted = select(audit_entry.c.subject).where(audit_entry.c.action == "person.looked_up")
        assert [row.subject for row in await tx.all(noted)] == [f"person:{ada_id}"]


async def test_new_texts_are_asked_for_once_and_withdrawn_consents_stay_on_record(ada: Browser, boss: Browser) -> None:
    text = {"kind": "terms", "version": "2", "locale": "en", "title": "New terms", "body": "Be kind."}
    published = await boss.post("/consent-texts", [text])
    assert published.status_code == 201, published.text
    assert (await ada.get("/me")).json()["consents_due"] == ["terms"]

    stale = await ada.post("/me/consents", {"kind": "terms", "version": "1"})
    given = await ada.post("/me/consents", {"kind": "terms", "version": "2"})
    needed = await ada.http.delete("/v1/me/consents/terms", headers=ada.headers())
    free = await ada.http.delete("/v1/me/consents/marketing", headers=ada.headers())

    assert (stale.status_code, given.status_code) == (404, 200)
    assert (await ada.get("/me")).json()["consents_due"] == []
    assert (needed.status_code, needed.json()["code"]) == (409, "consent_required")
    assert free.status_code == 204
    on_record = {(one["kind"], one["version"]): one["withdrawn_at"] for one in (await ada.get("/me/consents")).json()}
    assert on_record["terms", "2"] is None
    assert on_record["terms", "1"] is not None
    assert on_record["marketing", "1"] is not None


async def test_only_an_administrator_changes_the_tenant(ada: Browser, boss: Browser) -> None:
    change = {"brand": {"primary_colour": "#112233"}}

    refused = await ada.http.patch("/v1/tenant", json=change, headers=ada.headers())
    changed = await boss.http.patch("/v1/tenant", json=change, headers=boss.headers())

    assert (refused.status_code, changed.status_code) == (403, 200)
    seen = (await ada.http.get("/v1/tenant", headers={"X-Tenant": ada.tenant.slug})).json()
    assert (seen["name"], seen["brand"]["primary_colour"]) == ("Acme Credit", "#112233")
    assert seen["settings"]["staff_need_second_factor"] is False


async def test_a_profile_is_changed_and_read_back(ada: Browser) -> None:
    changed = await ada.http.patch("/v1/me", json={"name": "Ada Eze", "locale": "yo"}, headers=ada.headers())

    assert (changed.json()["name"], changed.json()["locale"]) == ("Ada Eze", "yo")
    untouched = await ada.http.patch("/v1/me", json={}, headers=ada.headers())
    assert untouched.json()["name"] == "Ada Eze"


async def test_a_tenant_that_was_never_set_up_says_so(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    answer = await client.get("/v1/tenant", headers={"X-Tenant": tenant.slug})

    assert (answer.status_code, answer.json()["code"]) == (404, "tenant_not_found")


async def test_old_challenges_and_sessions_are_forgotten(ada: Browser) -> None:
    from backend.identity.jobs import forget_old
    from backend.identity.tables import challenge, session
    from backend.kernel.jobs import JobContext

    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        long_ago = tx.now - timedelta(days=100)
        await tx.execute(update(challenge).values(created_at=long_ago))
        await tx.execute(update(session).values(refreshed_at=long_ago))

    await forget_old(JobContext(ada.services.database, Scope.system(ada.tenant.id, "test")))

    assert (await count(ada, challenge), await count(ada, session)) == (0, 0)
