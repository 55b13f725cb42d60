"""A window that loses its connection: it rests, goes on where it was, and ends with all that was done for it."""

import asyncio
from collections.abc import AsyncIterator

import flet as ft
import httpx
import msgspec
import pytest

from app.data import KeptTokens
from app.platform import asking
from app.platform.asking import answered
from app.platform.port import DeviceSilent
from app.platform.presence import Presence
from app.stores import news
from app.stores.passkeys import Pending
from shared.api.identity import SignInOut, SignInStatus, TokensOut
from shared.api.live import LiveEvent
from shared.api.passkeys import CeremonyPurpose
from shared.ids import new_id
from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory, Table, show
from tests.builders.flet_window import Window

PENDING = Pending(purpose=CeremonyPurpose.SIGN_IN, verifier="v" * 43, next="/loans")
TOKENS = TokensOut(access_token="a" * 20, refresh_token="r" * 20, expires_in=300)


class Wire(httpx.AsyncByteStream):
    """A stream of news, written to from the test; whoever begins another one hears from then on."""

    def __init__(self) -> None:
        self.begun = self.ended = 0
        self._told: asyncio.Queue[str] = asyncio.Queue()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/live"
        self.begun += 1
        return httpx.Response(200, stream=self, headers={"Content-Type": "text/event-stream"})

    def tell(self, topic: str) -> None:
        self._told.put_nowait(topic)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            event = LiveEvent(id=new_id(), topic=await self._told.get())
            yield f"id: 1.1\nevent: {event.topic}\ndata: ".encode() + msgspec.json.encode(event) + b"\n\n"

    async def aclose(self) -> None:
        self.ended += 1


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LISTEN_AFTER_S", 0.02)
    monkeypatch.setattr(asking, "PATIENCE_S", 0.05)


def waiting(device: DeviceInMemory) -> DeviceInMemory:
    device.secrets["passkey"] = msgspec.json.encode(PENDING).decode()
    return device


def asked(table: Table, place: str) -> int:
    method, _, path = place.partition(" ")
    return sum((each.method, each.url.path) == (method, path) for each in table.asked)


async def inbox(table: Table) -> Window:
    window = await show("/inbox", table=table)
    await window.until(lambda: asked(table, "GET /v1/notifications") > 0)
    return window


async def test_news_have_the_screen_read_again_over_one_stream_for_all_of_it() -> None:
    wire = Wire()
    table = Table({"GET /v1/live": wire})
    window = await show(f"/loans/{samples.LOAN}", table=table)
    await window.until(lambda: wire.begun == 1)
    of_loan = [f"GET /v1/loans/{samples.LOAN}{part}" for part in ("", "/schedule", "/transactions")]
    before = [asked(table, each) for each in of_loan]

    wire.tell("servicing.repayment_recorded")

    await window.until(lambda: all(asked(table, each) > was for each, was in zip(of_loan, before, strict=True)))
    again = [asked(table, each) for each in of_loan]
    wire.tell("support.message_from_agent")
    await asyncio.sleep(0.1)
    assert [asked(table, each) for each in of_loan] == again
    assert wire.begun == 1


async def test_what_happened_before_the_news_began_is_read() -> None:
    wire = Wire()
    table = Table({"GET /v1/live": wire})
    window = await inbox(table)
    await window.until(lambda: wire.begun == 1)
    before = asked(table, "GET /v1/notifications")

    wire.tell("live.hello")

    await window.until(lambda: asked(table, "GET /v1/notifications") > before)


async def test_what_happened_between_a_reading_and_another_screen_that_joins_the_news_is_read() -> None:
    wire = Wire()
    table = Table({"GET /v1/live": wire})
    window = await inbox(table)
    await window.until(lambda: wire.begun == 1)
    loan = f"GET /v1/loans/{samples.LOAN}"
    window.page.navigate(f"/loans/{samples.LOAN}/pay")
    await window.until(lambda: asked(table, loan) == 1)

    window.page.navigate(f"/loans/{samples.LOAN}")

    await window.until(lambda: asked(table, loan) == 2)
    await asyncio.sleep(0.1)
    assert asked(table, loan) == 2
    assert wire.begun == 1


async def test_the_news_go_on_from_one_screen_to_the_next_and_end_where_nothing_follows_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(news, "LINGER_S", 0.3)
    wire = Wire()
    table = Table({"GET /v1/live": wire})
    window = await inbox(table)
    await window.until(lambda: wire.begun == 1)

    window.page.navigate(f"/loans/{samples.LOAN}")
    await window.until(lambda: asked(table, f"GET /v1/loans/{samples.LOAN}/schedule") > 0)
    before = asked(table, f"GET /v1/loans/{samples.LOAN}/schedule")
    await asyncio.sleep(0.4)
    wire.tell("servicing.repayment_recorded")
    await window.until(lambda: asked(table, f"GET /v1/loans/{samples.LOAN}/schedule") > before)
    assert wire.begun == 1

    window.page.navigate("/profile/appearance")
    await asyncio.sleep(0.6)
    assert wire.ended == 1


async def test_the_news_end_at_once_with_the_session_that_hears_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "LINGER_S", 600.0)
    wire = Wire()
    table = Table({"GET /v1/live": wire})
    window = await inbox(table)
    await window.until(lambda: wire.begun == 1)
    table.set("GET /v1/notifications", (401, "not_authenticated"))
    table.set("POST /v1/auth/refresh", (401, "not_authenticated"))

    wire.tell("notifications.message_delivered")

    await window.until(lambda: wire.ended == 1 and "Get started" in window.words)


async def test_while_nobody_is_connected_nothing_is_asked_and_all_is_read_again_afterwards() -> None:
    wire = Wire()
    table = Table({"GET /v1/live": wire})
    window = await inbox(table)
    await window.until(lambda: wire.begun == 1)
    await window.lose()
    before = len(table.asked)

    wire.tell("notifications.message_delivered")
    await asyncio.sleep(0.2)
    assert len(table.asked) == before

    await window.come_back()
    await window.until(lambda: asked(table, "GET /v1/notifications") > 1 and wire.begun == 2)


async def test_what_changed_meanwhile_is_drawn_when_the_window_is_back() -> None:
    gate = asyncio.Event()

    class Held(Table):
        async def __call__(self, request: httpx.Request) -> httpx.Response:
            answer = await super().__call__(request)
            if request.url.path == "/v1/notifications":
                await gate.wait()
            return answer

    window = await show("/inbox", table=Held())
    assert not window.all(ft.Semantics, identifier="read-all")
    shown = len(window.words)
    await window.lose()
    gate.set()
    await asyncio.sleep(0.1)
    assert len(window.words) == shown

    await window.come_back()

    await window.until(lambda: len(window.words) > shown)


async def test_a_window_that_was_being_drawn_as_its_connection_ended_is_drawn_again_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = await show("/profile/appearance")
    await window.until(lambda: "Dark" in window.words)

    def send_nothing(_: object) -> None:
        raise AttributeError("'NoneType' object has no attribute 'put_nowait'")  # Flet's, whose queue is gone already

    monkeypatch.setattr(window.client, "send_message", send_nothing)
    await window.press("theme-dark")
    await window.lose()
    await window.come_back()

    await window.fire(window.page, "route_change", route="/profile/language")
    await window.until(lambda: "Yorùbá" in window.words)
    await window.press("language-fr")
    await window.until(lambda: "Langue" in window.words)


async def test_a_way_that_is_taken_meanwhile_is_gone_when_the_window_is_back() -> None:
    device = waiting(DeviceInMemory(signed_in=False))
    gate = asyncio.Event()

    class Held(Table):
        async def __call__(self, request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/auth/passkeys/redeem":
                await gate.wait()
            return await super().__call__(request)

    table = Held({"POST /v1/auth/passkeys/redeem": SignInOut(status=SignInStatus.SIGNED_IN, tokens=TOKENS)})
    window = await show("/passkey/done?code=cpc.code", table=table, device=device)
    await window.lose()
    gate.set()
    await asyncio.sleep(0.1)
    assert window.page.route != "/loans"

    await window.come_back()

    await window.until(lambda: window.page.route == "/loans")


async def test_a_window_that_is_gone_for_good_asks_nothing_any_more() -> None:
    wire, before = Wire(), asyncio.all_tasks()
    table = Table({"GET /v1/live": wire})
    window = await inbox(table)
    await window.until(lambda: wire.begun == 1)

    await window.close()

    await window.until(lambda: not (asyncio.all_tasks() - before))
    asked_then = len(table.asked)
    await asyncio.sleep(0.2)
    assert len(table.asked) == asked_then


@pytest.mark.parametrize("failure", ["broken", "offline"])
async def test_a_reading_that_fails_leaves_what_is_being_written(failure: str) -> None:
    table = Table({"GET /v1/bank-accounts": [], "GET /v1/mandates": []})
    window = await show(f"/loans/{samples.LOAN}/auto-debit", table=table)
    await window.until(lambda: bool(window.all(ft.TextField, label="Account number")))
    await window.write("Account number", "0123456789")
    field = window.all(ft.TextField, label="Account number")[0]

    table.set("GET /v1/bank-accounts", failure)
    await window.lose()
    await window.come_back()

    await window.until(lambda: "The platform says" in window.words or "You are offline" in window.words)
    (left,) = window.all(ft.TextField, label="Account number")
    assert (left._i, left.value) == (field._i, "0123456789")


async def test_a_question_to_the_device_waits_for_the_window_and_is_then_asked_again() -> None:
    presence, calls = Presence(), 0

    async def ask() -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            await asyncio.Event().wait()  # its answer is lost with the connection
        return "kept"

    asking_now = asyncio.create_task(answered(presence, ask))
    await asyncio.sleep(0)
    presence.leave()
    await asyncio.sleep(0.2)
    assert not asking_now.done()
    presence.come_back()

    assert await asking_now == "kept"
    assert calls == 2


async def test_a_window_that_is_gone_exchanges_no_token() -> None:
    class Gone(DeviceInMemory):
        async def secret(self, name: str) -> str | None:
            raise DeviceSilent

    with pytest.raises(DeviceSilent):
        async with KeptTokens(Gone()).exclusive():
            raise AssertionError("nothing is exchanged")


async def test_who_signs_in_after_a_session_ended_elsewhere_sees_nothing_of_whoever_was_there() -> None:
    table, device = Table(), DeviceInMemory(signed_in=True)
    window = await show("/", table=table, device=device)
    await window.until(lambda: "₦" in window.words)
    for place in ("GET /v1/notifications", "POST /v1/auth/refresh"):
        table.set(place, (401, "session_expired"))
    await window.fire(window.page, "route_change", route="/inbox")
    await window.until(lambda: "Get started" in window.words)

    device.settings["who"] = str(new_id())
    waiting(device).secrets |= {"vouched": "{}", "mine.somebody.draft": "{}"}
    table.set("POST /v1/auth/passkeys/redeem", SignInOut(status=SignInStatus.SIGNED_IN, tokens=TOKENS))
    table.set("GET /v1/loans", "never")
    await window.fire(window.page, "route_change", route="/passkey/done?code=cpc.code")

    await window.until(lambda: window.page.route == "/loans")
    assert "₦" not in window.words
    assert "vouched" not in device.secrets
    assert not [each for each in device.secrets if each.startswith("mine.")]
    assert device.settings["who"] == str(samples.PERSON.id)
