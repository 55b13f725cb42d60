"""Messages from the event to the reader, over a real queue and database."""

import asyncio
import re
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from backend import identity, notifications
from backend.identity import TenantProfile
from backend.identity.domain.codes import CodeRules
from backend.identity.store import people
from backend.kernel import jobs, outbox
from backend.kernel.jobs import JobContext
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.kernel.tables import outbox as outbox_table
from backend.notifications import Message
from backend.notifications.adapters.sandbox import SandboxMessenger
from backend.notifications.errors import MessengerSilent
from backend.notifications.jobs import forget_old
from backend.notifications.tables import delivery
from backend.settings import Settings
from shared.api.identity import TenantSettings
from shared.api.notifications import Channel
from shared.events.identity import PasskeyAdded, PasskeyRemoved
from shared.events.servicing import InstalmentDue, RepaymentMissed
from shared.ids import new_id
from shared.money import Money
from tests.builders import platform
from tests.builders.identity import NAIJA, Browser, any_phone, let_pass, set_up
from tests.builders.sandbox import outside_world
from tests.builders.telling import ALWAYS, Postbox, settled, statuses, user_of
from tests.builders.worker import working


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


def due(user_id: UUID) -> InstalmentDue:
    return InstalmentDue(
        loan_id=new_id(),
        user_id=user_id,
        number=1,
        due_on=date(2026, 3, 2),
        amount=Money.of(1_050_000, "NGN"),
        days_ahead=3,
    )


async def test_a_code_reaches_the_phone_and_is_not_kept(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    other = Browser(ada.http, ada.services, ada.tenant, {"phone": "+2348031234569"})
    async with working(settings, ada.services, at_work, ada.tenant):
        await other.ask_code()
        await settled(ada, "sign_in_code", "sent", times=2)

    assert "Acme Credit code" in postbox.texts("+2348031234569")[0]
    async with ada.services.database.read(Scope.system(ada.tenant.id, "test")) as tx:
        rows = await tx.all(select(delivery).where(delivery.c.template == "sign_in_code"))
        delivered = [row.topic for row in await tx.all(select(outbox_table.c.topic))]
    assert {row.status for row in rows} == {"sent"}
    assert all(row.content is None and row.destination is None for row in rows)
    assert "notifications.message_delivered" in delivered


async def test_a_reminder_is_kept_in_the_app_and_sent_once_without_the_amount(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    user_id = await user_of(ada)
    async with working(settings, ada.services, at_work, ada.tenant):
        async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
            await outbox.add(tx, due(user_id))
        await settled(ada, "instalment_due", "sent")

    listed = (await ada.get("/notifications")).json()["items"]
    reminder = next(one for one in listed if one["topic"] == "reminder")
    assert "10,500" in reminder["text"]
    assert reminder["read_at"] is None
    assert [text for text in postbox.texts(ada.address) if "due" in text] == [
        "Acme Credit: a payment is due on 2 March 2026. Open the app for the details."
    ]


async def test_nobody_is_reminded_of_a_loan_that_is_held_not_even_in_the_morning(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    event, scope = due(await user_of(ada)), Scope.system(ada.tenant.id, "test")
    hold_id, vault = new_id(), ada.services.vault
    params = {"amount": event.amount, "due": event.due_on}
    async with ada.services.database.write(scope) as tx:
        waiting = await notifications.notify(tx, vault, event.user_id, "instalment_due", params, about=event.loan_id)
        await notifications.hold_reminders(tx, hold_id, event.loan_id, "dispute")
        kept_back = await notifications.notify(tx, vault, event.user_id, "instalment_due", params, about=event.loan_id)
        told = await notifications.notify(
            tx, vault, event.user_id, "repayment_recorded", params | {"outstanding": event.amount}, about=event.loan_id
        )
    async with working(settings, ada.services, at_work, ada.tenant):
        await settled(ada, "instalment_due", "expired")
        unheard = [text for text in postbox.texts(ada.address) if "is due" in text]
        async with ada.services.database.write(scope) as tx:
            await notifications.release_reminders(tx, hold_id)
            await notifications.notify(tx, vault, event.user_id, "instalment_due", params, about=event.loan_id)
        await settled(ada, "instalment_due", "sent")

    assert (len(waiting), kept_back, len(told) > 0, unheard) == (2, [], True, [])


async def test_a_silent_provider_is_asked_again_under_the_same_id(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    postbox.silent_for = 2
    async with working(settings, ada.services, at_work, ada.tenant):
        await settled(ada, "sign_in_code", "sent")

    assert (len(postbox.taken), postbox.handed_over) == (1, 3)


async def test_a_bounce_is_noted_and_not_tried_again(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    postbox.bounces = True
    async with working(settings, ada.services, at_work, ada.tenant):
        await settled(ada, "sign_in_code", "failed")
        await asyncio.sleep(0.5)

    assert postbox.handed_over == 1


async def test_a_code_that_may_be_lost_is_read_out_by_a_call_digit_by_digit(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    lost = Browser(ada.http, ada.services, ada.tenant, {"phone": "+2348031234571"})
    await lost.ask_code()
    await let_pass(ada.services, ada.tenant, timedelta(minutes=1))
    called = await lost.post("/auth/codes", {**lost.contact, "channel": "voice", "locale": "fr"})
    async with working(settings, ada.services, at_work, ada.tenant):
        await settled(ada, "sign_in_code", "sent", times=3)

    (call,) = [each for each in postbox.taken.values() if each.channel is Channel.VOICE]
    spelled = re.findall(r"\d(?:, \d){5}", call.text)
    assert (call.to, call.language) == (lost.address, "fr")
    assert len(spelled) == 2
    assert len({*spelled}) == 1
    answer = {"challenge_id": called.json()["challenge_id"], "code": spelled[0].replace(", ", "")}
    assert (await lost.post("/auth/sessions", answer)).json()["status"] == "sign_up"


async def test_a_reader_chooses_channels_and_the_app_keeps_everything(ada: Browser) -> None:
    user_id = await user_of(ada)
    wanted = {"reminder": [], "marketing": ["email"]}

    chosen = await ada.http.put("/v1/me/notification-preferences", json=wanted, headers=ada.headers())
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        sent = await notifications.notify(
            tx, ada.services.vault, user_id, "instalment_due", {"amount": due(user_id).amount, "due": date(2026, 3, 2)}
        )

    assert chosen.json() == {**wanted, "push": []} == (await ada.get("/me/notification-preferences")).json()
    assert len(sent) == 1
    assert (await statuses(ada))[-1] == ("instalment_due", "in_app", "kept")


@pytest.mark.parametrize("channel", ["voice", "push"])
async def test_what_is_no_channel_for_reminders_is_refused(ada: Browser, channel: str) -> None:
    before = (await ada.get("/me/notification-preferences")).json()

    refused = await ada.http.put(
        "/v1/me/notification-preferences", json={"reminder": [channel], "marketing": []}, headers=ada.headers()
    )

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_input")
    assert (await ada.get("/me/notification-preferences")).json() == before


async def test_at_night_a_reminder_waits_for_the_morning(client: httpx.AsyncClient, services: Services) -> None:
    tenant = await platform.new_tenant(services)
    hour = (services.database.clock.now() + timedelta(hours=1)).hour  # in Lagos
    night = TenantSettings(quiet_from_hour=hour, quiet_until_hour=(hour + 2) % 24)
    ada = Browser(client, services, await set_up(services, tenant, night), {"phone": any_phone()})
    await ada.sign_up()
    seen: list[timedelta | None] = []
    genuine = jobs.enqueue

    async def enqueue(*given: object, **more: object) -> None:
        seen.append(more.get("after"))  # type: ignore[arg-type]
        await genuine(*given, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jobs, "enqueue", enqueue)
        missed = RepaymentMissed(
            loan_id=new_id(),
            user_id=await user_of(ada),
            number=1,
            due_on=date(2026, 3, 2),
            amount=Money.of(5, "NGN"),
            days_past_due=2,
        )
        params = {"amount": missed.amount, "due": missed.due_on}
        async with services.database.write(Scope.system(tenant.id, "test")) as tx:
            await notifications.notify(tx, services.vault, missed.user_id, "repayment_missed", params)
            await notifications.notify(tx, services.vault, missed.user_id, "loan_closed", {})

    assert [after is not None and after > timedelta(hours=1) for after in seen] == [True, False]


async def test_messages_are_read_one_by_one_or_all_and_only_by_their_reader(ada: Browser) -> None:
    obi = Browser(ada.http, ada.services, ada.tenant, {"phone": "+2348031234569"})
    await obi.sign_up("Obi")
    user_id = await user_of(ada)
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        for _ in range(3):
            await notifications.notify(tx, ada.services.vault, user_id, "welcome", {})
    first = (await ada.get("/notifications?limit=2")).json()
    rest = (await ada.get(f"/notifications?limit=2&cursor={first['next_cursor']}")).json()
    ids = [one["id"] for one in first["items"] + rest["items"]]

    foreign = await obi.post(f"/notifications/{ids[0]}/read")
    mine = await ada.post(f"/notifications/{ids[0]}/read")

    assert (len(ids), len(set(ids)), rest["next_cursor"]) == (3, 3, None)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "notification_not_found")
    assert (await obi.get("/notifications")).json()["items"] == []
    assert mine.status_code == 204
    read = [one["read_at"] is not None for one in (await ada.get("/notifications")).json()["items"]]
    assert read == [True, False, False]
    await ada.post("/notifications/read")
    assert all(one["read_at"] for one in (await ada.get("/notifications")).json()["items"])


async def test_an_expired_code_is_not_sent_late(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief = CodeRules(lives=timedelta(milliseconds=1))
    monkeypatch.setattr("backend.identity.usecases.send_code.RULES", brief)
    late = Browser(ada.http, ada.services, ada.tenant, {"phone": "+2348031234561"})
    await late.ask_code()
    async with working(settings, ada.services, at_work, ada.tenant):
        await settled(ada, "sign_in_code", "expired")
        await settled(ada, "sign_in_code", "sent")

    assert postbox.texts("+2348031234561") == []


async def test_every_contact_is_told_of_a_passkey(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    user_id, email = await user_of(ada), f"{new_id().hex}@example.com"
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await people.change(tx, ada.services.vault, user_id, email=email)
        await outbox.add(tx, PasskeyAdded(user_id=user_id, passkey_id=new_id()))
        await outbox.add(tx, PasskeyRemoved(user_id=user_id, passkey_id=new_id()))
    async with working(settings, ada.services, at_work, ada.tenant):
        await settled(ada, "passkey_added", "sent", times=2)
        await settled(ada, "passkey_removed", "sent", times=2)

    told = {(template, channel) for template, channel, _ in await statuses(ada) if template.startswith("passkey")}
    assert told == {(f"passkey_{each}", by) for each in ("added", "removed") for by in ("in_app", "sms", "email")}
    assert sorted(text.split(" your ")[0] for text in postbox.texts(email)) == [
        "A passkey was added to",
        "A passkey was removed from",
    ]


async def test_an_erased_person_is_told_nothing_more(ada: Browser) -> None:
    user_id = await user_of(ada)
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await notifications.notify(tx, ada.services.vault, user_id, "welcome", {})
        await identity.erase_person(tx, ada.services.vault, user_id)

        sent = await notifications.notify(tx, ada.services.vault, user_id, "loan_closed", {})

    assert sent == []


async def test_a_contact_of_somebody_unknown_can_be_told_too(ada: Browser) -> None:
    stranger = identity.Contact(email="eve@example.com")

    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        sent = await notifications.notify(tx, ada.services.vault, stranger, "invitation", {"business": "Obi Textiles"})

    assert len(sent) == 1
    assert (await statuses(ada))[-1] == ("invitation", Channel.EMAIL.value, "waiting")


async def test_the_adapter_and_the_sandbox_understand_each_other(settings: Settings) -> None:
    async with outside_world(settings, webhooks=httpx.MockTransport(lambda _: httpx.Response(200))) as world:
        messenger = SandboxMessenger(settings.sandbox_url, settings.sandbox_secret or "", transport=world._transport)
        to = f"{new_id().hex}@example.com"
        one = Message(id=new_id(), channel=Channel.EMAIL, to=to, subject="Hello", text="World")
        lost = Message(id=new_id(), channel=Channel.SMS, to="+2348030000001", subject=None, text="World")

        assert [await messenger.send(one), await messenger.send(one), await messenger.send(lost)] == [True, True, False]
        inbox = (await world.get("/inbox", params={"to": to})).json()

    assert [(mail["subject"], mail["text"]) for mail in inbox] == [("Hello", "World")]


async def test_a_call_is_made_in_a_language_only(settings: Settings) -> None:
    async with outside_world(settings, webhooks=httpx.MockTransport(lambda _: httpx.Response(200))) as world:
        messenger = SandboxMessenger(settings.sandbox_url, settings.sandbox_secret or "", transport=world._transport)
        to = any_phone()
        call = Message(id=new_id(), channel=Channel.VOICE, to=to, subject=None, text="1, 2", language="pt-BR")

        with pytest.raises(MessengerSilent):
            await messenger.send(replace(call, language=None))
        assert (await world.get("/inbox", params={"to": to})).json() == []
        assert await messenger.send(call)
        inbox = (await world.get("/inbox", params={"to": to})).json()

    assert [(heard["channel"], heard["language"]) for heard in inbox] == [("voice", "pt-BR")]


async def test_what_was_sent_long_ago_is_forgotten_and_the_apps_list_is_not(ada: Browser) -> None:
    user_id = await user_of(ada)
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await notifications.notify(tx, ada.services.vault, user_id, "loan_closed", {})
        sent = delivery.c.channel == "sms"
        await tx.execute(update(delivery).where(sent).values(status="sent", settled_at=tx.now - timedelta(days=91)))

    await forget_old(JobContext(ada.services.database, Scope.system(ada.tenant.id, "test")))

    assert await statuses(ada) == [("loan_closed", "in_app", "kept")]
