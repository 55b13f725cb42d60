"""Live updates: whose news they are, that none is missed over a break, and that streams end."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from backend import support
from backend.kernel import live, outbox
from backend.kernel.auth import Revocations, revoke_session
from backend.kernel.db import Database
from backend.kernel.live import LiveHub, TooManyStreams
from backend.kernel.module import Services
from backend.kernel.scope import Principal, Scope
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from backend.support.usecases import stream_live
from backend.support.usecases.stream_live import read_place, stream
from shared.client.sse import EventReader, ServerEvent
from shared.errors import InvalidInput
from shared.events.servicing import CreditLineOpened, LoanReclassified, LoanReopened
from shared.events.support import MessageFromBorrower, ServiceLevelBreached
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role
from tests.builders import platform


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[LiveHub]:
    hub = LiveHub(Database(settings.database_relay_url, pool=1))
    watch = asyncio.create_task(hub.watch())
    yield hub
    watch.cancel()
    await asyncio.wait([watch])
    await hub.close()


class Screen:
    """One open stream, read event by event."""

    def __init__(self, parts: AsyncGenerator[bytes, None]) -> None:
        self._parts = parts
        self._reader = EventReader()
        self._lines: list[str] = []

    async def next(self) -> ServerEvent:
        """The next event; beats are passed over."""
        while True:
            while self._lines:
                if event := self._reader.take(self._lines.pop(0)):
                    return event
            part = await asyncio.wait_for(anext(self._parts), timeout=20)
            self._lines += part.decode().removesuffix("\n").split("\n")

    async def close(self) -> None:
        await self._parts.aclose()


class Stage:
    """A tenant whose events are followed."""

    def __init__(self, services: Services, tenant: Tenant, hub: LiveHub) -> None:
        self.services, self.tenant, self.hub = services, tenant, hub
        self.revocations = Revocations(services.database)

    def somebody(self, *roles: Role) -> Principal:
        return Principal(
            tenant_id=self.tenant.id, user_id=new_id(), session_id=new_id(), roles=frozenset(roles or {Role.BORROWER})
        )

    def screen(self, who: Principal, after: str | None = None) -> Screen:
        place = read_place(after)
        return Screen(stream(self.hub, self.services.database, self.revocations, who, place))

    async def happens(self, *events: Any) -> None:
        async with self.services.database.write(Scope.system(self.tenant.id, "test")) as tx:
            await outbox.add_many(tx, events)

    async def shows(self, count: int, *, after: str | None) -> None:
        """Waits until no running transaction, of whichever test, can come before so many events."""
        place = read_place(after)
        assert place is not None
        for _ in range(200):
            async with self.services.database.read(Scope.system(self.tenant.id, "test")) as tx:
                if len(await live.since(tx, place, count)) == count:
                    return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{count} events never showed")

    async def reopened(self, user_id: UUID) -> UUID:
        loan_id = new_id()
        await self.happens(LoanReopened(loan_id=loan_id, user_id=user_id, on="2026-03-02"))  # type: ignore[arg-type]
        return loan_id


@pytest.fixture
def stage(services: Services, tenant: Tenant, hub: LiveHub) -> Stage:
    return Stage(services, tenant, hub)


async def test_one_hears_of_ones_own_things_and_of_no_figures(stage: Stage) -> None:
    ada, obi = stage.somebody(), stage.somebody()
    screen = stage.screen(ada)
    hello = await screen.next()

    await stage.reopened(obi.user_id)
    judged: dict[str, Any] = {"bucket": "lost", "bucket_before": None, "is_non_accrual": True, "days_past_due": 91}
    await stage.happens(LoanReclassified(loan_id=new_id(), user_id=ada.user_id, on=date(2026, 1, 1), **judged))
    line_id = new_id()
    await stage.happens(CreditLineOpened(credit_line_id=line_id, user_id=ada.user_id, limit=Money.of(5_000_00, "NGN")))
    event = await screen.next()

    data = msgspec.json.decode(event.data)
    assert (hello.name, event.name) == ("live.hello", "servicing.credit_line_opened")
    assert data["refs"] == {"credit_line_id": str(line_id), "user_id": str(ada.user_id)}
    assert "5000" not in event.data
    await screen.close()


async def test_another_tenants_news_are_nobodys_here(stage: Stage, services: Services, hub: LiveHub) -> None:
    elsewhere = Stage(services, await platform.new_tenant(services), hub)
    ada = stage.somebody(Role.SUPPORT_AGENT)
    screen = stage.screen(ada)
    await screen.next()

    await elsewhere.reopened(ada.user_id)
    loan_id = await stage.reopened(ada.user_id)

    assert msgspec.json.decode((await screen.next()).data)["refs"]["loan_id"] == str(loan_id)
    await screen.close()


async def test_what_happened_during_a_break_is_told_first(stage: Stage) -> None:
    ada = stage.somebody()
    first = stage.screen(ada)
    await first.next()
    await stage.reopened(ada.user_id)
    seen = await first.next()
    await first.close()
    missed = [await stage.reopened(ada.user_id) for _ in range(3)]
    await stage.shows(3, after=seen.id)

    again = stage.screen(ada, seen.id)
    told = [msgspec.json.decode((await again.next()).data)["refs"]["loan_id"] for _ in range(3)]
    fresh = await stage.reopened(ada.user_id)
    told.append(msgspec.json.decode((await again.next()).data)["refs"]["loan_id"])

    assert told == [str(each) for each in (*missed, fresh)]
    await again.close()


async def test_too_much_missed_is_said_instead(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_live, "REPLAYED_MAX", 2)
    ada = stage.somebody()
    first = stage.screen(ada)
    hello = await first.next()
    await first.close()
    for _ in range(3):
        await stage.reopened(ada.user_id)
    await stage.shows(3, after=hello.id)

    again = stage.screen(ada, hello.id)

    assert (await again.next()).name == "live.reset"
    await again.close()


async def test_a_slow_screen_is_told_that_it_missed_some(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "QUEUE", 3)
    ada = stage.somebody()
    screen = stage.screen(ada)
    hello = await screen.next()
    for _ in range(6):
        await stage.reopened(ada.user_id)
    await stage.shows(6, after=hello.id)
    await asyncio.sleep(1)

    assert (await screen.next()).name == "live.reset"
    await screen.close()


async def test_agents_hear_of_the_desk_and_borrowers_do_not(stage: Stage) -> None:
    agent, ada = stage.somebody(Role.SUPPORT_AGENT), stage.somebody()
    desk, own = stage.screen(agent), stage.screen(ada)
    await desk.next()
    await own.next()
    ids = {"message_id": new_id(), "conversation_id": new_id()}

    await stage.happens(
        MessageFromBorrower(**ids, user_id=new_id(), channel="whatsapp"),
        ServiceLevelBreached(
            conversation_id=new_id(),
            target="first",
            due_at=stage.services.database.clock.now(),
            assignee_id=None,
        ),
        MessageFromBorrower(**ids, user_id=ada.user_id, channel="whatsapp"),
    )

    assert [(await desk.next()).name for _ in range(3)] == [
        "support.message_from_borrower",
        "support.service_level_breached",
        "support.message_from_borrower",
    ]
    only = await own.next()
    assert msgspec.json.decode(only.data)["refs"]["user_id"] == str(ada.user_id)
    await desk.close()
    await own.close()


async def test_a_stream_ends_with_its_session(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_live, "BEATS_EVERY_S", 0.1)
    ada = stage.somebody()
    screen = stage.screen(ada)
    await screen.next()
    async with stage.services.database.write(Scope.system(stage.tenant.id, "test")) as tx:
        await revoke_session(tx, ada.session_id)
    await stage.revocations.refresh()

    with pytest.raises(StopAsyncIteration):
        await screen.next()


async def test_one_person_has_so_many_streams(stage: Stage) -> None:
    ada = stage.somebody()
    screens = [stage.screen(ada) for _ in range(live.FOLLOWERS_OF_ONE)]
    for each in screens:
        await each.next()

    with pytest.raises(TooManyStreams):
        await stage.screen(ada).next()
    await screens[0].close()
    again = stage.screen(ada)
    assert (await again.next()).name == "live.hello"
    for each in (*screens[1:], again):
        await each.close()


@pytest.mark.parametrize("text", ["x", "1", "1.x", ".", "9" * 30 + ".1"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_place(text)


async def test_without_a_token_nothing_is_streamed(settings: Settings, services: Services, tenant: Tenant) -> None:
    async with platform.serve(settings, services, [support.module(services)]) as client:
        nobody = await client.get("/v1/live")
        headers = platform.caller(services, tenant).headers
        bad = await client.get("/v1/live", headers={**headers, "Last-Event-ID": "x"})

    assert isinstance(client, httpx.AsyncClient)
    assert (nobody.status_code, bad.status_code) == (401, 400)
