"""Applying in the name of a business: who may, for which one, and what its products ask for."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from shared.api.applications import ApplicationDetails, Invoice
from shared.api.members import BusinessOut
from shared.api.onboarding import CaseState, TaskState
from shared.api.products import AttachmentKind, BorrowerKind, ProductKind
from shared.clock import Clock, FixedClock, SystemClock
from shared.paging import Page
from shared.roles import Role
from tests.builders import app_business_samples as firms
from tests.builders import app_samples as samples
from tests.builders.app_stage import Answer, Table, show
from tests.builders.flet_window import Window

BUSINESS, OTHER = firms.BUSINESS, UUID(int=210)
PASSED = firms.kyb_case(CaseState.PASSED, TaskState.DONE)
OPEN = "/v1/applications"
BOTH = replace(samples.PRODUCT_OUT, borrowers=(BorrowerKind.PERSON, BorrowerKind.BUSINESS))
CAPITAL = firms.WORKING_CAPITAL
FOR_FIRM = replace(
    samples.application(), business_id=BUSINESS, product_id=CAPITAL.id, product_kind=ProductKind.WORKING_CAPITAL
)
INVOICED = replace(
    CAPITAL,
    kind=ProductKind.INVOICE_FINANCING,
    required_attachments=(AttachmentKind.INVOICE, AttachmentKind.BANK_STATEMENT),
)


def opened(table: Table) -> list[dict[str, object]]:
    found = [each for each in table.asked if (each.method, each.url.path) == ("POST", OPEN)]
    return [msgspec.json.decode(each.content) for each in found]


def other(*roles: Role) -> BusinessOut:
    return replace(firms.business(*roles), id=OTHER, name="Obi Foods Ltd")


async def shelf(answers: dict[str, Answer], route: str = "/apply") -> tuple[Window, Table]:
    table = Table({f"POST {OPEN}": FOR_FIRM, f"GET {OPEN}/{FOR_FIRM.id}": FOR_FIRM, **answers})
    window = await show(route, table=table)
    await window.until(lambda: "Working capital" in window.words)
    return window, table


def has(window: Window, identifier: str) -> bool:
    return bool(window.all(ft.Semantics, identifier=identifier))


@pytest.mark.parametrize(
    ("found", "case", "identifier", "words"),
    [
        ([], None, "register-first", "Do you run a business?"),
        ([firms.business()], firms.kyb_case(), "finish-kyb", "Obi Textiles Ltd is not verified yet"),
        ([firms.business(Role.FINANCE_VIEWER)], PASSED, None, "You can't apply for it yet"),
    ],
)
async def test_who_has_no_business_that_may_borrow_is_told_what_is_missing(
    found: list[BusinessOut], case: object, identifier: str | None, words: str
) -> None:
    window, table = await shelf({"GET /v1/businesses": found, "GET /v1/kyb": case})

    await window.until(lambda: words in window.words)
    assert not has(window, "apply-working_capital")
    assert has(window, "apply-line_of_credit")
    if identifier is not None:
        await window.press(identifier)
        await window.until(lambda: "Working capital" not in window.words)
    assert opened(table) == []


async def test_the_one_business_that_may_borrow_is_taken_without_a_question() -> None:
    window, table = await shelf({"GET /v1/kyb": PASSED})
    await window.until(lambda: has(window, "apply-working_capital"))

    await window.press("apply-working_capital")

    await window.until(lambda: "For Obi Textiles Ltd" in window.words)
    (body,) = opened(table)
    assert (body["business_id"], body["product_id"]) == (str(BUSINESS), str(CAPITAL.id))


@pytest.mark.parametrize(("choice", "business_id"), [("Obi Foods Ltd", str(OTHER)), ("For myself", None)])
async def test_where_several_may_borrow_one_is_asked_for_whom(choice: str, business_id: str | None) -> None:
    several = {
        "GET /v1/businesses": [firms.business(), other()],
        "GET /v1/kyb": PASSED,
        "GET /v1/products": [BOTH, CAPITAL],
    }
    window, table = await shelf(several)

    await window.until(lambda: has(window, "apply-working_capital"))
    await window.press("apply-line_of_credit")
    await window.until(lambda: "For whom?" in window.words)
    assert opened(table) == []
    option = next(each for each in window.all(ft.Semantics) if each.label == choice)
    await window.fire(next(each for each in window.all(ft.TextButton) if each is option.content), "click")

    await window.until(lambda: bool(opened(table)))
    assert opened(table)[0]["business_id"] == business_id


async def test_from_a_business_only_its_own_products_are_offered() -> None:
    firm = {"GET /v1/businesses": [firms.business(), other()], "GET /v1/kyb": PASSED}
    window, table = await shelf(firm, f"/apply?business_id={OTHER}")
    await window.until(lambda: has(window, "apply-working_capital"))
    assert not has(window, "apply-line_of_credit")

    await window.press("apply-working_capital")

    await window.until(lambda: bool(opened(table)))
    assert opened(table)[0]["business_id"] == str(OTHER)


async def at_draft(*missing: str, clock: Clock | None = None, **changes: object) -> tuple[Window, Table]:
    """The page of the first thing that a business's application lacks."""
    product = changes.pop("product", CAPITAL)
    draft = replace(FOR_FIRM, missing=list(missing), **changes)
    place = f"{OPEN}/{FOR_FIRM.id}"
    table = Table({f"GET {place}": draft, f"PATCH {place}": draft, f"GET /v1/products/{CAPITAL.id}": product})
    window = await show(f"/apply/{FOR_FIRM.id}", table=table, clock=clock)
    await window.until(lambda: "For Obi Textiles Ltd" in window.words)
    return window, table


async def test_a_business_is_paid_to_an_account_of_its_own() -> None:
    window, table = await at_draft("payout_account_id", payout_account_id=None)
    await window.until(lambda: "A new account" in window.words)  # the borrower's own one is not offered
    assert "Guaranty Trust Bank" not in window.words
    assert window.all(ft.TextField, label="Account holder")[0].value == "Obi Textiles Ltd"
    table.set("POST /v1/bank-accounts", replace(samples.BANK, business_id=BUSINESS))

    await window.press("bank")
    bank = next(each for each in window.all(ft.Semantics) if each.label == "Guaranty Trust Bank")
    await window.fire(bank.content, "click")  # type: ignore[arg-type]  # the button inside
    await window.write("Account number", "0123456789")
    await window.press("save-account")

    await window.until(
        lambda: any(each.url.path == "/v1/bank-accounts" and each.method == "POST" for each in table.asked)
    )
    sent = next(each for each in table.asked if each.url.path == "/v1/bank-accounts" and each.method == "POST")
    assert msgspec.json.decode(sent.content)["business_id"] == str(BUSINESS)


async def test_a_business_is_asked_for_purposes_of_businesses() -> None:
    window, _ = await at_draft("purpose", purpose=None)

    await window.until(lambda: "Wages" in window.words)
    assert "School or training" not in window.words


async def test_an_invoice_goes_on_only_once_it_can_be_financed() -> None:
    today = SystemClock().now().date()
    window, table = await at_draft("details.invoice", product=INVOICED, product_kind=ProductKind.INVOICE_FINANCING)
    await window.until(lambda: "Which invoice is it?" in window.words)
    await window.write("Invoice number", "INV-2041")
    await window.write("Who has to pay it", "Harbour Stores Ltd")
    await window.write("Amount of the invoice", "500,000")
    await window.write("Issued on", f"{today:%d/%m/%Y}")
    await window.write("Due on", f"{today:%d/%m/%Y}")
    assert "It is due after today" in window.words
    assert "No more is lent than the invoice is worth" in window.words
    assert window.named("next").disabled  # type: ignore[attr-defined]  # a button

    await window.write("Amount of the invoice", "750,000.50")
    await window.write("Due on", f"{today + timedelta(days=60):%d/%m/%Y}")
    await window.press("next")

    await window.until(lambda: any(each.method == "PATCH" for each in table.asked))
    body = msgspec.json.decode(next(each for each in table.asked if each.method == "PATCH").content)
    wanted = Invoice(
        number="INV-2041",
        debtor="Harbour Stores Ltd",
        amount_minor=75_000_050,
        issued_on=today,
        due_on=today + timedelta(days=60),
    )
    assert msgspec.convert(body["details"], ApplicationDetails).invoice == wanted


async def test_an_invoice_may_be_issued_on_the_day_that_the_tenants_clock_shows() -> None:
    clock = FixedClock(datetime(2026, 11, 20, 23, 30, tzinfo=UTC))  # past midnight in Lagos
    kind = ProductKind.INVOICE_FINANCING
    window, _ = await at_draft("details.invoice", product=INVOICED, clock=clock, product_kind=kind)

    await window.write("Issued on", "21/11/2026")
    await window.write("Due on", "21/11/2026")

    assert "It is issued by today at the latest" not in window.words
    assert "It is due after today" in window.words


async def test_an_invoice_that_was_given_stands_there_again() -> None:
    known = Invoice(
        number="INV-1", debtor="Shop", amount_minor=75_000_000, issued_on=date(2026, 1, 2), due_on=date(2030, 1, 2)
    )
    window, _ = await at_draft(
        product=INVOICED, product_kind=ProductKind.INVOICE_FINANCING, details=ApplicationDetails(invoice=known)
    )
    await window.press("change-details")

    fields = {each.label: each.value for each in window.all(ft.TextField)}
    assert (fields["Amount of the invoice"], fields["Due on"]) == ("750000", "02/01/2030")
    assert not window.named("next").disabled  # type: ignore[attr-defined]  # a button


async def test_invoice_and_statement_are_both_asked_for_by_name() -> None:
    window, _ = await at_draft("attachments.invoice", "attachments.bank_statement", product=INVOICED)

    await window.until(lambda: "Show us the papers" in window.words)
    assert "The invoice" in window.words
    assert "Bank statement" in window.words


async def test_checks_that_are_open_are_named_when_the_platform_asks_for_them() -> None:
    window, table = await at_draft()
    table.set(f"POST {OPEN}/{FOR_FIRM.id}/submit", (409, "kyc_not_passed"))

    await window.press("submit")

    await window.until(lambda: "The platform says kyc_not_passed." in window.words)
    assert has(window, "to-kyc")
    await window.press("to-kyb")
    await window.until(lambda: "Show who owns it" in window.words)


@pytest.mark.parametrize("route", ["/", "/loans", f"/loans/{samples.LOAN}"])
async def test_a_loan_says_whose_it_is(route: str) -> None:
    loan = replace(samples.loan(), business_id=BUSINESS)
    answers = {"GET /v1/loans": Page(items=[loan]), f"GET /v1/loans/{samples.LOAN}": loan}

    window = await show(route, table=Table(dict(answers)))

    await window.until(lambda: "For Obi Textiles Ltd" in window.words)


async def test_a_line_that_is_a_business_s_says_so_on_the_first_screen() -> None:
    line = replace(samples.LINE, business_id=BUSINESS)

    window = await show("/", table=Table({"GET /v1/credit-lines": Page(items=[line])}))

    await window.until(lambda: "For Obi Textiles Ltd" in window.words)


async def test_who_only_looks_is_not_sent_to_apply_for_a_verified_business() -> None:
    looker = {f"GET /v1/businesses/{BUSINESS}": firms.business(Role.FINANCE_VIEWER), "GET /v1/kyb": PASSED}

    window = await show(f"/businesses/{BUSINESS}/kyb", table=Table(dict(looker)))

    await window.until(lambda: "The business is verified" in window.words)
    assert not has(window, "apply-now")
