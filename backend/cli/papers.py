"""What a made-up borrower brings along: a phone number, an account number, a picture, a bank statement."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from PIL import Image, ImageDraw

from shared.api.applications import ApplicationDetails, Invoice, Purchase
from shared.api.bank_accounts import AccountScheme, BankAccountIn
from shared.api.products import ProductKind
from shared.currency import exponent_of

_NUBAN_WEIGHTS = (3, 7, 3) * 4  # over the three digits of the bank and the nine of the account


@dataclass(frozen=True, slots=True)
class Country:
    """How things look in a country that the demo knows."""

    code: str
    currency: str
    phone_prefix: str
    phone_digits: int
    city: str
    monthly_income_minor: int


NIGERIA = Country("NG", "NGN", "+234803", 7, "Lagos", 90_000_000)
JAPAN = Country("JP", "JPY", "+8190", 8, "Tokyo", 520_000)
KUWAIT = Country("KW", "KWD", "+96550", 6, "Kuwait City", 1_900_000)
COUNTRIES = {country.currency: country for country in (NIGERIA, JAPAN, KUWAIT)}


def digits(count: int) -> str:
    """A number that is very likely nobody's in this database."""
    return "".join(secrets.choice("123456789") for _ in range(count))


def phone_number(country: Country) -> str:
    """A mobile number that is very likely nobody's in this database."""
    return country.phone_prefix + digits(country.phone_digits)


def bank_account(country: Country, holder_name: str, *, ending: str | None = None) -> BankAccountIn:
    """An account to be paid to. `ending` sets the four digits by which a sandbox rail knows how to behave."""
    four = ending or f"{secrets.randbelow(8000) + 1000}"
    if country is NIGERIA:
        serial = f"{secrets.randbelow(90_000) + 10_000}{four}"
        return BankAccountIn(
            scheme=AccountScheme.NUBAN,
            bank_code="058",
            number=serial + _nuban_check_digit("058" + serial),
            currency=country.currency,
            holder_name=holder_name,
        )
    if country is KUWAIT:
        bban = f"CBKU{secrets.randbelow(10**12):018d}{four}"
        return BankAccountIn(
            scheme=AccountScheme.IBAN,
            number=f"KW{_iban_check_digits('KW', bban)}{bban}",
            currency=country.currency,
            holder_name=holder_name,
        )
    return BankAccountIn(
        scheme=AccountScheme.LOCAL,
        country=country.code,
        bank_code="0005",
        number=f"{secrets.randbelow(900) + 100}{four}",
        currency=country.currency,
        holder_name=holder_name,
    )


def _nuban_check_digit(numbers: str) -> str:
    """The tenth digit, by the Central Bank of Nigeria's rule."""
    total = sum(int(digit) * weight for digit, weight in zip(numbers, _NUBAN_WEIGHTS, strict=True))
    return str(-total % 10)


def _iban_check_digits(country: str, bban: str) -> str:
    """ISO 13616: what makes the whole 1 modulo 97."""
    spelled = "".join(str(int(letter, 36)) for letter in f"{bban}{country}00")
    return f"{98 - int(spelled) % 97:02d}"


def picture(text: str) -> bytes:
    """A photograph of a paper with `text` on it, different each time."""
    image = Image.new("RGB", (640, 400), tuple(secrets.randbelow(80) + 170 for _ in range(3)))
    ImageDraw.Draw(image).text((40, 180), f"{text} {secrets.token_hex(8)}", fill=(20, 30, 40))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def bank_statement(country: Country, until: date, *, healthy: bool = True) -> bytes:
    """Four months of a bank account as CSV: with a salary and modest spending, or with neither peace nor money.

    Each one is different: the same statement from two applicants is a sign of fraud.
    """
    income = country.monthly_income_minor * (1_000 + secrets.randbelow(50)) // 1_000
    rows: list[tuple[date, str, int]] = []
    for back in range(4, 0, -1):
        month = (until.replace(day=1) - timedelta(days=30 * (back - 1))).replace(day=1)
        rows.append((month.replace(day=1), "RENT TRANSFER TO LANDLORD", -income // 5))
        if healthy:
            rows.append((month.replace(day=3), "ACME LTD SALARY", income))
            rows.append((month.replace(day=9), "POS PURCHASE GROCERIES", -income // 10 - secrets.randbelow(9_999)))
            rows.append((month.replace(day=16), "POS PURCHASE GROCERIES", -income // 10))
        else:
            rows.append((month.replace(day=3), "ACME LTD SALARY", income // 12))
            rows.append((month.replace(day=6), "BETTING ONLINE STAKE", -income // 15))
            rows.append((month.replace(day=12), "LOAN REPAYMENT QUICKCASH", -income // 10))
            rows.append((month.replace(day=14), "RETURNED DIRECT DEBIT INSUFFICIENT FUNDS", -income // 200))
            rows.append((month.replace(day=20), "RETURNED DIRECT DEBIT INSUFFICIENT FUNDS", -income // 200))
    rows = [row for row in sorted(rows) if row[0] <= until]
    balance = income
    lines = ["Date,Description,Amount,Balance"]
    for on, text, amount in rows:
        balance += amount
        lines.append(f"{on.isoformat()},{text},{_major(amount, country)},{_major(balance, country)}")
    return "\n".join(lines).encode()


def _major(amount_minor: int, country: Country) -> str:
    places = exponent_of(country.currency)
    return f"{Decimal(amount_minor).scaleb(-places):.{places}f}"


def application_details(kind: ProductKind, amount_minor: int, today: date) -> ApplicationDetails | None:
    """What a product of a kind asks for beyond the figures."""
    if kind is ProductKind.INVOICE_FINANCING:
        invoice = Invoice(
            number="INV-2041",
            debtor="Harbour Stores Ltd",
            amount_minor=amount_minor * 5 // 4,
            issued_on=today - timedelta(days=3),
            due_on=today + timedelta(days=60),
        )
        return ApplicationDetails(invoice=invoice)
    if kind is ProductKind.BNPL:
        purchase = Purchase(merchant="Bright Phones", order_reference="A-1001", amount_minor=amount_minor)
        return ApplicationDetails(purchase=purchase)
    return None
