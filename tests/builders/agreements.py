"""Builds the facts of an agreement: a loan of ₦500,000 over a year, unless told otherwise."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from backend.agreements.domain.facts import Borrower, Brand, CoolingOff, Due, Lender, LoanFacts, StatedFee
from shared.i18n import Language
from shared.terms import FeeWhen, Frequency, LoanTerms

AGREEMENT_ID = UUID("019a9d2e-6f3b-7c51-9d0e-3a4b5c6d7e8f")
PRINCIPAL = 50_000_000
ORIGINATION = 750_000
SERVICE = 25_000


def schedule(instalments: int = 12) -> tuple[Due, ...]:
    """Equal parts of principal, with interest of a fiftieth of what is owed and a service fee."""
    part, balance, dues = PRINCIPAL // instalments, PRINCIPAL, []
    for number in range(1, instalments + 1):
        principal = part if number < instalments else balance
        interest = balance // 50
        balance -= principal
        month = 11 + number
        due = Due(
            number=number,
            due_on=date(2026 + month // 12, month % 12 + 1, 21),
            principal_minor=principal,
            interest_minor=interest,
            fees_minor=SERVICE,
            balance_minor=balance,
        )
        dues.append(due)
    return tuple(dues)


def loan_facts(language: Language = Language.ENGLISH, **changes: object) -> LoanFacts:
    """Facts with `changes`."""
    terms = LoanTerms(
        currency="NGN",
        principal_minor=PRINCIPAL,
        annual_rate_pct=Decimal("28.5"),
        instalments=12,
        frequency=Frequency.MONTHLY,
        penalty_rate_pct=Decimal(6),
        grace_days=3,
    )
    values: dict[str, object] = {
        "agreement_id": AGREEMENT_ID,
        "language": language,
        "drawn_up_on": date(2026, 11, 21),
        "payout_on": date(2026, 11, 21),
        "brand": Brand(name="Kolo Credit", accent="#0f5c4c", support="help@kolo.example"),
        "lender": Lender(name="Savanna Microfinance Bank", licence="MFB/2019/0417", address="14 Broad Street, Lagos"),
        "borrower": Borrower(name="Adébọ́lá Ọlátúnjí", address="7 Unity Close, Ibadan"),
        "product_name": "Working capital",
        "terms": terms,
        "fees": (
            StatedFee(code="origination", when=FeeWhen.DISBURSEMENT, amount_minor=ORIGINATION),
            StatedFee(code="service", when=FeeWhen.INSTALMENT, amount_minor=12 * SERVICE),
        ),
        "schedule": schedule(),
        "apr_pct": Decimal("38.72"),
        "cooling_off": CoolingOff(days=3, return_days=7),
        "country": "NG",
    }
    return LoanFacts(**{**values, **changes})  # type: ignore[arg-type]
