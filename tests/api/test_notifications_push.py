"""Notices on phones: who gets them, what they say, when they end, and what is said where none arrives."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from backend import identity, notifications
from backend.identity import TenantProfile
from backend.identity.tables import session
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.notifications.personal import PERSONAL
from backend.notifications.tables import delivery, push_registration
from backend.settings import Settings
from shared.api.notifications import Channel
from shared.money import Money
from tests.builders.identity import NAIJA, Browser, any_phone, problem
from tests.builders.telling import ALWAYS, Postbox, user_of
from tests.builders.worker import working

OBI = "+2348031234569"
DUE = {"amount": Money.of(1_050_000, "NGN"), "due": date(2026, 3, 2)}


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    return [identity.module(services), notifications.module(services, Postbox())]


@pytest.fixture
def at_work(services: Services, postbox: Postbox) -> list[Module]:
    """What the worker does: only there anything is sent."""
    return [identity.module(services), notifications.module(services, postbox)]


@pytest.fixture
def phone() -> str:
    return any_phone()


@pytest.fixture
def profile() -> TenantProfile:
    return replace(NAIJA, settings=ALWAYS)


async def another(ada: Browser, phone: str | None = None) -> Browser:
    """The same person on another device, or somebody else."""
    other = Browser(ada.http, ada.services, ada.tenant, {"phone": phone or ada.address})
    await (other.prove() if phone is None else other.sign_up("Obi"))
    return other


async def register(who: Browser, token: str) -> httpx.Response:
    body = {"service": "onesignal", "token": f"{token}-{who.tenant.slug}"}
    return await who.http.put("/v1/me/push-registration", json=body, headers=who.headers())


def address(who: Browser, token: str) -> str:
    return f"onesignal:{token}-{who.tenant.slug}"


async def phones(who: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await who.get("/me/push-registrations")).json()
    return found


async def tell(who: Browser, template: str, params: dict[str, object] | None = None) -> list[UUID]:
    user_id = await user_of(who)
    async with who.services.database.write(Scope.system(who.tenant.id, "test")) as tx:
        return await notifications.notify(tx, who.services.vault, user_id, template, params or {})


async def settled(who: Browser, template: str, ways: int = 1) -> list[tuple[str, str]]:
    """Channels and states of a message's deliveries, once there are so many and none of them waits."""
    columns = select(delivery.c.channel, delivery.c.status).where(delivery.c.template == template)
    found: list[tuple[str, str]] = []
    for _ in range(400):
        async with who.services.database.read(Scope.system(who.tenant.id, "test")) as tx:
            found = [(row.channel, row.status) for row in await tx.all(columns.order_by(delivery.c.id))]
        if len(found) >= ways and not any(status == "waiting" for _, status in found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{template} is still waiting: {found}")


async def stored(who: Browser) -> int:
    async with who.services.database.read(Scope.system(who.tenant.id, "test")) as tx:
        return len(await tx.all(select(push_registration.c.session_id)))


async def comes_to(who: Browser, wanted: int) -> None:
    """Waits until so many registrations are left."""
    for _ in range(200):
        if await stored(who) == wanted:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{await stored(who)} are left, not {wanted}")


async def test_a_registered_phone_hears_that_there_is_something_and_never_what(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    registered = await register(ada, "token-of-ada")
    assert registered.status_code == 200, registered.text
    assert registered.json()["current"] is True
    async with working(settings, ada.services, at_work, ada.tenant):
        await tell(ada, "instalment_due", DUE)
        await tell(ada, "plan_confirmed", {**DUE, "first": DUE["due"], "last": DUE["due"], "reference": "AB"})
        await tell(ada, "new_sign_in")
        reminder = await settled(ada, "instalment_due")
        service = await settled(ada, "plan_confirmed")
        security = await settled(ada, "new_sign_in")

    assert sorted(reminder) == [("in_app", "kept"), ("push", "sent"), ("sms", "sent")]
    assert sorted(service) == [("in_app", "kept"), ("push", "sent")]  # in place of the text message
    assert sorted(security) == [("in_app", "kept"), ("push", "sent"), ("sms", "sent")]
    notices = postbox.notices(ada)
    assert {each.to for each in notices} == {address(ada, "token-of-ada")}
    assert {each.subject for each in notices} == {"Acme Credit"}
    for each in notices:
        assert not any(character.isdigit() for character in each.text), each.text
        assert "Ada" not in each.text
        assert "loan" not in each.text


async def test_without_a_phone_everything_goes_as_before(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    async with working(settings, ada.services, at_work, ada.tenant):
        await tell(ada, "loan_closed")
        assert sorted(await settled(ada, "loan_closed")) == [("in_app", "kept"), ("sms", "sent")]

    assert postbox.notices(ada) == []


async def test_a_phone_that_is_gone_is_registered_no_more_and_the_same_is_said_another_way(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    await register(ada, "token-of-ada")
    postbox.gone.add(address(ada, "token-of-ada"))
    async with working(settings, ada.services, at_work, ada.tenant):
        await tell(ada, "credit_refunded", {"amount": DUE["amount"]})
        found = await settled(ada, "credit_refunded", ways=3)

    assert sorted(found) == [("in_app", "kept"), ("push", "failed"), ("sms", "sent")]
    assert await phones(ada) == []
    assert await stored(ada) == 0
    text = next(
        each.text for each in postbox.taken.values() if each.channel is Channel.SMS and "paid too much" in each.text
    )
    assert "10,500" not in text


async def test_one_phone_of_two_is_enough_and_news_of_the_app_alone_makes_no_text_message(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    other = await another(ada)
    await register(ada, "token-one")
    await register(other, "token-two")
    postbox.gone.add(address(ada, "token-one"))
    async with working(settings, ada.services, at_work, ada.tenant):
        await tell(ada, "kyc_passed")
        assert sorted(await settled(ada, "kyc_passed")) == [("in_app", "kept"), ("push", "sent")]
        assert [each["current"] for each in await phones(other)] == [True]
        await asyncio.sleep(0.5)  # what else there is to tell a newcomer
        postbox.gone.add(address(ada, "token-two"))
        await tell(ada, "dispute_opened", {"number": "D-1", "by": DUE["due"]})
        assert sorted(await settled(ada, "dispute_opened")) == [("in_app", "kept"), ("push", "failed")]


@pytest.mark.parametrize("how", ["signed out", "ended from another device", "ended with all others"])
async def test_a_session_that_ends_takes_its_phone_along_at_once_and_its_record_soon(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox, how: str
) -> None:
    lost = await another(ada)
    await register(lost, "token-lost")
    await register(ada, "token-kept")
    match how:
        case "signed out":
            await lost.post("/auth/sign-out")
        case "ended from another device":
            theirs = next(each["id"] for each in (await ada.get("/sessions")).json() if not each["current"])
            await ada.http.delete(f"/v1/sessions/{theirs}", headers=ada.headers())
        case _:
            await ada.http.delete("/v1/sessions", headers=ada.headers())

    assert [each["current"] for each in await phones(ada)] == [True]
    async with working(settings, ada.services, at_work, ada.tenant):
        await tell(ada, "kyc_passed")
        await settled(ada, "kyc_passed")
        await comes_to(ada, 1)
    assert {each.to for each in postbox.notices(ada)} == {address(ada, "token-kept")}


@pytest.mark.parametrize(
    ("is_staff", "unused_for"), [(False, timedelta(days=30)), (True, timedelta(hours=12))], ids=["borrower", "staff"]
)
async def test_a_session_that_ran_out_gets_no_notice_and_registers_no_phone(
    ada: Browser, *, is_staff: bool, unused_for: timedelta
) -> None:
    await register(ada, "token-of-ada")
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(
            update(session).values(staff=is_staff, refreshed_at=tx.now - unused_for + timedelta(minutes=1))
        )
    assert len(await phones(ada)) == 1
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(update(session).values(refreshed_at=tx.now - unused_for))

    assert await phones(ada) == []
    assert (await register(ada, "token-anew")).status_code == 401
    await tell(ada, "agreement_ready")

    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        told = await tx.all(select(delivery.c.channel).where(delivery.c.template == "agreement_ready"))
    assert "push" not in {row.channel for row in told}


async def test_a_phone_that_changes_hands_is_of_the_last_who_registered_it_and_registering_again_adds_none(
    ada: Browser,
) -> None:
    obi = await another(ada, OBI)
    await register(ada, "token-shared")
    await register(ada, "token-shared")
    assert len(await phones(ada)) == 1

    await register(obi, "token-shared")

    assert await phones(ada) == []
    assert len(await phones(obi)) == 1
    await register(obi, "token-renewed")
    assert (len(await phones(obi)), await stored(ada)) == (1, 1)
    ended = await obi.http.delete("/v1/me/push-registration", headers=obi.headers())
    again = await obi.http.delete("/v1/me/push-registration", headers=obi.headers())
    assert (ended.status_code, again.status_code, await phones(obi)) == (204, 204, [])


async def test_ten_phones_at_most_even_when_two_come_at_once_and_the_same_one_twice_is_one(ada: Browser) -> None:
    devices = [await another(ada) for _ in range(11)]
    for number, device in enumerate(devices[:9]):
        assert (await register(device, f"token-{number:04}")).status_code == 200

    answers = await asyncio.gather(
        register(devices[9], "token-0009"), register(devices[10], "token-0010"), register(ada, "token-ada-0")
    )
    assert [each.status_code for each in answers] == [200] * 3
    assert (len(await phones(ada)), await stored(ada)) == (10, 10)

    twice = await asyncio.gather(*(register(each, "token-same") for each in devices[:4]))
    assert [each.status_code for each in twice] == [200] * 4
    assert await stored(ada) <= 10
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        rows = await tx.all(select(push_registration.c.token_index, push_registration.c.token))
    assert len({row.token_index for row in rows}) == len(rows)
    assert not any(b"token-" in row.token for row in rows)


async def test_older_clients_see_no_new_channel_and_change_nothing_that_they_do_not_know(ada: Browser) -> None:
    await register(ada, "token-of-ada")
    seen = (await ada.get("/me/notification-preferences")).json()
    assert seen == {"reminder": ["sms"], "marketing": [], "push": ["reminder"]}

    old = {"reminder": ["email"], "marketing": ["sms"]}
    answer = await ada.http.put("/v1/me/notification-preferences", json=old, headers=ada.headers())
    assert answer.json() == {**old, "push": ["reminder"]}

    off = await ada.http.put("/v1/me/notification-preferences", json={**old, "push": []}, headers=ada.headers())
    assert off.json() == {**old, "push": []}
    await register(ada, "token-of-ada")  # as at each start of the app
    assert (await ada.get("/me/notification-preferences")).json()["push"] == []


@pytest.mark.parametrize("gone", ["the session ended", "ended here"])
async def test_who_wants_no_reminders_on_a_phone_gets_none_by_registering_another(
    ada: Browser, settings: Settings, at_work: list[Module], gone: str
) -> None:
    await register(ada, "token-of-ada")
    off = {"reminder": ["sms"], "marketing": [], "push": []}
    await ada.http.put("/v1/me/notification-preferences", json=off, headers=ada.headers())
    if gone == "ended here":
        await ada.http.delete("/v1/me/push-registration", headers=ada.headers())
    else:
        other = await another(ada)
        await ada.post("/auth/sign-out")
        ada = other
        async with working(settings, ada.services, at_work, ada.tenant):
            await comes_to(ada, 0)
    assert await stored(ada) == 0

    await register(ada, "token-renewed")

    assert (await ada.get("/me/notification-preferences")).json() == off


@pytest.mark.parametrize(
    "wrong",
    [
        {"reminder": ["push"], "marketing": []},
        {"reminder": [], "marketing": [], "push": ["security"]},
        {"reminder": [], "marketing": [], "push": ["no"]},
    ],
)
async def test_what_can_t_be_chosen_is_refused_and_changes_nothing(ada: Browser, wrong: dict[str, object]) -> None:
    before = (await ada.get("/me/notification-preferences")).json()

    answer = await ada.http.put("/v1/me/notification-preferences", json=wrong, headers=ada.headers())

    assert problem(answer) == (400, "invalid_input")
    assert (await ada.get("/me/notification-preferences")).json() == before


@pytest.mark.parametrize(
    "body",
    [
        {"service": "fcm", "token": "t" * 20},
        {"service": "onesignal", "token": "short"},
        {"service": "onesignal", "token": "a b" * 9},
        {"token": "t" * 20},
    ],
)
async def test_a_strange_registration_is_refused(ada: Browser, body: dict[str, str]) -> None:
    answer = await ada.http.put("/v1/me/push-registration", json=body, headers=ada.headers())

    assert problem(answer) == (400, "invalid_input")
    assert await stored(ada) == 0
    stranger = await ada.http.put("/v1/me/push-registration", json=body, headers={"X-Tenant": ada.tenant.slug})
    assert stranger.status_code == 401


async def test_a_session_that_has_just_ended_registers_nothing(ada: Browser) -> None:
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await tx.execute(update(session).values(revoked_at=tx.now, revoked_for="test"))

    answer = await register(ada, "token-of-ada")  # its access token lives for a moment still

    assert answer.status_code == 401
    assert await stored(ada) == 0


async def test_an_account_that_is_erased_leaves_no_phone_behind(ada: Browser) -> None:
    await register(ada, "token-of-ada")
    user_id = await user_of(ada)

    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await PERSONAL.erase(tx, user_id)

    assert await stored(ada) == 0
