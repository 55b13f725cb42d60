"""A device that is silent or refuses, and what the app makes of it."""

import asyncio

import flet as ft
import pytest

from app.data import KeptTokens
from app.platform import asking
from app.platform.asking import answered
from app.platform.port import DeviceFailed, DeviceSilent
from app.platform.presence import Presence
from app.stores.action import Action
from app.stores.look import Look
from app.stores.problem import Kind
from shared.client import Tokens
from shared.i18n import Language
from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory, show

TOKENS = Tokens(access_token="a", refresh_token="r", renew_at=samples.FAR, refresh_key="k")


class Storage:
    """Loses the first `lost` questions, as a window does that connects anew."""

    def __init__(self, lost: int) -> None:
        self.lost, self.asked = lost, 0

    async def read(self) -> str:
        self.asked += 1
        if self.asked <= self.lost:
            await asyncio.Event().wait()
        return "kept"


class Refusing(DeviceInMemory):
    """Keeps and gives nothing, as a browser does that forbids it."""

    async def setting(self, name: str) -> str | None:
        return None

    async def keep_setting(self, name: str, value: str | None) -> None:
        raise DeviceFailed

    async def keep_secret(self, name: str, value: str) -> None:
        raise DeviceFailed


class Silent(DeviceInMemory):
    """Answers nothing."""

    async def secret(self, name: str) -> str | None:
        raise DeviceSilent

    async def setting(self, name: str) -> str | None:
        raise DeviceSilent


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE_S", 0.02)


async def test_a_question_that_was_lost_is_asked_again() -> None:
    storage = Storage(lost=asking.TRIES - 1)

    assert await answered(Presence(), storage.read) == "kept"
    assert storage.asked == asking.TRIES


async def test_a_device_that_stays_silent_is_not_waited_for_without_end() -> None:
    storage = Storage(lost=99)

    with pytest.raises(DeviceFailed):
        await answered(Presence(), storage.read)
    assert storage.asked == asking.TRIES


async def test_a_refusal_is_not_asked_twice() -> None:
    asked = []

    async def refuse() -> None:
        asked.append(1)
        raise RuntimeError("no storage")

    with pytest.raises(DeviceFailed):
        await answered(Presence(), refuse)
    assert len(asked) == 1


async def test_a_button_whose_device_fails_says_so_and_can_be_pressed_again() -> None:
    action = Action()

    assert await action.run(lambda: Silent().setting("theme")) is None

    assert action.problem is not None
    assert (action.problem.kind, action.problem.is_settled, action.busy) == (Kind.UNKNOWN, False, False)


async def test_a_device_that_keeps_nothing_hinders_no_payment() -> None:
    window = await show(f"/loans/{samples.LOAN}/pay", device=Refusing())
    await window.until(lambda: bool(window.all(ft.Semantics, identifier="set-going")))

    await window.press("set-going")

    await window.until(lambda: "We wait for" in window.words)


async def test_a_window_whose_device_is_silent_says_so_and_can_begin_again() -> None:
    window = await show("/", device=Silent())

    await window.until(lambda: bool(window.all(ft.Semantics, identifier="retry")))


async def test_a_window_that_keeps_nothing_opens_and_stays_signed_in_while_it_is_there() -> None:
    device = Refusing(signed_in=False)
    look = Look(device)
    await look.recall(["fr"], fallback="en")
    assert (look.language, look.language_chosen) == (Language.FRENCH, False)

    tokens = KeptTokens(device)
    await tokens.save(TOKENS)
    assert await tokens.load() == TOKENS
    assert device.secrets == {}
