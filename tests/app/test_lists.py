"""Lists to choose from and to read: complete, of what there is, and up to date."""

import flet as ft
import pytest
from msgspec.structs import replace

from shared.api.bank_accounts import AccountOwnership
from shared.api.servicing import InstalmentStatus
from shared.countries import CODES
from tests.builders import app_business_samples as firms
from tests.builders import app_samples as samples
from tests.builders.app_stage import Table, show
from tests.builders.flet_window import Window, controls_in


async def at_countries() -> Window:
    window = await show("/kyc/identity_details")
    await window.until(lambda: bool(window.all(ft.Semantics, identifier="nationality")))
    await window.press("nationality")
    await window.until(lambda: bool(window.all(ft.TextField, label="Search")))
    return window


def choices(window: Window) -> set[str]:
    return {each.value for each in window.all(ft.Text) if each.value}


@pytest.mark.parametrize("name", ["Pseudo-Accents", "Unknown Region", "European Union", "Eurozone", "world"])
async def test_what_is_no_country_is_not_among_them(name: str) -> None:
    window = await at_countries()

    await window.write("Search", name[:6])

    await window.until(lambda: "Afghanistan" not in window.words)
    assert name not in choices(window)


async def test_a_list_that_is_cut_says_how_many_are_left_and_each_can_be_searched() -> None:
    window = await at_countries()
    assert f"{len(CODES) - 60} more: search for yours above." in window.words

    await window.write("Search", "zimb")

    await window.until(lambda: "Zimbabwe" in choices(window))
    assert "more: search" not in window.words


async def test_two_that_are_due_on_one_day_are_both_marked_and_said() -> None:
    first = samples.instalment(2, InstalmentStatus.OVERDUE, open_minor=21_000_000)
    second = replace(samples.instalment(3, InstalmentStatus.PAID, open_minor=0), due_on=first.due_on)
    table = Table({f"GET /v1/loans/{samples.LOAN}/schedule": replace(samples.SCHEDULE, rows=[first, second])})
    window = await show(f"/calendar?loan_id={samples.LOAN}", table=table)
    await window.until(lambda: "Add to my calendar" in window.words)

    (day,) = [each for each in window.all(ft.Semantics) if (each.label or "").count("₦") > 1]

    assert "Overdue" in str(day.label)
    assert "Paid" in str(day.label)
    assert len([each for each in controls_in(day) if isinstance(each, ft.Text)]) == 1 + 2  # the figure and two marks


async def test_an_account_says_whose_it_is_and_what_the_bank_says_as_soon_as_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.screens.accounts.screen.ASK_AGAIN_S", 0.02)
    pending = replace(samples.BANK, ownership=AccountOwnership.PENDING, business_id=firms.BUSINESS)
    table = Table({"GET /v1/bank-accounts": [pending]})
    window = await show("/profile/accounts", table=table)
    await window.until(lambda: "Obi Textiles Ltd, Asking your bank" in window.words)

    table.set("GET /v1/bank-accounts", [replace(pending, ownership=AccountOwnership.CONFIRMED)])

    await window.until(lambda: "Obi Textiles Ltd, Confirmed by your bank" in window.words)


async def test_what_is_chosen_from_a_list_is_taken() -> None:
    window = await at_countries()
    await window.write("Search", "ghana")
    await window.until(lambda: "Afghanistan" not in window.words)
    ghana = next(each for each in window.all(ft.Semantics) if each.label == "Ghana")

    await window.fire(ghana.content, "click")  # type: ignore[arg-type]  # the button inside

    await window.until(lambda: "Give your BVN" not in window.words)
