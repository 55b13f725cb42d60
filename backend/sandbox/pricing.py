"""Three lenders with three tempers: what each asks for a loan, or why it declines."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from shared.money import MAX_MINOR, CurrencyCode
from shared.terms import Fee, FeeWhen, Frequency, RepaymentMethod

_DAYS = {
    Frequency.DAILY: 1,
    Frequency.WEEKLY: 7,
    Frequency.FORTNIGHTLY: 14,
    Frequency.SEMI_MONTHLY: 15,
    Frequency.MONTHLY: 30,
    Frequency.QUARTERLY: 91,
    Frequency.YEARLY: 365,
}
# Roughly where each currency's lending starts, in per cent a year.
_BASE_PCT = {
    "EGP": 21, "EUR": 7, "GBP": 8, "GHS": 23, "JPY": 4, "KES": 13, "KWD": 6, "NGN": 22, "USD": 9, "ZAR": 11,
}  # fmt: skip
_BASE_ELSEWHERE_PCT = 12
_DAY_S = 86_400
_UNSCORED = "C"  # a loan that nobody scored is taken for a middling one


class QuoteRequest(Struct, frozen=True, kw_only=True):
    """A loan that someone asks about."""

    reference: Annotated[str, Meta(min_length=1, max_length=100)]
    amount_minor: Annotated[int, Meta(gt=0, le=MAX_MINOR)]
    currency: CurrencyCode
    instalments: Annotated[int, Meta(ge=1, le=520)]
    frequency: Frequency
    method: RepaymentMethod
    product_kind: str
    score_band: str
    country: str


class Quote(Struct, frozen=True, kw_only=True):
    """A lender's price."""

    reference: str
    rate_pct: Decimal
    fees: list[Fee]
    max_amount_minor: int
    expires_in_s: int


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a lender does not quote."""

    reason: str


class Lender(Struct, frozen=True, kw_only=True):
    """A lender's book of rules: the margin for each score band it serves, its longest term, its fee, its patience."""

    code: str
    margin_pct: dict[str, Decimal]
    longest_days: int
    fee_bps: int = 0
    interest_free_fee_bps: int = 0
    share_pct: dict[str, int] = {}
    valid_days: int


LENDERS = {
    lender.code: lender
    for lender in (
        Lender(
            code="harbor",
            margin_pct={"A": Decimal(0), "B": Decimal("1.75")},
            longest_days=1830,
            share_pct={"B": 80},
            valid_days=7,
        ),
        Lender(
            code="meridian",
            margin_pct={"A": Decimal("2.5"), "B": Decimal("4.25"), "C": Decimal("7.5")},
            longest_days=1100,
            interest_free_fee_bps=50,
            valid_days=3,
        ),
        Lender(
            code="quickline",
            margin_pct={"A": Decimal(5), "B": Decimal(7), "C": Decimal("9.5"), "D": Decimal(13)},
            longest_days=731,
            fee_bps=250,
            interest_free_fee_bps=150,
            valid_days=1,
        ),
    )
}


def price(lender: Lender, asked: QuoteRequest) -> Quote | Refusal:
    """The lender's answer: the same question has the same answer."""
    band = asked.score_band.strip().upper() or _UNSCORED
    margin = lender.margin_pct.get(band)
    if margin is None:
        return Refusal(reason="score_below_policy")
    if _DAYS[asked.frequency] * asked.instalments > lender.longest_days:
        return Refusal(reason="term_too_long")
    interest_free = asked.method is RepaymentMethod.PAY_IN_N
    rate = Decimal(0) if interest_free else Decimal(_BASE_PCT.get(asked.currency, _BASE_ELSEWHERE_PCT)) + margin
    return Quote(
        reference=asked.reference,
        rate_pct=rate,
        fees=_fees(lender, interest_free=interest_free),
        max_amount_minor=max(1, asked.amount_minor * lender.share_pct.get(band, 100) // 100),
        expires_in_s=lender.valid_days * _DAY_S,
    )


def _fees(lender: Lender, *, interest_free: bool) -> list[Fee]:
    if interest_free:
        bps = lender.interest_free_fee_bps
        return [Fee(code="service", when=FeeWhen.INSTALMENT, rate_bps=bps)] if bps else []
    return [Fee(code="origination", when=FeeWhen.DISBURSEMENT, rate_bps=lender.fee_bps)] if lender.fee_bps else []
