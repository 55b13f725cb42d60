"""What happens to an application and its money is told to the person it is about."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend import identity, notifications
from backend.identity import TenantProfile
from backend.kernel import outbox
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from backend.settings import Settings
from shared.events import Event
from shared.events.agreements import AgreementReady
from shared.events.disbursement import DisbursementCancelled, DisbursementFailed
from shared.events.offers import OffersReady
from shared.events.servicing import CreditRefunded
from shared.events.underwriting import DecisionMade, DecisionOutcome
from shared.ids import new_id
from shared.money import Money
from tests.builders.identity import NAIJA, Browser, any_phone
from tests.builders.telling import ALWAYS, Postbox, user_of
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


def decided(outcome: DecisionOutcome, user_id: UUID | None) -> DecisionMade:
    return DecisionMade(application_id=new_id(), decision_id=new_id(), outcome=outcome, reasons=[], user_id=user_id)


def news(user_id: UUID | None) -> list[Event]:
    """One of each, about this person."""
    ids: dict[str, Any] = {"loan_id": new_id(), "application_id": new_id()}
    payout: dict[str, Any] = {"payout_id": new_id(), "reason_code": "account_closed"}
    return [
        *(decided(outcome, user_id) for outcome in DecisionOutcome),
        OffersReady(application_id=new_id(), offers=3, user_id=user_id),
        OffersReady(application_id=new_id(), offers=0, user_id=user_id),
        AgreementReady(agreement_id=new_id(), user_id=user_id, **ids),
        DisbursementFailed(user_id=user_id, **ids, **payout),
    ]


async def publish(ada: Browser, events: list[Event]) -> None:
    async with ada.services.database.write(Scope.system(ada.tenant.id, "test")) as tx:
        await outbox.add_many(tx, events)


async def told(ada: Browser, count: int) -> list[str]:
    """The titles in the app, once so many are there."""
    items: list[dict[str, Any]] = []
    for _ in range(400):
        items = (await ada.get("/notifications?limit=50")).json()["items"]
        if len(items) >= count:
            return sorted(item["title"] for item in items)
        await asyncio.sleep(0.05)
    raise AssertionError(f"{count} messages never came: {items}")


async def test_each_step_is_told_once_and_what_matters_reaches_the_phone(
    ada: Browser, settings: Settings, at_work: list[Module], postbox: Postbox
) -> None:
    user_id = await user_of(ada)
    cancelled = DisbursementCancelled(
        loan_id=new_id(), application_id=new_id(), user_id=user_id, payout_id=new_id(), reason_code="account_closed"
    )
    refunded = CreditRefunded(
        refund_id=new_id(), loan_id=new_id(), user_id=user_id, amount=Money.of(94_00, "NGN"), on=date(2026, 3, 2)
    )

    async with working(settings, ada.services, at_work, ada.tenant):
        await publish(ada, [*news(user_id), cancelled, refunded])
        titles = await told(ada, 11)
        async with asyncio.timeout(60):
            while len([text for text in postbox.texts(ada.address) if text.startswith("Acme Credit:")]) < 8:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    assert [title for title in titles if title != "Welcome"] == [
        "A person is looking at your application",
        "No lender made an offer this time",
        "We could not approve your application",
        "We need more for your application",
        "What you paid too much is back",
        "Your agreement is ready",
        "Your application is approved",
        "Your loan is cancelled",
        "Your money could not be paid out",
        "Your offers are here",
    ]
    outside = [text for text in postbox.texts(ada.address) if text.startswith("Acme Credit:")]
    assert not any("approve" in text or "94" in text or "account_closed" in text for text in outside)


async def test_an_event_that_names_nobody_is_passed_over(
    ada: Browser, settings: Settings, at_work: list[Module]
) -> None:
    async with working(settings, ada.services, at_work, ada.tenant):
        await publish(ada, [*news(None), decided(DecisionOutcome.APPROVE, await user_of(ada))])
        titles = await told(ada, 2)

    assert titles == ["Welcome", "Your application is approved"]
