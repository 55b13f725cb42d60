"""Paying in the app: the amount that one came for, asked about before a debit, done once, and followed to its end."""

from datetime import timedelta
from uuid import UUID

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from shared.api.payments import LinkStatus, OrderOut, OrderStatus, PaymentLinkOut
from shared.api.servicing import TransactionOut
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders.app_business_samples import BUSINESS
from tests.builders.app_stage import BROKEN, OFFLINE, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

LOAN, MANDATE = samples.LOAN, samples.MANDATE
PAY, MOVED = f"/loans/{LOAN}/pay", f"GET /v1/loans/{LOAN}/transactions"
DEBITS = f"/v1/mandates/{MANDATE.id}/debits"
DEBIT = OrderOut(
    id=UUID(int=300),
    kind="debit",
    reference="db-1",
    amount=samples.ngn(21_000_000),
    status=OrderStatus.SENT,
    loan_id=LOAN,
    created_at=samples.NOW,
    updated_at=samples.NOW,
)
LINK = PaymentLinkOut(
    id=UUID(int=301),
    loan_id=LOAN,
    reference="pl-1",
    amount=samples.ngn(21_000_000),
    status=LinkStatus.REQUESTED,
    url=None,
    created_at=samples.NOW,
    expires_at=samples.NOW + timedelta(days=7),
)
LINK_AT = f"GET /v1/payment-links/{LINK.id}"


def debiting() -> Table:
    """A table where an account can be debited."""
    return Table({f"POST {DEBITS}": DEBIT, f"GET {DEBITS}": Page(items=[]), f"GET /v1/debits/{DEBIT.id}": DEBIT})


def linking() -> Table:
    return Table({"POST /v1/payment-links": LINK, LINK_AT: LINK})


def sent(table: Table, path: str) -> list[str]:
    """The idempotency keys of what was asked for at `path`."""
    posted = [each for each in table.asked if (each.method, each.url.path) == ("POST", path)]
    return [each.headers["Idempotency-Key"] for each in posted]


def has(window: Window, identifier: str) -> bool:
    return bool(window.all(ft.Semantics, identifier=identifier))


def chosen(window: Window) -> set[str]:
    """The identifiers of what is chosen."""
    return {each.identifier for each in window.all(ft.Semantics) if each.identifier and each.selected}


def disabled(window: Window) -> set[str]:
    """The identifiers of what can't be pressed now."""
    return {
        each.identifier
        for each in window.all(ft.Semantics)
        if each.identifier and isinstance(each.content, ft.TextButton) and each.content.disabled
    }


def arrived(reference: str, number: int = 400) -> TransactionOut:
    """A repayment that was not there before, dated like those that were."""
    return replace(samples.REPAYMENT, id=UUID(int=number), reference=reference)


async def at_pay(table: Table, way: str, device: DeviceInMemory | None = None) -> Window:
    window = await show(PAY, table=table, device=device)
    await window.until(lambda: has(window, f"way-{way}") and has(window, "set-going"))
    await window.press(f"way-{way}")
    return window


async def test_paying_it_all_back_leads_to_the_amount_that_closes_the_loan() -> None:
    window = await show(f"/loans/{LOAN}/payoff")
    await window.until(lambda: "You save" in window.words)

    await window.press("pay-off")

    await window.until(lambda: "Your loan is paid back and closed." in window.words)
    assert "pay-payoff" in chosen(window)


async def test_an_amount_that_is_no_choice_is_none() -> None:
    window = await show(f"{PAY}?choice=nonsense")

    await window.until(lambda: "How much?" in window.words)
    assert "pay-due" in chosen(window)


@pytest.mark.parametrize(("typed", "error"), [("", False), ("much", True), ("0", True)])
async def test_another_amount_is_the_one_that_is_typed_and_no_earlier_one(typed: str, *, error: bool) -> None:
    window = await show(PAY)
    await window.until(lambda: has(window, "pay-other"))
    await window.press("pay-other")
    await window.write("Amount", "5000")
    assert "Pay ₦5,000.00" in window.words

    await window.write("Amount", typed)

    assert "Pay ₦5,000.00" not in window.words
    assert "set-going" in disabled(window)
    assert ("Type an amount above zero." in window.words) is error


async def test_a_debit_is_looked_at_before_anything_is_taken() -> None:
    table = debiting()
    window = await at_pay(table, "debit")

    await window.press("set-going")
    await window.until(lambda: "Debit your account?" in window.words)
    for words in ("Guaranty Trust Bank", "Line of credit", "₦210,000.00", "Nothing from us"):
        assert words in window.words
    assert sent(table, DEBITS) == []

    await window.until(lambda: "confirm" not in disabled(window))
    await window.press("confirm")
    await window.until(lambda: "Payment under way" in window.words)
    assert len(sent(table, DEBITS)) == 1
    body = next(each for each in table.asked if (each.method, each.url.path) == ("POST", DEBITS)).content
    assert msgspec.json.decode(body) == {"amount_minor": 21_000_000}


@pytest.mark.parametrize(
    ("debits", "moved", "words"),
    [
        ([DEBIT], [], "is under way since"),
        ([], [samples.REPAYMENT], "already. Pay again only if you mean to."),
        ([replace(DEBIT, status=OrderStatus.FAILED), replace(DEBIT, amount=samples.ngn(1))], [], None),
        ([], [replace(samples.REPAYMENT, amount=samples.ngn(1))], None),
    ],
)
async def test_what_looks_like_the_same_payment_is_said_before_a_debit(
    debits: list[OrderOut], moved: list[TransactionOut], words: str | None
) -> None:
    table = debiting()
    table.set(f"GET {DEBITS}", Page(items=debits))
    table.set(MOVED, Page(items=[replace(each, effective_on=samples.loan().as_of) for each in moved]))
    window = await at_pay(table, "debit")

    await window.press("set-going")
    await window.until(lambda: "Debit your account?" in window.words and "confirm" not in disabled(window))

    assert ("is under way since" in window.words or "Pay again only" in window.words) is (words is not None)
    assert words is None or words in window.words


@pytest.mark.parametrize("lost", [OFFLINE, BROKEN])
async def test_a_debit_whose_answer_was_lost_with_the_window_is_asked_for_under_the_same_key(lost: object) -> None:
    device, table = DeviceInMemory(), debiting()
    window = await at_pay(table, "debit", device)
    table.set(f"POST {DEBITS}", lost)
    await window.press("set-going")
    await window.until(lambda: has(window, "confirm") and "confirm" not in disabled(window))
    await window.press("confirm")
    await window.until(lambda: "it is done once at most" in window.words)

    again = await show(PAY, table=table, device=device)
    await again.until(lambda: "it is done once at most" in again.words)
    table.set(f"POST {DEBITS}", DEBIT)
    await again.press("ask-again")
    await again.until(lambda: "Your bank is being asked." in again.words)

    keys = sent(table, DEBITS)
    assert len(keys) >= 2
    assert len(set(keys)) == 1


async def test_a_debit_is_kept_on_the_device_before_it_is_asked_for() -> None:
    device, table = DeviceInMemory(), debiting()
    kept: list[str] = []

    def answer(_: object) -> object:
        kept.extend(value for name, value in device.secrets.items() if "paying" in name)
        return DEBIT

    table.set(f"POST {DEBITS}", answer)
    window = await at_pay(table, "debit", device)
    await window.press("set-going")
    await window.until(lambda: has(window, "confirm") and "confirm" not in disabled(window))
    await window.press("confirm")
    await window.until(lambda: "Your bank is being asked." in window.words)

    assert [msgspec.json.decode(each)["key"] for each in kept] == sent(table, DEBITS)


async def test_a_refused_debit_leads_back_to_the_ways_and_is_another_one_next_time() -> None:
    device, table = DeviceInMemory(), debiting()
    table.set(f"POST {DEBITS}", (409, "mandate_not_active"))
    window = await at_pay(table, "debit", device)
    for _ in range(2):
        await window.press("set-going")
        await window.until(lambda: has(window, "confirm") and "confirm" not in disabled(window))
        await window.press("confirm")
        await window.until(lambda: "The platform says mandate_not_active." in window.words and "How?" in window.words)

    assert len(set(sent(table, DEBITS))) == 2
    assert not [name for name in device.secrets if "paying" in name]


async def test_a_debit_s_receipt_is_its_own_and_not_another_payment_s() -> None:
    table = debiting()
    window = await at_pay(table, "debit")
    await window.press("set-going")
    await window.until(lambda: has(window, "confirm") and "confirm" not in disabled(window))
    await window.press("confirm")
    await window.until(lambda: "Your bank is being asked." in window.words)

    table.set(MOVED, Page(items=[arrived("other", 401), samples.REPAYMENT]))
    asked = len(table.asked)
    await window.until(lambda: len([e for e in table.asked[asked:] if e.url.path.endswith("/transactions")]) > 1)
    assert "Payment received" not in window.words
    table.set(MOVED, Page(items=[arrived(DEBIT.reference), arrived("other", 401), samples.REPAYMENT]))

    await window.until(lambda: "Payment received" in window.words, within_s=6)
    assert DEBIT.reference in window.words


@pytest.mark.parametrize("way", ["transfer", "link"])
async def test_without_a_network_nothing_is_set_going(way: str) -> None:
    device, table = DeviceInMemory(), linking()
    window = await at_pay(table, way, device)
    table.set(MOVED, OFFLINE)

    await window.press("set-going")

    await window.until(lambda: "You are offline. Nothing was changed" in window.words)
    assert has(window, "set-going")
    assert sent(table, "/v1/payment-links") == []
    assert not [name for name in device.secrets if "paying" in name]


async def test_a_repayment_that_was_there_before_is_no_receipt_whatever_the_clocks_say() -> None:
    table = Table({MOVED: Page(items=[replace(samples.REPAYMENT, entered_at=samples.FAR)])})
    window = await at_pay(table, "transfer")
    await window.press("set-going")
    await window.until(lambda: "9688383985" in window.words)

    asked = len(table.asked)
    await window.until(lambda: len([e for e in table.asked[asked:] if e.url.path.endswith("/transactions")]) > 1)

    assert "Payment received" not in window.words


async def test_a_link_is_waited_for_until_it_has_its_page_after_a_restart_too() -> None:
    device, table = DeviceInMemory(), linking()
    window = await at_pay(table, "link", device)
    await window.press("set-going")
    await window.until(lambda: "The payment page is being made." in window.words)
    assert "Your bank is being asked." not in window.words

    again = await show(PAY, table=table, device=device)
    await again.until(lambda: "The payment page is being made." in again.words)
    table.set(LINK_AT, replace(LINK, status=LinkStatus.OPEN, url="https://pay.test/abc"))

    await again.until(lambda: has(again, "open-link"), within_s=6)
    assert "https://pay.test/abc" in again.words
    assert len(sent(table, "/v1/payment-links")) == 1


async def test_a_link_that_is_over_is_said_and_another_one_can_be_made() -> None:
    device, table = DeviceInMemory(), linking()
    window = await at_pay(table, "link", device)
    await window.press("set-going")
    await window.until(lambda: "The payment page is being made." in window.words)

    table.set(LINK_AT, replace(LINK, status=LinkStatus.EXPIRED))

    await window.until(lambda: "The payment link is over." in window.words, within_s=6)
    assert has(window, "set-going")
    assert not [name for name in device.secrets if "paying" in name]


async def test_who_has_paid_and_waits_in_vain_is_led_to_where_it_can_be_proved() -> None:
    window = await at_pay(Table(), "transfer")
    await window.press("set-going")
    await window.until(lambda: "Payment under way" in window.words)

    await window.press("have-paid")

    await window.until(lambda: "A payment is missing" in window.words)


async def test_a_business_s_loan_is_debited_from_the_business_s_account() -> None:
    theirs = replace(samples.BANK, id=UUID(int=302), number_masked="•••• 7777", business_id=BUSINESS)
    table = Table(
        {
            f"GET /v1/loans/{LOAN}": replace(samples.loan(), business_id=BUSINESS),
            "GET /v1/mandates": [],
            "GET /v1/bank-accounts": [samples.BANK, theirs],
            "POST /v1/mandates": MANDATE,
        }
    )
    window = await show(f"/loans/{LOAN}/auto-debit", table=table)
    await window.until(lambda: "7777" in window.words and "For Obi Textiles Ltd" in window.words)
    assert "1299" not in window.words

    await window.press("give-mandate")

    await window.until(lambda: bool(sent(table, "/v1/mandates")))
    body = next(each for each in table.asked if (each.method, each.url.path) == ("POST", "/v1/mandates")).content
    assert msgspec.json.decode(body) == {"loan_id": str(LOAN), "bank_account_id": str(theirs.id)}
