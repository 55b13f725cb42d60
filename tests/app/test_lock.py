"""The app's lock: when it closes, what shows meanwhile, who opens it, and that nobody is ever locked out for good."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import flet as ft
import flet_local_auth
import pytest

from app.platform.flet_device import FletDevice
from app.platform.port import Camera, Leaving, Owner, Picked, Platform
from app.platform.presence import Presence
from app.stores.lock import AT_ONCE, Lock
from shared.clock import FixedClock
from tests.builders import app_samples as samples
from tests.builders.app_stage import BROKEN, OFFLINE, Answer, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

ME = samples.PERSON.id
MINUTE = timedelta(minutes=1)


def phone(*answers: Owner | asyncio.Event) -> DeviceInMemory:
    device = DeviceInMemory()
    device.channel, device.tells_owner, device.owner = "android", True, list(answers)
    return device


async def locking(device: DeviceInMemory, clock: FixedClock, after: timedelta = MINUTE) -> Lock:
    """A lock that is on and open."""
    lock = Lock(device, clock)
    assert await lock.turn_on(ME, "on")
    assert await lock.choose(ME, after, "later")
    device.reasons.clear()
    return lock


async def stir(window: Window, state: ft.AppLifecycleState) -> None:
    await window.fire(window.page, "app_lifecycle_state_change", {"state": state.value})


@pytest.mark.parametrize(
    ("after", "gone", "closed"),
    [
        (MINUTE, timedelta(seconds=59), False),
        (MINUTE, MINUTE, True),
        (5 * MINUTE, 4 * MINUTE, False),
        (5 * MINUTE, timedelta(hours=9), True),
        (AT_ONCE, timedelta(), True),
        (MINUTE, timedelta(seconds=-1), True),  # the clock was put back
    ],
)
async def test_it_closes_after_the_time_away_that_was_chosen(
    *, after: timedelta, gone: timedelta, closed: bool
) -> None:
    clock = FixedClock(samples.NOW)
    lock = await locking(phone(), clock, after)

    lock.left()
    clock.advance(gone)
    lock.returned()

    assert lock.closed is closed


async def test_at_once_closes_before_anybody_looks_again() -> None:
    lock = await locking(phone(), FixedClock(samples.NOW), AT_ONCE)

    lock.left()

    assert lock.closed


async def test_it_stays_open_while_it_is_off_however_long_one_is_away() -> None:
    clock = FixedClock(samples.NOW)
    lock = Lock(phone(), clock)

    lock.left()
    clock.advance(timedelta(days=3))
    lock.returned()

    assert not lock.closed


async def test_the_devices_own_question_and_its_picker_are_no_absence_but_a_long_errand_is() -> None:
    clock, held = FixedClock(samples.NOW), asyncio.Event()
    device = phone()
    lock = await locking(device, clock, AT_ONCE)
    lock.closed = True
    device.owner = [held]

    opening = asyncio.create_task(lock.open("open"))
    await asyncio.sleep(0)
    lock.left()  # the question covers the app
    held.set()
    assert await opening
    lock.returned()
    assert not lock.closed

    with lock.errand(Leaving.MEANWHILE):
        lock.left()
        clock.advance(2 * MINUTE)
        lock.returned()
    assert not lock.closed
    with lock.errand(Leaving.MEANWHILE):
        lock.left()
        clock.advance(timedelta(hours=1))
        lock.returned()
    assert lock.closed


async def test_another_app_that_was_just_sent_for_is_an_errand_and_one_that_is_opened_later_is_none() -> None:
    clock = FixedClock(samples.NOW)
    lock = await locking(phone(), clock, AT_ONCE)

    with lock.errand(Leaving.AFTERWARDS):
        pass  # a link is handed over at once; the other app covers this one a moment later
    clock.advance(timedelta(seconds=2))
    lock.left()
    clock.advance(MINUTE)
    lock.returned()
    assert not lock.closed

    with lock.errand(Leaving.MEANWHILE):
        pass  # nothing was asked: the permission is there
    lock.left()
    lock.returned()
    assert lock.closed


class AwayDevice(DeviceInMemory):
    """A phone whose ways out of the app take a minute there, out of the app's sight."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self.channel, self.can_push, self.push_name, self.tells_owner = "android", True, "device-1", True
        self.clock = clock
        self.window: Window | None = None
        self.trips = 0

    async def trip(self) -> None:
        """Out of sight for a minute, and back."""
        assert self.window is not None
        self.trips += 1
        await stir(self.window, ft.AppLifecycleState.HIDE)
        self.clock.advance(MINUTE)
        await stir(self.window, ft.AppLifecycleState.SHOW)

    async def pick_file(self, extensions: Sequence[str]) -> Picked | None:
        await self.trip()
        return Picked(name="receipt.pdf", content=b"%PDF")

    async def register_push(self) -> str | None:
        await self.trip()
        return await super().register_push()


@pytest.mark.parametrize(
    ("route", "seen", "way"),
    [
        ("/chat", "How can we help?", "add-file"),
        (f"/loans/{samples.LOAN}/disputes/new", "What is it about?", "add-evidence"),
    ],
)
async def test_a_picker_in_the_middle_of_writing_closes_no_lock_and_costs_no_word(
    route: str, seen: str, way: str
) -> None:
    clock = FixedClock(samples.NOW)
    device = AwayDevice(clock)
    device.secrets["lock"] = (await kept_lock(AT_ONCE)).secrets["lock"]
    window = device.window = await show(route, device=device, clock=clock)
    await window.until(lambda: seen in window.words)
    if way == "add-evidence":
        await window.press("about-missing")
    field = window.all(ft.TextField)[0].label
    assert isinstance(field, str)
    await window.write(field, "I paid on Monday.")

    await window.press(way)

    await window.until(lambda: "receipt.pdf" in window.words)
    assert device.trips == 1
    assert "is locked" not in window.words
    assert any(each.value == "I paid on Monday." for each in window.all(ft.TextField))


async def test_the_systems_question_for_notices_closes_no_lock() -> None:
    clock = FixedClock(samples.NOW)
    device = AwayDevice(clock)
    device.secrets["lock"] = (await kept_lock(AT_ONCE)).secrets["lock"]
    window = device.window = await show("/profile/messages", device=device, clock=clock)
    await window.until(lambda: "Notices on this phone" in window.words)

    named = next(each for each in window.all(ft.Semantics) if (each.label or "").startswith("Notices on this phone"))
    assert isinstance(named.content, ft.Row)
    await window.fire(named.content.controls[-1], "change", value=True)

    await window.until(lambda: device.push_asked == 1)
    assert device.trips == 1
    assert "is locked" not in window.words


def test_every_way_out_of_the_app_is_marked_as_one() -> None:
    ways = {
        name: each.leaves for port in (Platform, Camera) for name, each in vars(port).items() if hasattr(each, "leaves")
    }

    assert {name for name, when in ways.items() if when is Leaving.AFTERWARDS} == {"open_here", "open_link", "share"}
    meanwhile = {name for name, when in ways.items() if when is Leaving.MEANWHILE}
    assert meanwhile == {"open", "pick_file", "register_push", "save_file"}


@pytest.mark.parametrize("answer", [Owner.UNCONFIRMED, Owner.UNKNOWN])
async def test_only_a_confirmed_owner_opens_it_turns_it_on_or_off_or_has_it_wait_longer(answer: Owner) -> None:
    clock = FixedClock(samples.NOW)
    device = phone()
    lock = await locking(device, clock)
    kept = dict(device.secrets)

    device.owner = [answer] * 3
    lock.closed = True
    assert not await lock.open("open")
    assert not await lock.turn_off("off")
    assert not await lock.choose(ME, 5 * MINUTE, "later")

    assert lock.closed
    assert lock.after == MINUTE
    assert device.secrets == kept
    other = Lock(phone(answer), clock)
    assert not await other.turn_on(ME, "on")
    assert not other.is_on


async def test_sooner_needs_no_question() -> None:
    device = phone()
    lock = await locking(device, FixedClock(samples.NOW))

    assert await lock.choose(ME, AT_ONCE, "sooner")

    assert device.reasons == []
    assert lock.after == AT_ONCE


async def test_a_cold_start_is_locked_and_shows_draws_and_says_nothing_of_the_borrowers() -> None:
    held = asyncio.Event()
    device = phone(held)
    device.secrets["lock"] = (await kept_lock()).secrets["lock"]
    table = Table()

    window = await show("/loans", table=table, device=device)

    assert "is locked" in window.words
    assert "₦" not in window.words
    assert "₦" not in "".join(each.label or "" for each in window.all(ft.Semantics))
    assert not any(request.url.path == "/v1/loans" for request in table.asked)
    assert device.reasons, "it asks by itself"
    held.set()
    await window.until(lambda: "₦420,000.00" in window.words)
    assert "is locked" not in window.words


async def kept_lock(after: timedelta = MINUTE) -> DeviceInMemory:
    device = phone()
    await locking(device, FixedClock(samples.NOW), after)
    return device


async def test_coming_back_too_late_finds_it_locked_and_cancelling_changes_nothing() -> None:
    clock = FixedClock(samples.NOW)
    device = await kept_lock()
    window = await show("/loans", device=device, clock=clock)
    await window.until(lambda: "₦420,000.00" in window.words)

    device.owner = [Owner.UNCONFIRMED, Owner.UNCONFIRMED]
    await stir(window, ft.AppLifecycleState.HIDE)
    clock.advance(2 * MINUTE)
    await stir(window, ft.AppLifecycleState.SHOW)
    await stir(window, ft.AppLifecycleState.RESUME)
    await window.until(lambda: "That was not confirmed" in window.words)
    assert "₦" not in window.words
    await window.press("unlock")

    assert "is locked" in window.words
    assert "₦" not in window.words
    assert len(device.reasons) == 3  # at the start, on return, and by hand
    await window.press("unlock")
    await window.until(lambda: "₦420,000.00" in window.words)


async def test_a_sheet_does_not_stay_above_the_lock() -> None:
    device = await kept_lock(AT_ONCE)
    window = await show("/profile", device=device)
    await window.until(lambda: "Safety" in window.words)
    await window.press("sign-out")
    assert "Sign out?" in window.words

    device.owner = [Owner.UNCONFIRMED]
    await stir(window, ft.AppLifecycleState.HIDE)

    await window.until(lambda: "is locked" in window.words)
    assert "Sign out?" not in window.words
    assert not any(each.open for each in window.all(ft.BottomSheet))


@pytest.mark.parametrize("answer", [{}, OFFLINE, BROKEN])
async def test_whose_finger_is_gone_signs_out_and_finds_no_lock_afterwards(answer: Answer) -> None:
    device = await kept_lock()
    device.tells_owner, device.owner = False, [Owner.UNKNOWN]
    window = await show("/loans", device=device, table=Table({"POST /v1/auth/sign-out": answer}))
    await window.until(lambda: "can't tell any more who you are" in window.words)

    await window.press("sign-out")
    await window.press("confirm")

    await window.until(lambda: "Get started" in window.words)
    assert "tokens" not in device.secrets
    assert "lock" not in device.secrets


async def test_the_lock_of_somebody_else_falls_away() -> None:
    device = phone()
    lock = Lock(device, FixedClock(samples.NOW))
    assert await lock.turn_on(UUID(int=77), "on")
    device.owner = [Owner.UNCONFIRMED]

    window = await show("/loans", device=device)

    await window.until(lambda: "₦420,000.00" in window.words)
    assert "lock" not in device.secrets


async def test_it_is_turned_on_and_off_in_the_settings_and_both_ask() -> None:
    device = phone()
    window = await show("/profile", device=device)
    await window.until(lambda: "App lock" in window.words)
    await window.press("to-app-lock")
    await window.until(lambda: "Lock the app" in window.words)
    assert "Lock after" not in window.words

    device.owner = [Owner.UNCONFIRMED]
    await window.fire(window.all(ft.Switch)[0], "change", value=True)
    assert "Nothing has changed" in window.words
    assert "lock" not in device.secrets
    await window.fire(window.all(ft.Switch)[0], "change", value=True)
    await window.until(lambda: "Lock after" in window.words)
    assert "lock" in device.secrets
    await window.press("lock-after-300")
    await window.fire(window.all(ft.Switch)[0], "change", value=False)

    await window.until(lambda: "Lock after" not in window.words)
    assert "lock" not in device.secrets
    assert len(device.reasons) == 4


async def test_a_browser_is_offered_no_lock_and_told_what_protects_instead() -> None:
    window = await show("/profile")
    await window.until(lambda: "Safety" in window.words)
    assert "App lock" not in window.words

    there = await show("/profile/app-lock")

    await there.until(lambda: "A browser can't lock this app" in there.words)
    await there.press("back")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (True, Owner.CONFIRMED),
        (False, Owner.UNCONFIRMED),
        (None, Owner.UNCONFIRMED),
        ({"error_code": "userCanceled"}, Owner.UNCONFIRMED),
        ({"error_code": "biometricLockout"}, Owner.UNCONFIRMED),
        ({"error_code": "noCredentialsSet"}, Owner.UNKNOWN),
        ({"error_code": "of a later version"}, Owner.UNCONFIRMED),
        (RuntimeError("the client is gone"), Owner.UNCONFIRMED),
    ],
)
async def test_what_a_phone_answers_is_the_owner_only_where_it_says_so(
    answer: object, said: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def invoke(_: object, *_given: object, **_more: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(flet_local_auth.LocalAuthentication, "_invoke_method", invoke)
    phone = SimpleNamespace(web=False, platform=ft.PagePlatform.ANDROID, url=None)

    assert await FletDevice(cast("ft.Page", phone), Presence()).confirm_owner("Unlock") is said


async def test_a_browser_and_a_desktop_tell_no_owner() -> None:
    for system, web in ((ft.PagePlatform.ANDROID, True), (ft.PagePlatform.LINUX, False)):
        page = cast("ft.Page", SimpleNamespace(web=web, platform=system, url=None))

        assert not await FletDevice(page, Presence()).can_confirm_owner()
        assert await FletDevice(page, Presence()).confirm_owner("Unlock") is Owner.UNKNOWN
        assert not FletDevice(page, Presence(), "push-app").can_push
