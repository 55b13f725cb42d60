"""What a lender's quote may become."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.offers.domain.asking import Quoted
from backend.offers.domain.terms import amount_on_offer, charged, credit_limit, too_dear
from shared.api.products import ProductKind
from shared.money import MAX_MINOR, Money
from shared.terms import Fee, FeeWhen, LoanTerms
from tests.builders.applications import product_in

PRODUCT = product_in()
AMOUNTS = st.integers(min_value=1, max_value=MAX_MINOR)


@pytest.mark.parametrize(
    ("wanted", "limit", "lender_max", "expected"),
    [
        (30_000_000, 50_000_000, 10**12, 30_000_000),
        (30_000_000, 20_005_000, 10**12, 20_000_000),
        (30_000_000, 50_000_000, 12_345_678, 12_340_000),
        (10**12, 10**12, 10**12, 100_000_000),
        (30_000_000, 999_999, 10**12, None),
    ],
)
def test_the_amount_fits_the_wish_the_decision_the_lender_and_the_product(
    wanted: int, limit: int, lender_max: int, expected: int | None
) -> None:
    assert amount_on_offer(PRODUCT, wanted, limit, lender_max) == expected


@given(wanted=AMOUNTS, limit=AMOUNTS, lender_max=AMOUNTS)
def test_no_offer_is_larger_than_any_bound_nor_off_the_products_step(wanted: int, limit: int, lender_max: int) -> None:
    amount = amount_on_offer(PRODUCT, wanted, limit, lender_max)

    if amount is None:
        assert min(wanted, limit, lender_max) < PRODUCT.min_amount_minor + PRODUCT.amount_step_minor
    else:
        assert PRODUCT.min_amount_minor <= amount <= min(wanted, limit, lender_max, PRODUCT.max_amount_minor)
        assert amount % PRODUCT.amount_step_minor == 0


@pytest.mark.parametrize(
    ("rate", "apr", "refusal"),
    [
        ("30", "36", None),
        ("30.01", "31", "rate_above_product_maximum"),
        ("20", "36.01", "apr_above_product_maximum"),
    ],
)
def test_an_offer_dearer_than_the_product_allows_is_refused(rate: str, apr: str, refusal: str | None) -> None:
    terms = LoanTerms(
        currency="NGN",
        principal_minor=1_000_000,
        annual_rate_pct=Decimal(rate),
        instalments=3,
        frequency=PRODUCT.frequency,
    )

    assert too_dear(PRODUCT, terms, Decimal(apr)) == refusal


def test_a_fee_of_nothing_is_left_out() -> None:
    nothing = Fee(code="none", when=FeeWhen.INSTALMENT)
    service = Fee(code="service", when=FeeWhen.INSTALMENT, fixed_minor=100)

    assert charged((nothing, service)) == (service,)


def test_only_a_line_of_credit_has_a_limit_beyond_its_first_draw() -> None:
    line = product_in(kind=ProductKind.LINE_OF_CREDIT)

    assert credit_limit(PRODUCT, 50_000_000, 10**12) is None
    assert credit_limit(line, 50_000_000, 10**12) == Money.of(50_000_000, "NGN")
    assert credit_limit(line, 50_000_000, 40_000_000) == Money.of(40_000_000, "NGN")


@pytest.mark.parametrize(
    "quote",
    [
        b'{"rate_pct":"-1","max_amount_minor":1,"expires_in_s":3600}',
        b'{"rate_pct":"NaN","max_amount_minor":1,"expires_in_s":3600}',
        b'{"rate_pct":"1E2","max_amount_minor":1,"expires_in_s":3600}',
        b'{"rate_pct":"18.1234567","max_amount_minor":1,"expires_in_s":3600}',
        b'{"rate_pct":"18","max_amount_minor":0,"expires_in_s":3600}',
        b'{"rate_pct":"18","max_amount_minor":1,"expires_in_s":1}',
        b'{"rate_pct":"18","max_amount_minor":1,"expires_in_s":3600,"fees":[{"code":"x","when":"daily"}]}',
    ],
)
def test_a_quote_that_makes_no_sense_is_not_read(quote: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(quote, type=Quoted)
