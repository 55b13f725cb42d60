"""Help for who can't pay: the states of the screen, and what pressing its buttons asks of the platform."""

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from shared.api.arrears import CloseReason, HardshipStatus, PromiseStatus
from shared.api.servicing import LoanStatus
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import BROKEN, NEVER, OFFLINE, Answer, Table, show
from tests.builders.flet_window import Window

LOAN = samples.LOAN
PLACE = f"GET /v1/loans/{LOAN}/arrears"
ROUTE = f"/loans/{LOAN}/help"
PROMISES = f"POST /v1/loans/{LOAN}/promises"
CASES = f"POST /v1/loans/{LOAN}/hardship-cases"


async def opened(answer: Answer | None = None, *, width: int = 390) -> tuple[Window, Table]:
    table = Table({} if answer is None else {PLACE: answer})
    return await show(ROUTE, table=table, width=width), table


async def test_it_begins_with_three_answers_and_a_person_is_always_at_hand() -> None:
    window, _ = await opened()

    await window.until(lambda: "You are not alone with this" in window.words)
    for words in ("I need a few more days", "I need a plan", "I can't pay at the moment", "Talk to a person"):
        assert words in window.words
    await window.press("to-person")
    assert window.page.route == "/chat"


async def test_a_promise_that_was_made_in_a_chat_shows_and_can_be_taken_back() -> None:
    promise = replace(help_samples.promise(1, paid=1_000_000), case_id=None)
    taken = f"DELETE /v1/promises/{promise.id}"
    window, table = await opened(replace(help_samples.arrears(), promises=[promise]))
    await window.until(lambda: "You promised" in window.words)
    assert "₦10,000.00 of it paid" in window.words
    table.set(taken, replace(promise, status=PromiseStatus.CANCELLED))

    await window.press("take-promise-back")
    table.set(PLACE, help_samples.arrears())
    await window.press("confirm")

    await window.until(lambda: "You promised" not in window.words)
    assert f"/v1/promises/{promise.id}" in [each.url.path for each in table.asked if each.method == "DELETE"]


async def test_who_is_late_promises_a_day_after_the_question_and_once() -> None:
    window, table = await opened()
    await window.until(lambda: "Or promise to pay by a day" in window.words)
    assert "If you leave it empty: all that is late, ₦210,000.00." in str(
        [each.helper for each in window.all(ft.TextField)]
    )
    await window.press("promise-in-7")
    await window.write("Amount you promise", "50,000")
    promise = replace(help_samples.promise(1), case_id=None, amount=samples.ngn(5_000_000))
    table.set(PROMISES, promise)

    await window.press("promise")
    assert not [each for each in table.asked if each.url.path.endswith("/promises")]
    table.set(PLACE, replace(help_samples.arrears(), promises=[promise]))
    await window.press("confirm")

    await window.until(lambda: "You promised" in window.words)
    made = [msgspec.json.decode(each.content) for each in table.asked if each.url.path.endswith("/promises")]
    assert made == [{"on": "2026-12-06", "amount_minor": 5_000_000}]
    assert "Or promise to pay by a day" not in window.words


async def test_a_month_goes_along_once_it_can_be_read_and_says_what_is_left() -> None:
    window, table = await opened()
    table.set(CASES, help_samples.hardship())
    await window.until(lambda: "I can't pay at the moment" in window.words)
    await window.press("help-cannot_pay")
    await window.write("What comes in", "150,000")
    assert "It is sent once you say what comes in" in window.words
    await window.write("Food, rent and what else you need", "120,000")
    await window.write("Other debts", "20,000")
    assert "₦10,000.00" in window.words

    await window.press("ask-for-help")

    asked = [msgspec.json.decode(each.content) for each in table.asked if each.url.path.endswith("/hardship-cases")]
    assert [each["budget"] for each in asked] == [
        {"income_minor": 15_000_000, "essentials_minor": 12_000_000, "other_debts_minor": 2_000_000}
    ]


async def test_a_promise_that_is_refused_says_why_and_an_unreadable_amount_promises_nothing() -> None:
    window, table = await opened()
    await window.until(lambda: "Or promise to pay by a day" in window.words)
    await window.write("Amount you promise", "0")
    assert not window.all(ft.Semantics, identifier="promise")
    await window.write("Amount you promise", "")
    table.set(PROMISES, (422, "promise_too_much"))

    await window.press("promise")
    await window.press("confirm")

    await window.until(lambda: "The platform says promise_too_much." in window.words)
    assert "You promised" not in window.words


async def test_whoever_is_not_late_has_nothing_to_promise() -> None:
    window, _ = await opened(replace(help_samples.arrears(), past_due=samples.ngn(0), days_past_due=0))

    await window.until(lambda: "You are not alone with this" in window.words)

    assert "Or promise to pay by a day" not in window.words


async def test_while_it_is_read_it_says_so() -> None:
    window, _ = await opened(NEVER)

    assert any(each.label == "Loading" for each in window.all(ft.Semantics))
    assert not window.crashes


@pytest.mark.parametrize(("answer", "words"), [(BROKEN, "This did not work"), (OFFLINE, "You are offline")])
async def test_when_it_can_t_be_read_it_says_why_and_can_be_tried_again(answer: str, words: str) -> None:
    window, table = await opened(answer)
    await window.until(lambda: words in window.words)

    table.set(PLACE, help_samples.arrears())
    await window.press("retry")

    await window.until(lambda: "You are not alone with this" in window.words)


async def test_a_loan_that_is_paid_back_needs_no_help() -> None:
    table = Table({f"GET /v1/loans/{LOAN}": samples.loan(LoanStatus.CLOSED)})

    window = await show(ROUTE, table=table)

    await window.until(lambda: "Nothing to pay" in window.words)


@pytest.mark.parametrize("place", [f"/loans/{LOAN}", "/"])
async def test_who_is_late_finds_it_beside_the_way_to_pay(place: str) -> None:
    late = samples.loan(LoanStatus.OVERDUE, past_due=21_000_000)
    table = Table({f"GET /v1/loans/{LOAN}": late, "GET /v1/loans": {"items": [late], "next_cursor": None}})
    window = await show(place, table=table)
    await window.until(lambda: "I can't pay" in window.words)

    await window.press("cannot-pay")

    assert window.page.route == ROUTE


async def test_who_is_not_late_finds_it_with_the_loan() -> None:
    window = await show(f"/loans/{LOAN}")
    await window.until(lambda: "I can't pay" in window.words)

    await window.press("to-hardship")

    assert window.page.route == ROUTE


async def test_a_plan_is_asked_for_looked_at_and_agreed_only_then() -> None:
    window, table = await opened()
    table.set(CASES, help_samples.hardship())
    await window.until(lambda: "I need a plan" in window.words)
    await window.press("help-smaller_amounts")
    await window.write("Amount at a time", "52,500")
    await window.press("every-two_weeks")
    await window.write("In your own words (optional)", "My shop was flooded.")
    table.set(PLACE, help_samples.arrears(help_samples.hardship()))
    await window.press("ask-for-help")

    await window.until(lambda: "What is possible" in window.words)
    asked = next(each for each in table.asked if each.url.path.endswith("/hardship-cases"))
    body = msgspec.json.decode(asked.content)
    assert (body["kind"], body["can_pay_minor"], body["every"]) == ("smaller_amounts", 5_250_000, "two_weeks")
    assert body["circumstances"] == "My shop was flooded."
    assert "₦422,100.00" in window.words
    assert "Lowest total cost" in window.words

    last = help_samples.PLANS[1].payments[-1].on
    await window.press(f"plan-{last}")
    await window.until(lambda: "Check the plan" in window.words)
    assert not [each for each in table.asked if each.url.path.endswith("/agree")]
    table.set(f"POST /v1/hardship-cases/{help_samples.HELP}/agree", help_samples.hardship(HardshipStatus.AGREED))
    table.set(PLACE, help_samples.arrears(help_samples.hardship(HardshipStatus.AGREED)))
    await window.press("agree")

    await window.until(lambda: "Your plan" in window.words)
    agreed = next(each for each in table.asked if each.url.path.endswith("/agree"))
    assert msgspec.json.decode(agreed.content) == {"plan_id": str(help_samples.PARTS_PLAN)}
    assert "1 of 4 payments made" in window.words


async def test_a_plan_that_is_out_of_date_says_so_and_agrees_nothing() -> None:
    window, table = await opened(help_samples.arrears(help_samples.hardship()))
    await window.until(lambda: "What is possible" in window.words)
    await window.press(f"plan-{help_samples.PLANS[0].payments[-1].on}")
    table.set(f"POST /v1/hardship-cases/{help_samples.HELP}/agree", (409, "plan_outdated"))

    await window.press("agree")

    await window.until(lambda: "The platform says plan_outdated." in window.words)
    assert "Your plan" not in window.words


async def test_back_leads_from_the_review_to_the_plans() -> None:
    window, _ = await opened(help_samples.arrears(help_samples.hardship()))
    await window.until(lambda: "What is possible" in window.words)
    await window.press(f"plan-{help_samples.PLANS[0].payments[-1].on}")
    await window.until(lambda: "Check the plan" in window.words)

    await window.press("back")

    await window.until(lambda: "What is possible" in window.words)
    assert window.page.route == ROUTE


async def test_an_amount_is_needed_for_a_plan() -> None:
    window, table = await opened()
    await window.until(lambda: "I need a plan" in window.words)
    await window.press("help-smaller_amounts")

    assert window.named("ask-for-help").disabled  # type: ignore[attr-defined]
    assert not [each for each in table.asked if each.url.path.endswith("/hardship-cases")]


async def test_who_can_t_pay_at_all_hears_that_a_person_looks_at_it() -> None:
    window, _ = await opened(help_samples.arrears(help_samples.hardship(needs_person=True)))

    await window.until(lambda: "One of us looks at it" in window.words)
    assert "No reminders go out until" in window.words


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (HardshipStatus.KEPT, None, "You kept your plan"),
        (HardshipStatus.BROKEN, None, "The plan is over"),
        (HardshipStatus.CLOSED, CloseReason.WITHDRAWN, "You ended it."),
        (HardshipStatus.CLOSED, CloseReason.DECLINED, "We could not offer a plan"),
    ],
)
async def test_a_case_that_is_over_says_how_and_help_can_be_asked_for_again(
    status: HardshipStatus, reason: CloseReason | None, words: str
) -> None:
    window, _ = await opened(help_samples.arrears(help_samples.hardship(status, reason=reason)))

    await window.until(lambda: words in window.words)
    assert "I need a few more days" in window.words


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_plans_stand_in_the_same_rows_on_phones_and_on_wide_windows(width: int) -> None:
    window, _ = await opened(help_samples.arrears(help_samples.hardship()), width=width)

    await window.until(lambda: "What is possible" in window.words)
    assert window.words.count("Total still to pay") == 2
