"""A start without a network shows what was known last, to whom it belongs and to nobody else, and moves no money."""

from datetime import timedelta
from uuid import UUID

import flet as ft
import msgspec

from app.platform.port import Owner
from shared.api.servicing import LoanStatus
from shared.clock import FixedClock
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders.app_stage import BROKEN, OFFLINE, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

NAME = f"mine.{samples.ME}.known"
WITHOUT = {"GET /v1/tenant": OFFLINE, "GET /v1/me": OFFLINE}


async def after_a_visit(table: Table | None = None) -> DeviceInMemory:
    """A device on which somebody has seen the first screen."""
    device = DeviceInMemory()
    device.settings["who"] = str(samples.ME)
    window = await show("/", table=table, device=device, clock=FixedClock(samples.NOW))
    await window.until(lambda: NAME in device.secrets)
    return device


async def without_network(device: DeviceInMemory, *, later: timedelta = timedelta(hours=3)) -> Window:
    window = await show("/", table=Table({**WITHOUT}), device=device, clock=FixedClock(samples.NOW + later))
    await window.until(lambda: "You are offline" in window.words)
    return window


async def test_what_was_known_shows_with_its_age_and_without_a_way_to_pay() -> None:
    window = await without_network(await after_a_visit())

    await window.until(lambda: "This is what we knew at" in window.words)

    assert "10:30" in window.words or "9:30" in window.words
    assert "₦420,000.00" in window.words
    assert "Available to borrow" in window.words
    assert {each.identifier for each in window.all(ft.Semantics) if each.identifier} == {"app", "retry"}


async def test_what_is_late_is_said_to_be() -> None:
    late = samples.loan(LoanStatus.OVERDUE, past_due=5_000_000)

    window = await without_network(await after_a_visit(Table({"GET /v1/loans": Page(items=[late])})))

    await window.until(lambda: "Overdue, ₦50,000.00" in window.words)


async def test_once_the_network_is_back_another_try_leads_on() -> None:
    device, table = await after_a_visit(), Table({**WITHOUT})
    window = await show("/", table=table, device=device, clock=FixedClock(samples.NOW))
    await window.until(lambda: "This is what we knew at" in window.words)
    for place in WITHOUT:
        table.set(place, Table().answers[place])

    await window.press("retry")

    await window.until(lambda: "Welcome back" in window.words)


async def test_nothing_of_it_is_left_after_the_sign_out() -> None:
    device = await after_a_visit()
    window = await show("/profile", table=Table({"DELETE /v1/sessions/current": ""}), device=device)
    await window.press("sign-out")
    await window.press("confirm")
    await window.until(lambda: "tokens" not in device.secrets)
    await window.settle()

    assert NAME not in device.secrets


async def test_whoever_is_not_signed_in_or_somebody_else_sees_nothing_of_it() -> None:
    ended, other = await after_a_visit(), await after_a_visit()
    del ended.secrets["tokens"]
    other.settings["who"] = str(UUID(int=99))

    for device in (ended, other):
        window = await without_network(device)
        assert "This did not work" in window.words
        assert "₦420,000.00" not in window.words


async def test_what_is_too_old_or_can_t_be_read_is_not_shown() -> None:
    old, torn = await after_a_visit(), await after_a_visit()
    torn.secrets[NAME] = msgspec.json.encode({"at": "then"}).decode()

    assert "₦420,000.00" not in (await without_network(old, later=timedelta(days=31))).words
    assert "₦420,000.00" not in (await without_network(torn)).words


async def test_a_platform_that_answers_with_an_error_is_no_missing_network() -> None:
    device = await after_a_visit()

    window = await show("/", table=Table({"GET /v1/me": BROKEN}), device=device)

    await window.until(lambda: "This did not work" in window.words)
    assert "This is what we knew at" not in window.words


async def test_a_lock_that_is_on_hides_it() -> None:
    device = await after_a_visit()
    device.channel = "android"
    device.tells_owner = True
    device.secrets["lock"] = msgspec.json.encode({"user_id": samples.ME, "after_s": 60}).decode()
    device.owner = [Owner.UNCONFIRMED]

    window = await show("/", table=Table({**WITHOUT}), device=device, clock=FixedClock(samples.NOW))
    await window.settle()

    assert "₦420,000.00" not in window.words
