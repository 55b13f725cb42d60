"""What is told by the chat: handed to the bot once, followed, and told another way where it does not arrive."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select, text, update

from backend import identity, notifications, support
from backend.kernel import outbox
from backend.kernel.jobs import JobContext
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.notifications.clocks import zone_of
from backend.notifications.domain.channels import stand_in
from backend.notifications.domain.nudges import nudge_of
from backend.notifications.tables import delivery, reminder_day
from backend.notifications.usecases.notify import Deliver
from backend.notifications.usecases.nudge import unheard
from backend.settings import Settings
from shared.api.identity import TenantSettings
from shared.api.notifications import Channel
from shared.api.nudges import ARREARS, ORIGINATION, NudgeKind
from shared.events import Event
from shared.events.identity import NewDeviceSignedIn
from shared.events.onboarding import BankAccountAdded
from shared.events.servicing import (
    InstalmentDue,
    LoanActivated,
    RepaymentMissed,
    RepaymentParts,
    RepaymentRecorded,
)
from shared.ids import new_id
from shared.money import Money
from tests.builders.bots import BotCaller
from tests.builders.identity import Browser, any_phone, set_up
from tests.builders.telling import ALWAYS, Postbox, statuses, user_of
from tests.builders.threads import WA, feed_start, heard, put
from tests.builders.worker import working


@dataclass
class Scene:
    """Ada, who wants reminders on WhatsApp where her chat is linked, and the tenant's bot."""

    ada: Browser
    bot: BotCaller
    user_id: UUID
    start: str
    postbox: Postbox

    async def tell(self, *events: Event) -> None:
        async with self.ada.services.database.write(Scope.system(self.ada.tenant.id, "test")) as tx:
            for event in events:
                await outbox.add(tx, event)

    async def nudges(self, count: int = 1) -> list[dict[str, Any]]:
        """What the bot is asked to bring, once it is `count` things."""
        found: list[dict[str, Any]] = []
        for _ in range(100):
            found = [each for each in await heard(self.bot, self.start) if each["kind"] == "nudge"]
            if len(found) >= count:
                break
            await asyncio.sleep(0.1)
        return found

    async def becomes(self, template: str, channel: str, status: str) -> None:
        for _ in range(200):
            if (template, channel, status) in await statuses(self.ada):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{template} by {channel} never {status}: {await statuses(self.ada)}")

    async def says(self, nudge: dict[str, Any], status: str, **more: Any) -> None:
        answer = await self.bot.post(f"/messages/{nudge['message']['id']}/status", {"status": status, **more})
        assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    return [identity.module(services), notifications.module(services, Postbox()), support.module(services)]


@pytest.fixture
def at_work(services: Services, postbox: Postbox) -> list[Module]:
    """What the worker does: only there anything is sent."""
    return [identity.module(services), notifications.module(services, postbox), support.module(services)]


async def begun(client: httpx.AsyncClient, services: Services, tenant: Tenant, postbox: Postbox) -> Scene:
    ada = Browser(client, services, tenant, {"phone": any_phone()})
    await ada.sign_up()
    bot = await BotCaller.signed_in(client, services, tenant)
    await bot.link(ada, WA)
    await put(ada, "/me/notification-preferences", {"reminder": ["whatsapp"], "marketing": []})
    return Scene(ada, bot, await user_of(ada), await feed_start(bot), postbox)


@pytest.fixture
async def scene(
    client: httpx.AsyncClient, services: Services, tenant: Tenant, settings: Settings, at_work: list[Module],
    postbox: Postbox,
) -> AsyncIterator[Scene]:  # fmt: skip
    found = await begun(client, services, await set_up(services, tenant, ALWAYS), postbox)
    async with working(settings, services, at_work, tenant):
        yield found


def due(user_id: UUID, days_ahead: int = 3) -> InstalmentDue:
    return InstalmentDue(
        loan_id=new_id(), user_id=user_id, number=1, due_on=date(2026, 3, 2), amount=Money.of(1_050_000, "NGN"),
        days_ahead=days_ahead,
    )  # fmt: skip


def missed(user_id: UUID) -> RepaymentMissed:
    return RepaymentMissed(
        loan_id=new_id(), user_id=user_id, number=1, due_on=date(2026, 3, 2), amount=Money.of(1_050_000, "NGN"),
        days_past_due=4,
    )  # fmt: skip


def texts(scene: Scene) -> list[str]:
    """What went to Ada by text message, her codes left out."""
    return [text for text in scene.postbox.texts(scene.ada.address) if "payment" in text]


async def test_a_reminder_goes_to_the_bot_once_without_an_amount_and_lies_in_the_thread(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    (nudge,) = await scene.nudges()

    assert nudge["message"]["template"] == "payment_due_soon"
    assert nudge["data"]["value_date"] == "2026-03-02"
    assert datetime.fromisoformat(nudge["data"]["until"]) > datetime.now(UTC)
    assert "10,500" not in str(nudge)
    thread = (await scene.ada.get("/me/conversation/messages")).json()["items"]
    assert [(each["author"], each["status"]) for each in thread] == [("system", "queued")]
    await scene.says(nudge, "sent", provider_id="wamid.1")
    await scene.becomes("instalment_due", "whatsapp", "accepted")
    await scene.says(nudge, "delivered")
    await scene.becomes("instalment_due", "whatsapp", "sent")
    assert texts(scene) == []


async def test_a_payment_on_its_day_and_money_that_came_have_their_own_words(scene: Scene) -> None:
    received = RepaymentRecorded(
        loan_id=new_id(), payment_id=new_id(), user_id=scene.user_id, amount=Money.of(5_000_00, "NGN"),
        parts=RepaymentParts(principal_minor=5_000_00, interest_minor=0, fee_minor=0, penalty_minor=0, credit_minor=0),
        outstanding=Money.of(1, "NGN"), on=date(2026, 3, 2),
    )  # fmt: skip
    await scene.tell(due(scene.user_id, 0), received)

    names = {each["message"]["template"] for each in await scene.nudges(2)}
    assert names == {"payment_due_today", "payment_received"}


async def test_what_whatsapp_does_not_bring_goes_as_a_text_message_once(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    (nudge,) = await scene.nudges()
    await scene.says(nudge, "failed", error_code="unreachable")
    await scene.says(nudge, "failed", error_code="unreachable")

    await scene.becomes("instalment_due", "sms", "sent")
    assert texts(scene) == ["Acme Credit: a payment is due on 2 March 2026. Open the app for the details."]
    assert ("instalment_due", "whatsapp", "failed") in await statuses(scene.ada)


async def test_what_failed_after_it_was_sent_goes_another_way_too(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    (nudge,) = await scene.nudges()
    await scene.says(nudge, "sent", provider_id="wamid.1")
    await scene.says(nudge, "failed", error_code="unreachable")

    await scene.becomes("instalment_due", "sms", "sent")


async def test_a_number_that_may_have_another_owner_gets_no_text_message_either(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    (nudge,) = await scene.nudges()
    await scene.says(nudge, "failed", error_code="number_changed")

    await scene.becomes("instalment_due", "whatsapp", "failed")
    assert ("instalment_due", "in_app", "kept") in await statuses(scene.ada)
    assert texts(scene) == []


async def test_who_stopped_is_reminded_there_no_more(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    (nudge,) = await scene.nudges()
    await scene.says(nudge, "failed", error_code="stopped")

    await scene.becomes("instalment_due", "whatsapp", "failed")
    wanted = (await scene.ada.get("/me/notification-preferences")).json()
    assert wanted == {"reminder": [], "marketing": [], "push": []}


async def test_what_no_bot_says_a_word_of_goes_another_way(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    await scene.nudges()
    services, tenant = scene.ada.services, scene.ada.tenant
    async with services.database.read(Scope.system(tenant.id, "test")) as tx:
        handed = await tx.scalar(select(delivery.c.id).where(delivery.c.status == "handed"))
    assert handed is not None
    context = JobContext(services.database, Scope.system(tenant.id, "test"))
    await unheard(context, services.vault, Deliver(delivery_id=handed))

    await scene.becomes("instalment_due", "sms", "sent")


async def test_one_reminder_a_day_whatever_the_channel(scene: Scene) -> None:
    await scene.tell(due(scene.user_id))
    (nudge,) = await scene.nudges()
    await scene.tell(due(scene.user_id))
    await scene.becomes("instalment_due", "whatsapp", "expired")
    await scene.says(nudge, "failed", error_code="unreachable")  # what stands in for it is no second one

    await scene.becomes("instalment_due", "sms", "sent")
    assert len(await scene.nudges()) == 1
    assert len(texts(scene)) == 1
    assert await reasons(scene) == ["one_a_day"]
    assert (await statuses(scene.ada)).count(("instalment_due", "in_app", "kept")) == 2


async def test_nobody_is_reminded_of_a_loan_that_is_disputed_or_in_hardship(scene: Scene) -> None:
    event = due(scene.user_id)
    async with scene.ada.services.database.write(Scope.system(scene.ada.tenant.id, "test")) as tx:
        await notifications.hold_reminders(tx, new_id(), event.loan_id, "hardship")
    await scene.tell(event, due(scene.user_id))

    (nudge,) = await scene.nudges()
    assert len([each for each in await statuses(scene.ada) if each[0] == "instalment_due"]) == 2
    assert nudge["message"]["template"] == "payment_due_soon"


async def test_arrears_go_as_a_text_message_unless_the_tenant_wants_them_on_whatsapp(
    scene: Scene, services: Services
) -> None:
    await scene.tell(missed(scene.user_id))
    await scene.becomes("repayment_missed", "sms", "sent")
    assert [each for each in await heard(scene.bot, scene.start) if each["kind"] == "nudge"] == []

    async with services.database.write(Scope.system(scene.ada.tenant.id, "test")) as tx:
        await tx.execute(update(reminder_day).values(day=date(2026, 1, 1)))
    wants = TenantSettings(quiet_from_hour=0, quiet_until_hour=0, whatsapp_arrears=True)
    await set_up(services, scene.ada.tenant, wants)
    await scene.tell(missed(scene.user_id))
    (nudge,) = await scene.nudges()
    assert nudge["message"]["template"] == "payment_overdue"


async def test_without_a_linked_chat_it_is_a_text_message(scene: Scene) -> None:
    links = (await scene.ada.get("/me/channel-links")).json()
    for link in links["items"] if isinstance(links, dict) else links:
        answer = await scene.ada.http.delete(f"/v1/me/channel-links/{link['id']}", headers=scene.ada.headers())
        assert answer.status_code in {200, 204}, answer.text
    await scene.tell(due(scene.user_id))

    await scene.becomes("instalment_due", "sms", "sent")


async def test_at_night_a_nudge_waits_and_comes_in_the_morning(scene: Scene, services: Services) -> None:
    """From the event to the delivery: nothing for the bot until the quiet hours of the number's clock are over."""
    night = services.database.clock.now().astimezone(ZoneInfo("Africa/Lagos"))
    quiet = TenantSettings(quiet_from_hour=night.hour, quiet_until_hour=(night.hour + 3) % 24)
    await set_up(services, scene.ada.tenant, quiet)
    morning = datetime.combine(night.date(), time(), tzinfo=night.tzinfo) + timedelta(hours=night.hour + 3)
    await scene.tell(due(scene.user_id))
    await scene.becomes("instalment_due", "whatsapp", "waiting")

    asked = await deliveries_asked(scene)
    assert [abs(each - morning) < timedelta(minutes=1) for each in asked] == [True]
    assert [each for each in await heard(scene.bot, scene.start) if each["kind"] == "nudge"] == []
    assert ("instalment_due", "in_app", "kept") in await statuses(scene.ada)
    await sun_rises(scene)
    (nudge,) = await scene.nudges()
    assert datetime.fromisoformat(nudge["data"]["until"]) > services.database.clock.now()
    await scene.says(nudge, "sent", provider_id="wamid.1")
    await scene.says(nudge, "delivered")
    await scene.becomes("instalment_due", "whatsapp", "sent")
    assert texts(scene) == []


async def test_who_wants_no_more_reminders_by_morning_gets_none_in_the_chat(scene: Scene, services: Services) -> None:
    hour = services.database.clock.now().astimezone(ZoneInfo("Africa/Lagos")).hour
    await set_up(services, scene.ada.tenant, TenantSettings(quiet_from_hour=hour, quiet_until_hour=(hour + 3) % 24))
    await scene.tell(due(scene.user_id))
    await scene.becomes("instalment_due", "whatsapp", "waiting")
    await put(scene.ada, "/me/notification-preferences", {"reminder": [], "marketing": []})
    await sun_rises(scene)

    await scene.becomes("instalment_due", "whatsapp", "expired")
    assert await reasons(scene) == ["unwanted"]
    assert [each for each in await heard(scene.bot, scene.start) if each["kind"] == "nudge"] == []


async def test_news_of_security_go_by_text_message_and_by_chat_at_any_hour(scene: Scene, services: Services) -> None:
    hour = services.database.clock.now().astimezone(ZoneInfo("Africa/Lagos")).hour
    await set_up(services, scene.ada.tenant, TenantSettings(quiet_from_hour=hour, quiet_until_hour=(hour + 3) % 24))
    account: dict[str, Any] = {"account_id": new_id(), "user_id": scene.user_id, "business_id": None}
    await scene.tell(
        NewDeviceSignedIn(user_id=scene.user_id, session_id=new_id()),
        BankAccountAdded(**account, is_first=True),
        BankAccountAdded(**account, is_first=False),
    )

    nudges = await scene.nudges(2)
    assert [each["message"]["template"] for each in nudges] == ["security_alert", "security_alert"]
    for template in ("new_sign_in", "bank_account_added"):
        await scene.becomes(template, "sms", "sent")
        assert (template, "in_app", "kept") in await statuses(scene.ada)
    assert sum("tell us at once" in text for text in scene.postbox.texts(scene.ada.address)) == 2
    signed_in = next(each for each in nudges if "new device" in each["message"]["text"])
    await scene.says(signed_in, "failed", error_code="unreachable")
    await scene.becomes("new_sign_in", "whatsapp", "failed")
    assert sum("tell us at once" in text for text in scene.postbox.texts(scene.ada.address)) == 2


async def test_money_on_its_way_is_told_in_the_chat_where_the_tenant_wants_that(
    scene: Scene, services: Services
) -> None:
    paid_out = LoanActivated(
        loan_id=new_id(), application_id=new_id(), user_id=scene.user_id,
        principal=Money.of(600_000_00, "NGN"), disbursed_on=date(2026, 3, 2), first_due_on=date(2026, 4, 2),
        last_due_on=date(2027, 3, 2),
    )  # fmt: skip
    await scene.tell(paid_out)
    await scene.becomes("loan_active", "sms", "sent")
    assert [each for each in await heard(scene.bot, scene.start) if each["kind"] == "nudge"] == []

    wants = TenantSettings(quiet_from_hour=0, quiet_until_hour=0, whatsapp_origination=True)
    await set_up(services, scene.ada.tenant, wants)
    await scene.tell(paid_out)
    (nudge,) = await scene.nudges()
    assert nudge["message"]["template"] == "disbursement_sent"
    assert "600,000" not in str(nudge)


async def deliveries_asked(scene: Scene) -> list[datetime]:
    """When the jobs that deliver to this tenant are due."""
    async with scene.ada.services.database.read(Scope.system(scene.ada.tenant.id, "test")) as tx:
        rows = await tx.all(text(f"SELECT execute_after {_DUE}").bindparams(tenant=str(scene.ada.tenant.id)))
    return [row.execute_after for row in rows]


async def sun_rises(scene: Scene) -> None:
    """Has what waits for the morning be due now."""
    async with scene.ada.services.database.write(Scope.system(scene.ada.tenant.id, "test")) as tx:
        moved = text(f"UPDATE pgqueuer SET execute_after = now() WHERE id IN (SELECT id {_DUE})")
        await tx.execute(moved.bindparams(tenant=str(scene.ada.tenant.id)))


_DUE = (
    "FROM pgqueuer WHERE entrypoint = 'notifications.deliver' AND execute_after > now() + interval '1 minute'"
    " AND convert_from(payload, 'UTF8')::jsonb ->> 'tenant_id' = :tenant"
)


async def reasons(scene: Scene) -> list[str]:
    """Why deliveries of this tenant were given up."""
    async with scene.ada.services.database.read(Scope.system(scene.ada.tenant.id, "test")) as tx:
        rows = await tx.all(select(delivery.c.reason).where(delivery.c.status == "expired"))
    return [row.reason for row in rows]


def test_the_clock_is_that_of_the_number() -> None:
    assert zone_of("+2348031234567", "Europe/Paris") == "Africa/Lagos"
    assert zone_of("+12125551234", "Africa/Lagos") == "America/New_York"
    assert zone_of("+999", "Africa/Lagos") == zone_of(None, "Africa/Lagos") == "Africa/Lagos"


def test_what_stands_in_is_a_channel_that_was_not_tried() -> None:
    assert stand_in({Channel.WHATSAPP}, phone=True, email=True) is Channel.SMS
    assert stand_in({Channel.WHATSAPP, Channel.SMS}, phone=True, email=True) is Channel.EMAIL
    assert stand_in({Channel.WHATSAPP}, phone=False, email=False) is Channel.IN_APP


def test_origination_and_arrears_are_off_until_a_tenant_turns_them_on() -> None:
    params = {"due": date(2026, 3, 2), "reference": "A4AE10B4", "number": "D-1"}
    asked = {"repayment_missed": NudgeKind.PAYMENT_OVERDUE, "plan_confirmed": NudgeKind.PLAN_CONFIRMED,
             "kyc_needs_action": NudgeKind.DOCUMENT_NEEDED}  # fmt: skip
    for message, kind in asked.items():
        assert nudge_of(message, params, TenantSettings()) is None
        on = TenantSettings(whatsapp_arrears=kind in ARREARS, whatsapp_origination=kind in ORIGINATION)
        found = nudge_of(message, params, on)
        assert found is not None
        assert found.kind is kind
