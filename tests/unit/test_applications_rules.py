"""Drafts, eligibility, and where a status may go."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import msgspec
import pytest

from backend.applications.domain.application import Application
from backend.applications.domain.draft import ineligible, misfits, missing, months_between, unavailable, years_between
from backend.applications.domain.status import advanced, can_withdraw, is_open
from shared.api.applications import ApplicationDetails, Invoice, Purchase, Purpose
from shared.api.applications import ApplicationStatus as Status
from shared.api.products import AttachmentKind, BorrowerKind, Channel, ProductKind
from shared.ids import new_id
from shared.terms import RepaymentMethod
from tests.builders.applications import WORKING_CAPITAL, product_in

TODAY = date(2026, 4, 2)
NOW = datetime(2026, 4, 2, tzinfo=UTC)
EMPTY = Application(
    id=new_id(),
    user_id=new_id(),
    product_id=new_id(),
    product_kind=ProductKind.WORKING_CAPITAL,
    product_name="Working capital",
    channel=Channel.WEB,
    currency="NGN",
    created_at=NOW,
    updated_at=NOW,
)
FULL = msgspec.structs.replace(
    EMPTY, amount_minor=30_000_000, instalments=6, purpose=Purpose.STOCK, payout_account_id=new_id()
)
STATEMENT = frozenset({AttachmentKind.BANK_STATEMENT})
INVOICE = Invoice(
    number="7", debtor="Big Shop", amount_minor=30_000_000, issued_on=date(2026, 3, 1), due_on=date(2026, 5, 1)
)


def test_what_a_draft_lacks_is_named_in_the_order_of_asking() -> None:
    assert missing(EMPTY, WORKING_CAPITAL, None, frozenset()) == (
        "amount_minor",
        "instalments",
        "purpose",
        "payout_account_id",
        "attachments.bank_statement",
    )
    assert missing(FULL, WORKING_CAPITAL, None, STATEMENT) == ()


def test_invoices_and_purchases_are_asked_for_by_their_products() -> None:
    financing = product_in(kind=ProductKind.INVOICE_FINANCING)
    bnpl = product_in(kind=ProductKind.BNPL, method=RepaymentMethod.PAY_IN_N, max_rate_pct=Decimal(0))
    purchase = Purchase(merchant="Shop", order_reference="1", amount_minor=30_000_000)

    assert missing(FULL, financing, None, STATEMENT) == ("details.invoice",)
    assert missing(FULL, financing, ApplicationDetails(invoice=INVOICE), STATEMENT) == ()
    assert missing(FULL, bnpl, ApplicationDetails(), STATEMENT) == ("details.purchase",)
    assert missing(FULL, bnpl, ApplicationDetails(purchase=purchase), STATEMENT) == ()


def test_figures_outside_the_product_are_named() -> None:
    low = msgspec.structs.replace(FULL, amount_minor=999_999, instalments=13)
    odd = msgspec.structs.replace(FULL, amount_minor=1_000_001)

    assert misfits(low, WORKING_CAPITAL, None, TODAY) == {
        "amount_minor": "it lies between NGN 10000.00 and NGN 1000000.00",
        "instalments": "there are 3 to 12 of them",
    }
    assert set(misfits(odd, WORKING_CAPITAL, None, TODAY)) == {"amount_minor"}
    assert misfits(EMPTY, WORKING_CAPITAL, None, TODAY) == {}


def test_no_more_is_lent_than_the_invoice_is_worth_while_it_is_open() -> None:
    financing = product_in(kind=ProductKind.INVOICE_FINANCING)
    bad = msgspec.structs.replace(INVOICE, amount_minor=29_999_999, issued_on=date(2026, 4, 3), due_on=TODAY)

    assert misfits(FULL, financing, ApplicationDetails(invoice=INVOICE), TODAY) == {}
    assert set(misfits(FULL, financing, ApplicationDetails(invoice=bad), TODAY)) == {
        "details.invoice.amount_minor",
        "details.invoice.due_on",
        "details.invoice.issued_on",
    }


def test_a_product_is_for_its_channels_and_borrowers() -> None:
    people = product_in(borrowers=(BorrowerKind.PERSON,))

    assert unavailable(people, channel=Channel.WEB, business=False) is None
    assert unavailable(people, channel=Channel.TELEGRAM, business=False) == "it is not offered on telegram"
    assert unavailable(people, channel=Channel.WEB, business=True) == "it is not for a business"


def test_eligibility_counts_whole_years_and_months() -> None:
    product = product_in(min_age_years=18, min_business_months=6)

    def problem(country: str = "NG", born_on: date | None = None, registered_on: date | None = None) -> str | None:
        return ineligible(product, TODAY, country=country, born_on=born_on, registered_on=registered_on)

    assert problem(born_on=date(2008, 4, 2)) is None
    assert problem(born_on=date(2008, 4, 3)) == "you must be at least 18 years old"
    assert problem(country="KE") == "it is not offered in your country"
    assert problem(registered_on=date(2025, 10, 2)) is None
    assert problem(registered_on=date(2025, 10, 3)) == "the business must be at least 6 months old"


def test_a_leap_day_child_grows_older_on_the_first_of_march() -> None:
    assert years_between(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert years_between(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 0


def test_the_whole_life_ends_alike_in_whatever_order_it_is_told() -> None:
    life = [Status.APPROVED, Status.OFFERED, Status.ACCEPTED, Status.SIGNED, Status.DISBURSED]

    for order in permutations(life):
        status = Status.SUBMITTED
        for step in order:
            status = advanced(status, step)
        assert status is Status.DISBURSED


@pytest.mark.parametrize(
    ("_case", "current", "news", "then"),
    [
        ("late news changes nothing", Status.SIGNED, Status.OFFERED, Status.SIGNED),
        ("a person decides a referral", Status.REFERRED, Status.DECLINED, Status.DECLINED),
        ("a person asks for more", Status.REFERRED, Status.MORE_INFO, Status.MORE_INFO),
        ("lenders quote after all", Status.NO_OFFERS, Status.OFFERED, Status.OFFERED),
        ("a payout goes through at last", Status.DISBURSEMENT_FAILED, Status.DISBURSED, Status.DISBURSED),
        ("nothing revives what was withdrawn", Status.WITHDRAWN, Status.ACCEPTED, Status.WITHDRAWN),
        ("but a contract is a contract", Status.WITHDRAWN, Status.SIGNED, Status.SIGNED),
        ("cancelling undoes a disbursement", Status.DISBURSED, Status.CANCELLED, Status.CANCELLED),
        ("and is the end", Status.CANCELLED, Status.CLOSED, Status.CANCELLED),
    ],
)
def test_a_status_moves_forward_only(_case: str, current: Status, news: Status, then: Status) -> None:
    assert advanced(current, news) is then


def test_an_application_can_be_withdrawn_until_it_is_signed() -> None:
    allowed = {status for status in Status if can_withdraw(status)}

    assert allowed == {
        Status.DRAFT,
        Status.SUBMITTED,
        Status.REFERRED,
        Status.MORE_INFO,
        Status.APPROVED,
        Status.NO_OFFERS,
        Status.OFFERED,
        Status.ACCEPTED,
        Status.AGREEMENT_READY,
    }
    assert all(is_open(status) for status in allowed)
    assert not is_open(Status.WITHDRAWN)
