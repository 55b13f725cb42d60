"""The second factor, step-up codes and changes of contact, from outside."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pyotp
import pytest
from sqlalchemy import select, update

from backend import identity
from backend.identity.tables import authenticator, challenge, session
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from shared.api.identity import TenantSettings
from shared.roles import Role
from tests.builders import platform
from tests.builders.identity import Browser, messages, newest_code, set_up, staff

ADA, BOSS = "+2348031234567", "+2348031234560"


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [identity.module(services)]) as client:
        yield client


@pytest.fixture
async def ada(client: httpx.AsyncClient, services: Services, tenant: Tenant) -> Browser:
    browser = Browser(client, services, await set_up(services, tenant), {"phone": ADA})
    await browser.sign_up()
    return browser


async def enrol(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    begun = (await browser.post("/me/authenticator")).json()
    app = pyotp.TOTP(begun["secret"])
    answer = await browser.post("/me/authenticator/confirm", {"code": app.at(browser.services.database.clock.now())})
    assert answer.status_code == 200, answer.text
    return app, answer.json()["recovery_codes"]


async def forget_used_steps(browser: Browser) -> None:
    """Stands for half a minute going by: the next code is of another step."""
    async with browser.services.database.write(Scope.system(browser.tenant.id, "test")) as tx:
        await tx.execute(update(authenticator).values(last_step=0))


def now_code(app: pyotp.TOTP) -> str:
    return app.at(datetime.now(UTC))


async def test_once_an_app_is_confirmed_sign_in_asks_for_it(ada: Browser) -> None:
    app, _ = await enrol(ada)
    await forget_used_steps(ada)
    again = Browser(ada.http, ada.services, ada.tenant, ada.contact)

    first = await again.prove()
    assert (first["status"], first["tokens"]) == ("second_factor", None)
    second = await again.post("/auth/totp", {"ticket": first["ticket"], "code": now_code(app)})

    assert second.json()["status"] == "signed_in"
    again.tokens = second.json()["tokens"]
    assert (await again.get("/me")).json()["second_factor"] is True
    assert (await again.get("/sessions")).json()[0]["second_factor"] is True


async def test_a_code_of_the_same_step_is_refused_the_second_time(ada: Browser) -> None:
    app, _ = await enrol(ada)
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        used = int(await tx.scalar(select(authenticator.c.last_step)))
    again = Browser(ada.http, ada.services, ada.tenant, ada.contact)
    ticket = (await again.prove())["ticket"]

    answer = await again.post("/auth/totp", {"ticket": ticket, "code": app.generate_otp(used)})

    assert (answer.status_code, answer.json()["code"]) == (401, "code_refused")


async def test_five_wrong_codes_lock_the_app_whatever_the_ticket(ada: Browser) -> None:
    app, _ = await enrol(ada)
    await forget_used_steps(ada)
    again = Browser(ada.http, ada.services, ada.tenant, ada.contact)
    ticket = (await again.prove())["ticket"]
    for _ in range(5):
        assert (await again.post("/auth/totp", {"ticket": ticket, "code": "000000"})).status_code == 401

    spent = await again.post("/auth/totp", {"ticket": ticket, "code": now_code(app)})
    fresh = (await again.prove())["ticket"]
    locked = await again.post("/auth/totp", {"ticket": fresh, "code": now_code(app)})

    assert (spent.status_code, spent.json()["code"]) == (401, "code_spent")
    assert (locked.status_code, locked.json()["code"]) == (429, "second_factor_locked")


async def test_a_recovery_code_stands_in_once(ada: Browser) -> None:
    _, codes = await enrol(ada)
    again = Browser(ada.http, ada.services, ada.tenant, ada.contact)
    first, second = (await again.prove())["ticket"], (await again.prove())["ticket"]
    typed = codes[3].lower().replace("-", " ")

    used = await again.post("/auth/totp", {"ticket": first, "code": typed})
    reused = await again.post("/auth/totp", {"ticket": second, "code": codes[3]})

    assert used.json()["status"] == "signed_in"
    assert (reused.status_code, reused.json()["code"]) == (401, "code_refused")


async def test_a_sign_in_ticket_is_no_sign_up_ticket(ada: Browser) -> None:
    await enrol(ada)
    again = Browser(ada.http, ada.services, ada.tenant, ada.contact)
    ticket = (await again.prove())["ticket"]

    answer = await again.post("/auth/sign-ups", {"ticket": ticket, "name": "Eve", "consents": []})

    assert (answer.status_code, answer.json()["code"]) == (401, "code_refused")


async def test_setting_up_an_app_needs_a_recent_sign_in(ada: Browser) -> None:
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(update(session).values(started_at=tx.now - timedelta(minutes=16)))

    answer = await ada.post("/me/authenticator")

    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_again")


async def test_removing_the_app_needs_its_code(ada: Browser) -> None:
    app, _ = await enrol(ada)
    await forget_used_steps(ada)

    refused = await ada.post("/me/authenticator/removal", {"code": "000000"})
    removed = await ada.post("/me/authenticator/removal", {"code": now_code(app)})

    assert (refused.status_code, refused.json()["code"], removed.status_code) == (403, "confirmation_refused", 204)
    assert (await Browser(ada.http, ada.services, ada.tenant, ada.contact).prove())["status"] == "signed_in"


async def test_staff_act_only_with_a_second_factor(ada: Browser) -> None:
    await staff(ada.services, ada.tenant, BOSS, Role.TENANT_ADMIN)
    boss = Browser(ada.http, ada.services, ada.tenant, {"phone": BOSS})
    await boss.prove()

    assert (await boss.get("/me")).json()["roles"] == []
    assert (await boss.get("/staff")).status_code == 403

    await enrol(boss)
    await boss.refresh()
    assert (await boss.get("/me")).json()["roles"] == ["tenant_admin"]
    assert len((await boss.get("/staff")).json()["items"]) == 1


async def test_a_tenant_may_let_staff_in_without_a_second_factor(
    client: httpx.AsyncClient, services: Services, tenant: Tenant
) -> None:
    await set_up(services, tenant, TenantSettings(staff_need_second_factor=False))
    await staff(services, tenant, BOSS, Role.TENANT_ADMIN)
    boss = Browser(client, services, tenant, {"phone": BOSS})
    await boss.prove()

    assert (await boss.get("/staff")).status_code == 200


async def step_up(ada: Browser, subject: str, action: str = "agreement.sign") -> str:
    answer = await ada.post("/auth/step-up", {"action": action, "subject": subject})
    assert answer.status_code == 202, answer.text
    return await ada.code()


async def verify(ada: Browser, user_id: UUID, subject: str, code: str, action: str = "agreement.sign") -> bool:
    try:
        async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
            await identity.verify_step_up(tx, ada.services.vault, user_id, action, subject, code)
    except identity.StepUpRefused:
        return False
    return True


async def test_a_step_up_code_confirms_one_action_on_one_subject_once(ada: Browser) -> None:
    user_id = UUID((await ada.get("/me")).json()["id"])
    code = await step_up(ada, "doc-1")

    assert not await verify(ada, user_id, "doc-2", code)
    assert not await verify(ada, user_id, "doc-1", code, action="loan.cancel")
    assert await verify(ada, user_id, "doc-1", code)
    assert not await verify(ada, user_id, "doc-1", code)
    assert (await messages(ada.services, ada.tenant, ADA))[-1].params["action"] == "agreement.sign"


async def test_wrong_step_up_codes_count_although_their_transactions_come_to_nothing(ada: Browser) -> None:
    user_id = UUID((await ada.get("/me")).json()["id"])
    code = await step_up(ada, "doc-1")
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for _ in range(5):
        assert not await verify(ada, user_id, "doc-1", wrong)

    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        row = await tx.one(select(challenge.c.tries, challenge.c.met).where(challenge.c.purpose == "step_up"))
    assert (row.tries, row.met) == (5, False)
    assert not await verify(ada, user_id, "doc-1", code)


async def test_a_step_up_code_is_used_up_by_one_of_many_at_once(ada: Browser) -> None:
    user_id = UUID((await ada.get("/me")).json()["id"])
    code = await step_up(ada, "doc-1")

    answers = await asyncio.gather(*(verify(ada, user_id, "doc-1", code) for _ in range(6)))

    assert sorted(answers) == [False] * 5 + [True]


async def test_a_new_contact_needs_its_own_code_and_one_from_the_present_contact(ada: Browser) -> None:
    mail = "ada@example.com"
    asked = (await ada.post("/me/contacts", {"email": mail})).json()["challenge_id"]
    code = await newest_code(ada.services, ada.tenant, mail)

    refused = await ada.post("/me/contacts/confirm", {"challenge_id": asked, "code": code, "step_up_code": "000000"})
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_refused")
    assert (await ada.get("/me")).json()["email"] is None

    confirmed = await step_up(ada, asked, "person.change_contact")
    done = await ada.post("/me/contacts/confirm", {"challenge_id": asked, "code": code, "step_up_code": confirmed})
    assert (done.status_code, done.json()["email"]) == (200, mail)
    assert (await messages(ada.services, ada.tenant, ADA))[-1].template == "contact_changed"


async def test_a_contact_of_another_is_not_taken_over(ada: Browser) -> None:
    obi = Browser(ada.http, ada.services, ada.tenant, {"email": "obi@example.com"})
    await obi.sign_up("Obi")
    asked = (await ada.post("/me/contacts", {"email": "obi@example.com"})).json()["challenge_id"]
    code = await newest_code(ada.services, ada.tenant, "obi@example.com")
    confirmed = await step_up(ada, asked, "person.change_contact")

    answer = await ada.post("/me/contacts/confirm", {"challenge_id": asked, "code": code, "step_up_code": confirmed})

    assert (answer.status_code, answer.json()["code"]) == (409, "contact_taken")
    assert (await ada.get("/me")).json()["email"] is None
