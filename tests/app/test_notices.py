"""Notices on the phone: how they are asked for, renewed and ended, and how the preferences tell of them."""

import asyncio
from typing import Any

import flet as ft
import flet_onesignal
import httpx
import msgspec
import pytest

from app.platform.push import PushNetwork, is_built_in
from shared.api.notifications import Channel, PreferencesIn, PreferencesOut, PushRegistrationOut, PushService, Topic
from tests.builders import app_samples as samples
from tests.builders.app_stage import BROKEN, OFFLINE, Answer, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

PUT, END, SEEN = "PUT /v1/me/push-registration", "DELETE /v1/me/push-registration", "GET /v1/me/push-registrations"
HERE = PushRegistrationOut(
    session_id=samples.LOAN,
    service=PushService.ONESIGNAL,
    registered_at=samples.NOW,
    seen_at=samples.NOW,
    current=True,
)


def phone(name: str | None = "device-1234") -> DeviceInMemory:
    device = DeviceInMemory()
    device.can_push, device.push_name = True, name
    return device


async def at_messages(device: DeviceInMemory, table: Table) -> Window:
    window = await show("/profile/messages", device=device, table=table)
    await window.until(lambda: "Reminders of payments" in window.words)
    return window


def switch(window: Window, label: str) -> ft.Switch:
    """The switch in the row with this label."""
    named = next(each for each in window.all(ft.Semantics) if (each.label or "").startswith(label))
    assert isinstance(named.content, ft.Row)
    found = named.content.controls[-1]
    assert isinstance(found, ft.Switch)
    return found


def asked(table: Table, place: str) -> list[bytes]:
    method, path = place.split(" ")
    return [each.content for each in table.asked if each.method == method and each.url.path == path]


async def test_a_phone_is_registered_when_its_owner_turns_notices_on_and_the_new_channel_shows() -> None:
    device, table = phone(), Table({PUT: HERE})
    window = await at_messages(device, table)
    assert "Notice on your phone" not in window.words
    assert device.push_asked == 0

    table.set(SEEN, [HERE])
    table.set("GET /v1/me/notification-preferences", PreferencesOut(reminder=[], marketing=[], push=[Topic.REMINDER]))
    await window.fire(switch(window, "Notices on this phone"), "change", value=True)

    await window.until(lambda: window.words.count("Notice on your phone") == 2)
    assert b"device-1234" in asked(table, PUT)[0]
    assert any(name.endswith("notices") for name in device.secrets)


async def test_a_phone_that_says_no_is_told_where_to_allow_it_and_nothing_is_registered() -> None:
    device, table = phone(None), Table({PUT: HERE})
    window = await at_messages(device, table)

    await window.fire(switch(window, "Notices on this phone"), "change", value=True)

    await window.until(lambda: "does not let this app send notices" in window.words)
    assert asked(table, PUT) == []
    assert not any(name.endswith("notices") for name in device.secrets)


@pytest.mark.parametrize("answer", [BROKEN, OFFLINE])
async def test_what_the_platform_did_not_take_is_not_on(answer: Answer) -> None:
    device, table = phone(), Table({PUT: answer})
    window = await at_messages(device, table)

    await window.fire(switch(window, "Notices on this phone"), "change", value=True)

    assert not switch(window, "Notices on this phone").value
    assert not any(name.endswith("notices") for name in device.secrets)


async def test_at_each_start_the_name_is_told_anew_and_signing_out_ends_it() -> None:
    device, table = phone(), Table({PUT: HERE, SEEN: [HERE], "POST /v1/auth/sign-out": {}})
    first = await at_messages(device, table)
    await first.fire(switch(first, "Notices on this phone"), "change", value=True)

    device.push_name = "device-5678"
    again = await show("/profile", device=device, table=table)
    await again.until(lambda: len(asked(table, PUT)) == 2)
    assert b"device-5678" in asked(table, PUT)[1]

    await again.press("sign-out")
    await again.press("confirm")
    await again.until(lambda: device.push_name is None)
    assert not any(name.endswith("notices") for name in device.secrets)


async def test_turned_off_it_is_ended_there_and_here() -> None:
    device, table = phone(), Table({PUT: HERE, END: {}})
    window = await at_messages(device, table)
    await window.fire(switch(window, "Notices on this phone"), "change", value=True)

    await window.fire(switch(window, "Notices on this phone"), "change", value=False)

    await window.until(lambda: device.push_name is None)
    assert len(asked(table, END)) == 1
    assert not switch(window, "Notices on this phone").value


async def test_a_browser_says_that_nothing_reaches_it_closed_and_still_shows_what_phones_get() -> None:
    table = Table({SEEN: [HERE]})

    window = await at_messages(DeviceInMemory(), table)

    assert "nothing can reach you here" in window.words
    await window.until(lambda: window.words.count("Notice on your phone") == 2)


async def test_topics_of_notices_are_chosen_beside_the_channels_which_stay_as_they_are() -> None:
    heard = PreferencesOut(reminder=[Channel.SMS], marketing=[], push=[Topic.REMINDER])
    table = Table({SEEN: [HERE], "GET /v1/me/notification-preferences": heard})
    table.set("PUT /v1/me/notification-preferences", heard)
    window = await at_messages(DeviceInMemory(), table)
    await window.until(lambda: "Notice on your phone" in window.words)

    await window.fire(switch(window, "Notice on your phone"), "change", value=False)

    sent = msgspec.json.decode(asked(table, "PUT /v1/me/notification-preferences")[0], type=PreferencesIn)
    assert sent == PreferencesIn(reminder=[Channel.SMS], marketing=[], push=[])


async def test_two_boxes_ticked_at_once_are_both_wanted() -> None:
    gate, heard = asyncio.Event(), PreferencesOut(reminder=[], marketing=[])
    place = "PUT /v1/me/notification-preferences"

    async def keep(request: httpx.Request) -> PreferencesOut:
        await gate.wait()
        wanted = msgspec.json.decode(request.content, type=PreferencesIn)
        return PreferencesOut(reminder=wanted.reminder, marketing=wanted.marketing)

    table = Table({place: keep, "GET /v1/me/notification-preferences": heard})
    window = await at_messages(DeviceInMemory(), table)
    await window.fire(switch(window, "Text message"), "change", value=True)
    await window.fire(switch(window, "E-mail"), "change", value=True)
    gate.set()

    await window.until(lambda: len(asked(table, place)) == 2)
    last = msgspec.json.decode(asked(table, place)[-1], type=PreferencesIn)
    assert last.reminder == [Channel.SMS, Channel.EMAIL]
    await window.until(lambda: switch(window, "Text message").value and switch(window, "E-mail").value is True)


@pytest.mark.parametrize(
    ("granted", "names", "found"),
    [("true", ["", None, "abcd-1234"], "abcd-1234"), ("false", ["abcd-1234"], None), (RuntimeError(), [], None)],
)
async def test_the_push_service_of_the_build_is_asked_in_its_own_order(
    granted: object, names: list[str | None], found: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    async def invoke(_: object, method_name: str, *_given: object, **_more: Any) -> object:
        calls.append(method_name)
        match method_name:
            case "notifications_request_permission" if isinstance(granted, Exception):
                raise granted
            case "notifications_request_permission":
                return granted
            case "user_get_push_subscription_id":
                return names.pop(0)
            case _:
                return None

    async def at_once(_: float) -> None:
        pass

    monkeypatch.setattr(flet_onesignal.OneSignal, "_invoke_method", invoke)
    monkeypatch.setattr("app.platform.push.asyncio.sleep", at_once)
    assert is_built_in()

    assert await PushNetwork("app-id").name() == found
    assert calls[0] == "notifications_request_permission"
    assert ("user_push_opt_in" in calls) is (granted == "true")
