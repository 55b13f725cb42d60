"""Drawing on a line of credit: asked once more, done once, and refused in words."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from app.stores.estimate import Estimate
from shared.api.servicing import CreditLineStatus, LoanStatus, SimulationIn, SimulationOut
from shared.paging import Page
from shared.roles import Role
from tests.builders import app_business_samples as firms
from tests.builders import app_samples as samples
from tests.builders.app_stage import BROKEN, OFFLINE, Table, show
from tests.builders.flet_window import Window

LINE = samples.LINE
PLACE, DRAWS = f"/credit-lines/{LINE.id}/draw", f"POST /v1/credit-lines/{LINE.id}/draws"
SIMULATE, COST = "POST /v1/simulations/schedule", "You pay back in all"


def draws(table: Table) -> list[dict[str, object]]:
    asked = [each for each in table.asked if each.url.path.endswith("/draws")]
    return [msgspec.json.decode(each.content) for each in asked]


async def ready(table: Table) -> Window:
    window = await show(PLACE, table=table)
    await window.until(lambda: "Draw ₦300,000.00" in window.words and COST in window.words)
    return window


async def test_the_first_screen_leads_to_the_line_that_is_there() -> None:
    window = await show("/")
    await window.until(lambda: "Available to borrow" in window.words)

    await window.press("quick-borrow")

    await window.until(lambda: window.page.route == PLACE)


async def test_applying_names_what_can_be_had_without_it() -> None:
    window = await show("/apply")
    await window.until(lambda: "Draw on your line of credit" in window.words)

    await window.press("to-draw")

    await window.until(lambda: window.page.route == PLACE)


async def test_a_draw_is_asked_about_then_made_and_its_money_followed() -> None:
    table = Table({DRAWS: samples.loan(LoanStatus.PENDING_DISBURSEMENT)})
    window = await ready(table)
    await window.press("fewer")
    await window.until(lambda: COST in window.words)
    await window.press("draw")
    await window.until(lambda: "Draw ₦300,000.00?" in window.words)
    assert not draws(table)

    await window.press("confirm")

    await window.until(lambda: window.page.route == f"/loans/{samples.LOAN}/payout")
    assert draws(table) == [{"amount_minor": 30_000_000, "instalments": LINE.terms.instalments - 1}]


async def test_a_draw_whose_answer_was_lost_is_repeated_under_its_name() -> None:
    table = Table({DRAWS: OFFLINE})
    window = await ready(table)
    await window.press("draw")
    await window.press("confirm")
    await window.until(lambda: "You are offline" in window.words)

    table.set(DRAWS, samples.loan(LoanStatus.PENDING_DISBURSEMENT))
    await window.press("draw")
    await window.press("confirm")

    await window.until(lambda: window.page.route == f"/loans/{samples.LOAN}/payout")
    keys = [each.headers["Idempotency-Key"] for each in table.asked if each.url.path.endswith("/draws")]
    assert len(keys) >= 2
    assert len(set(keys)) == 1


async def test_a_refusal_is_told_and_the_borrower_stays() -> None:
    table = Table({DRAWS: (409, "credit_line_blocked")})
    window = await ready(table)

    await window.press("draw")
    await window.press("confirm")

    await window.until(lambda: "The platform says credit_line_blocked." in window.words)
    assert window.page.route == PLACE


@pytest.mark.parametrize(
    "line",
    [
        replace(LINE, drawn=LINE.limit, available=samples.ngn(0)),
        replace(LINE, status=CreditLineStatus.CANCELLED),
    ],
)
async def test_where_nothing_is_left_nothing_can_be_drawn(line: object) -> None:
    window = await show(PLACE, table=Table({f"GET /v1/credit-lines/{LINE.id}": line}))

    await window.until(lambda: "Nothing left to draw" in window.words)
    assert "How much do you need?" not in window.words


def disabled(window: Window, identifier: str) -> bool:
    button = window.all(ft.Semantics, identifier=identifier)[0].content
    return isinstance(button, ft.TextButton) and bool(button.disabled)


async def test_an_amount_is_taken_as_it_is_typed() -> None:
    table = Table({DRAWS: samples.loan(LoanStatus.PENDING_DISBURSEMENT)})
    window = await ready(table)

    await window.write("Or type the amount", "20,000")
    await window.until(lambda: "Draw ₦20,000.00" in window.words and COST in window.words)
    await window.press("draw")
    await window.press("confirm")

    await window.until(lambda: bool(draws(table)))
    assert draws(table)[0]["amount_minor"] == 2_000_000


@pytest.mark.parametrize("typed", ["600001", "0", "much"])
async def test_an_amount_that_can_t_be_had_is_said_at_the_field_and_nothing_is_drawn(typed: str) -> None:
    table = Table()
    window = await ready(table)

    await window.write("Or type the amount", typed)

    await window.until(lambda: "Type an amount from ₦1.00 to ₦600,000.00." in window.words)
    assert disabled(window, "draw")
    await window.press("take-amount")
    assert "Type an amount from" in window.words

    await window.write("Or type the amount", "")
    await window.until(lambda: not disabled(window, "draw"))
    assert "Type an amount from" not in window.words
    assert draws(table) == []


async def test_no_cost_shows_beside_another_amount_and_nothing_is_drawn_without_its_own() -> None:
    table = Table()
    window = await ready(table)
    table.set(SIMULATE, BROKEN)

    await window.press("more")
    assert COST not in window.words
    assert disabled(window, "draw")
    await window.until(lambda: "could not be worked out" in window.words)
    assert COST not in window.words
    assert disabled(window, "draw")

    table.set(SIMULATE, samples.SIMULATION)
    await window.press("estimate-again")

    await window.until(lambda: COST in window.words)
    assert not disabled(window, "draw")


async def test_of_many_choices_in_a_row_only_the_last_is_asked_about() -> None:
    asked: list[int] = []

    async def simulate(body: SimulationIn) -> SimulationOut:
        asked.append(body.terms.principal_minor)
        return samples.SIMULATION

    store: Any = SimpleNamespace(client=SimpleNamespace(servicing=SimpleNamespace(simulate=simulate)))
    estimate = Estimate(store)
    terms = [replace(LINE.terms, principal_minor=minor) for minor in (100, 200, 300)]

    await asyncio.gather(*(estimate.ask(each) for each in terms))

    assert asked == [300]
    assert [estimate.of(each) for each in terms] == [None, None, samples.SIMULATION]


FIRM_S = replace(LINE, id=UUID(int=32), business_id=firms.BUSINESS, available=samples.ngn(7_700_000))


@pytest.mark.parametrize(("role", "draws_on_it"), [(Role.FINANCE_APPROVER, True), (Role.FINANCE_VIEWER, False)])
async def test_a_business_s_line_is_there_for_who_may_bind_it_alone(role: Role, *, draws_on_it: bool) -> None:
    place = f"/credit-lines/{FIRM_S.id}/draw"
    table = Table(
        {
            "GET /v1/credit-lines": Page(items=[FIRM_S]),
            f"GET /v1/credit-lines/{FIRM_S.id}": FIRM_S,
            "GET /v1/businesses": [firms.business(role)],
        }
    )
    window = await show("/", table=table)
    await window.until(lambda: "Obi" in window.words)
    await window.settle()
    assert ("For Obi Textiles Ltd" in window.words) is draws_on_it

    await window.press("quick-borrow")
    await window.until(lambda: window.page.route == (place if draws_on_it else "/apply"))
    window.page.navigate(place)
    await window.until(lambda: ("You can draw up to" if draws_on_it else "not yours to draw on") in window.words)


async def test_of_several_lines_one_s_own_comes_first_and_none_is_hidden() -> None:
    table = Table(
        {
            "GET /v1/credit-lines": Page(items=[FIRM_S, LINE]),
            "GET /v1/businesses": [firms.business(Role.BUSINESS_OWNER)],
        }
    )
    window = await show("/", table=table)
    await window.until(lambda: "₦77,000.00 is left" in window.words)
    assert "Used ₦400,000.00 of ₦1,000,000.00\n" in window.words, "the card at the top is of one's own"

    await window.press("quick-borrow")

    await window.until(lambda: window.page.route == "/apply" and "For Obi Textiles Ltd" in window.words)
    assert "₦600,000.00 is left" in window.words
    assert "₦77,000.00 is left" in window.words
