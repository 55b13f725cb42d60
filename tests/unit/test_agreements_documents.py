"""The documents: complete, the same every time, inert to hostile input, and in every language."""

import hashlib
import io
import struct
import zlib
from decimal import Decimal

import msgspec
import pytest
from pypdf import PdfReader

from backend.agreements.adapters.typst_typesetter import TypstTypesetter
from backend.agreements.domain.brand import page_brand
from backend.agreements.domain.contract import contract
from backend.agreements.domain.facts import Borrower, Brand, CoolingOff, LoanFacts
from backend.agreements.domain.key_facts import key_facts
from backend.agreements.domain.page import Page
from shared.api.agreements import DocumentKind
from shared.i18n import Language, localizer
from shared.money import Money
from shared.terms import Frequency, InAdvance, InterestKind, Part
from tests.builders.agreements import AGREEMENT_ID, loan_facts

BUILD = {DocumentKind.KEY_FACTS: key_facts, DocumentKind.CONTRACT: contract}
TYPESETTER = TypstTypesetter()


def pages(facts: LoanFacts) -> dict[DocumentKind, Page]:
    loc = localizer(facts.language)
    return {kind: build(facts, loc) for kind, build in BUILD.items()}


def render(kind: DocumentKind, facts: LoanFacts) -> bytes:
    return TYPESETTER.render(kind, pages(facts)[kind])


def read(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\x00" + b"\x0f\x5c\x4c" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_states_every_main_figure(kind: DocumentKind) -> None:
    facts = loan_facts()
    text = read(render(kind, facts))

    assert facts.cost == facts.interest + Money.of(750_000 + 300_000, "NGN")
    for amount in (facts.principal, facts.received, facts.repaid, facts.interest, facts.cost):
        assert localizer(Language.ENGLISH).money(amount) in text
    for stated in ("38.72%", "28.5% a year", "6% a year", "Savanna Microfinance Bank", "Kolo Credit", "₦7,500.00"):
        assert stated in text
    assert "within 3 days of signing" in " ".join(text.split())
    assert str(AGREEMENT_ID) in text
    assert "Page 1 of" in text


def test_a_contract_lists_the_schedule_and_what_each_payment_pays_first() -> None:
    facts = loan_facts()
    text = read(render(DocumentKind.CONTRACT, facts))
    loc = localizer(Language.ENGLISH)

    for due in facts.schedule:
        assert loc.money(facts.money(due.total_minor)) in text
        assert loc.money(facts.money(due.balance_minor)) in text
    told = " ".join(text.split())
    steps = [told.index(word) for word in ("1. charges for late", "2. fees", "3. interest", "4. principal")]
    assert steps == sorted(steps)


def test_the_stated_order_of_allocation_is_that_of_the_terms() -> None:
    facts = loan_facts()
    order = (Part.PRINCIPAL, Part.INTEREST, Part.FEE, Part.PENALTY)
    terms = msgspec.structs.replace(facts.terms, allocation=order, in_advance=InAdvance.CREDIT)

    section = pages(msgspec.structs.replace(facts, terms=terms))[DocumentKind.CONTRACT].sections[6]

    assert section.steps == ("principal", "interest", "fees", "charges for late payment")
    assert section.after == (
        "If you pay more than is due, we keep the rest for you and it pays each instalment on its day.",
    )


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("language", Language)
def test_a_document_is_the_same_bytes_every_time_in_every_language(kind: DocumentKind, language: Language) -> None:
    facts = loan_facts(language)

    first, second = render(kind, facts), render(kind, facts)

    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    reader = PdfReader(io.BytesIO(first))
    assert reader.trailer["/Root"]["/Lang"].lower() == language.lower()  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == localizer(language).say(
        {DocumentKind.KEY_FACTS: "Key facts about your loan", DocumentKind.CONTRACT: "Loan agreement"}[kind]
    )
    digits = "".join(c for c in read(first) if c.isdigit())
    assert "".join(c for c in localizer(language).money(facts.repaid) if c.isdigit()) in digits


def test_a_changed_figure_changes_the_bytes() -> None:
    one = render(DocumentKind.KEY_FACTS, loan_facts())
    other = render(DocumentKind.KEY_FACTS, loan_facts(apr_pct=Decimal("38.73")))

    assert one != other


@pytest.mark.parametrize(
    "name",
    [
        "#panic(1)",
        '"] #read("/etc/passwd") [',
        "*bold* _it_ $x^2$ <label> @ref",
        "// comment /* */ = Heading",
        "{page} of {pages}",
        "\\u{41} `raw`",
        "#sys.inputs.document",
    ],
)
def test_a_hostile_name_is_inert_text(name: str) -> None:
    text = read(render(DocumentKind.KEY_FACTS, loan_facts(borrower=Borrower(name=name))))

    assert "".join(name.split()) in "".join(text.split())
    assert "root:" not in text


def test_a_name_can_not_turn_the_text_around_it() -> None:
    hostile = Borrower(name="Ada\u202e\u2069 evil\nsecond line\x00")

    page = pages(loan_facts(Language.ARABIC, borrower=hostile))[DocumentKind.KEY_FACTS]

    assert "\u2068Ada evil second line\u2069" in page.subtitle


@pytest.mark.parametrize("name", ["王小明", "Ada 😀", "कमला"])
def test_letters_that_no_font_has_do_not_stop_the_document(name: str) -> None:
    pdf = render(DocumentKind.CONTRACT, loan_facts(borrower=Borrower(name=name)))

    assert pdf.startswith(b"%PDF")
    assert "38.72%" in read(pdf)


def test_a_document_is_archival_and_accessible() -> None:
    reader = PdfReader(io.BytesIO(render(DocumentKind.CONTRACT, loan_facts())))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]

    assert "pdfaid:part" in metadata
    assert "pdfuaid:part" in metadata
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_a_broken_logo_is_left_out_and_a_good_one_is_shown() -> None:
    def images(logo: bytes | None) -> int:
        pdf = render(DocumentKind.KEY_FACTS, loan_facts(brand=Brand(name="Kolo", logo=logo)))
        return len(PdfReader(io.BytesIO(pdf)).pages[0].images)

    assert images(png()) == 1
    assert images(b"\x89PNG\r\n\x1a\nbroken") == 0
    assert images(b"<svg/>") == 0
    assert images(None) == 0


@pytest.mark.parametrize(
    ("accent", "accent_text"),
    [("#0F5C4C", "#0f5c4c"), ("#ffe600", "#14171c"), ("#ffffff", "#14171c"), ("#6b6b6b", "#6b6b6b")],
)
def test_text_in_the_brands_colour_stays_readable(accent: str, accent_text: str) -> None:
    assert page_brand(Brand(name="x", accent=accent)).accent_text == accent_text


@pytest.mark.parametrize("accent", ["red", "#12345", '#000"); #panic()', "", "#0000000"])
def test_what_is_no_colour_becomes_ink(accent: str) -> None:
    assert page_brand(Brand(name="x", accent=accent)).accent == "#14171c"


def test_terms_without_interest_fees_or_penalty_say_so() -> None:
    facts = loan_facts()
    terms = msgspec.structs.replace(facts.terms, annual_rate_pct=Decimal(0), penalty_rate_pct=Decimal(0))
    bare = tuple(msgspec.structs.replace(due, interest_minor=0, fees_minor=0) for due in facts.schedule)
    facts = msgspec.structs.replace(
        facts, terms=terms, fees=(), schedule=bare, apr_pct=Decimal(0), cooling_off=CoolingOff(days=0, return_days=0)
    )

    text = " ".join(read(render(DocumentKind.CONTRACT, facts)).split())

    for said in (
        "No interest is charged.",
        "There are no fees.",
        "There is no charge for late payment.",
        "You may cancel free of charge until the money is paid out.",
    ):
        assert said in text


@pytest.mark.parametrize("kind", DocumentKind)
def test_what_a_returned_payment_costs_is_stated_where_it_costs_anything(kind: DocumentKind) -> None:
    facts = loan_facts()
    terms = msgspec.structs.replace(facts.terms, returned_payment_fee_minor=1_500_00)

    free = " ".join(read(render(kind, facts)).split())
    costly = " ".join(read(render(kind, msgspec.structs.replace(facts, terms=terms))).split())

    assert "returns unpaid" not in free
    assert "A payment that your bank returns unpaid costs ₦1,500.00." in costly


@pytest.mark.parametrize(
    ("frequency", "every", "expected"),
    [
        (Frequency.MONTHLY, 1, "Every month"),
        (Frequency.FORTNIGHTLY, 1, "Every 2 weeks"),
        (Frequency.QUARTERLY, 1, "Every 3 months"),
        (Frequency.DAILY, 10, "Every 10 days"),
    ],
)
def test_how_often_is_said_in_words(frequency: Frequency, every: int, expected: str) -> None:
    facts = loan_facts()
    terms = msgspec.structs.replace(facts.terms, frequency=frequency, every=every)

    page = pages(msgspec.structs.replace(facts, terms=terms))[DocumentKind.KEY_FACTS]

    assert expected in {row.value for row in page.sections[1].rows}


def test_a_loan_paid_back_at_once_is_said_in_one_line() -> None:
    facts = loan_facts()
    (*_, last) = facts.schedule
    whole = msgspec.structs.replace(last, number=1, principal_minor=50_000_000, fees_minor=300_000, balance_minor=0)

    page = pages(msgspec.structs.replace(facts, schedule=(whole,)))[DocumentKind.KEY_FACTS]

    assert [row.label for row in page.sections[1].rows] == ["Number of instalments", "Each instalment", "Due on"]


def test_flat_interest_and_a_credit_line_are_said_as_they_are() -> None:
    facts = loan_facts()
    flat = msgspec.structs.replace(facts.terms, interest=InterestKind.FLAT)
    facts = msgspec.structs.replace(facts, terms=flat, credit_limit=Money.of(90_000_000, "NGN"))

    text = " ".join(read(render(DocumentKind.CONTRACT, facts)).split())

    assert "28.5% a year on the full amount of the loan, for the whole term." in text
    assert "Credit limit ₦900,000.00" in text


def test_a_loan_of_five_hundred_instalments_is_set_over_many_pages() -> None:
    facts = loan_facts()
    first, *_ = facts.schedule
    none = msgspec.structs.replace(first, principal_minor=0, interest_minor=0, fees_minor=0)
    long = tuple(msgspec.structs.replace(none, number=n, balance_minor=50_000_000) for n in range(1, 500))
    last = msgspec.structs.replace(first, number=500, principal_minor=50_000_000, fees_minor=300_000, balance_minor=0)
    facts = msgspec.structs.replace(facts, schedule=(*long, last))

    reader = PdfReader(io.BytesIO(render(DocumentKind.CONTRACT, facts)))

    assert len(reader.pages) > 8
    assert all("Still owed" in page.extract_text() for page in reader.pages[3:])


def test_a_schedule_that_does_not_repay_the_principal_is_refused() -> None:
    facts = loan_facts()
    with pytest.raises(AssertionError, match="repays the principal"):
        loan_facts(schedule=facts.schedule[:-1])
