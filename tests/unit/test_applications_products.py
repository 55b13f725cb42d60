"""Products: terms that contradict themselves, app stores' rules, and the terms of a loan."""

from decimal import Decimal
from typing import Any

import pytest

from backend.applications.domain.product import problems, shortest_term_days, terms
from shared.api.products import BorrowerKind, Channel, ProductKind
from shared.terms import Fee, FeeWhen, Frequency, Part, RepaymentMethod
from tests.builders.applications import WORKING_CAPITAL, product_in


def test_the_standard_product_holds() -> None:
    assert problems(WORKING_CAPITAL) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_amount_minor": 200_000_000}, "max_amount_minor"),
        ({"amount_step_minor": 3_000_000}, "amount_step_minor"),
        ({"min_instalments": 13}, "max_instalments"),
        ({"allocation": (Part.FEE, Part.FEE, Part.INTEREST, Part.PRINCIPAL)}, "allocation"),
        ({"channels": (Channel.WEB, Channel.WEB)}, "channels"),
        ({"currency": "XXX"}, "currency"),
        ({"max_rate_pct": Decimal("36.01")}, "max_apr_pct"),
        ({"max_rate_pct": Decimal("NaN")}, "max_rate_pct"),
        ({"max_apr_pct": Decimal(1001)}, "max_apr_pct"),
        ({"method": RepaymentMethod.PAY_IN_N}, "max_rate_pct"),
        ({"kind": ProductKind.BNPL, "method": RepaymentMethod.BULLET}, "method"),
        ({"fees": (Fee(code="a", when=FeeWhen.MATURITY), Fee(code="a", when=FeeWhen.MATURITY))}, "fees"),
    ],
)
def test_terms_that_contradict_themselves_are_named(changes: dict[str, Any], field: str) -> None:
    assert set(problems(product_in(**changes))) == {field}


@pytest.mark.parametrize(
    ("_case", "changes", "refused"),
    [
        ("36 % is Apple's most", {"max_apr_pct": Decimal("36.5")}, {"channels.ios"}),
        ("two months are too short for both", {"min_instalments": 2}, {"channels.ios", "channels.android"}),
        ("three months are not", {"min_instalments": 3}, set()),
        ("36 % is too much for Google in the US", {"countries": ("NG", "US")}, {"channels.android"}),
        ("the stores don't bind the web", {"min_instalments": 1, "channels": (Channel.WEB,)}, set()),
        (
            "nor loans to businesses",
            {"min_instalments": 1, "max_apr_pct": Decimal(90), "borrowers": (BorrowerKind.BUSINESS,)},
            set(),
        ),
        (
            "Google leaves out lines of credit, Apple does not",
            {"kind": ProductKind.LINE_OF_CREDIT, "min_instalments": 1},
            {"channels.ios"},
        ),
        (
            "a down payment shortens the term",
            {"min_instalments": 3, "down_payment": True},
            {"channels.ios", "channels.android"},
        ),
    ],
)
def test_a_product_that_breaks_a_stores_lending_rules_is_refused_for_that_store(
    _case: str, changes: dict[str, Any], refused: set[str]
) -> None:
    assert set(problems(product_in(**changes))) == refused


@pytest.mark.parametrize(
    ("frequency", "every", "instalments", "days"),
    [
        (Frequency.MONTHLY, 1, 1, 28),
        (Frequency.MONTHLY, 1, 3, 88),
        (Frequency.FORTNIGHTLY, 1, 4, 56),
        (Frequency.WEEKLY, 2, 4, 56),
        (Frequency.YEARLY, 1, 1, 365),
    ],
)
def test_the_shortest_term_is_never_counted_too_long(
    frequency: Frequency, every: int, instalments: int, days: int
) -> None:
    product = product_in(frequency=frequency, every=every, min_instalments=instalments)

    assert shortest_term_days(product) == days


def test_a_loans_terms_are_the_products_with_the_platforms_fees_first() -> None:
    own, lenders = Fee(code="own", when=FeeWhen.DISBURSEMENT), Fee(code="lender", when=FeeWhen.DISBURSEMENT)
    product = product_in(
        fees=(own,), grace_days=3, penalty_rate_pct=Decimal(12), holidays="NG", returned_payment_fee_minor=700
    )

    found = terms(product, principal_minor=5_000_000, instalments=6, annual_rate_pct=Decimal("24.5"), fees=(lenders,))

    assert (found.principal_minor, found.instalments, found.annual_rate_pct) == (5_000_000, 6, Decimal("24.5"))
    assert found.returned_payment_fee_minor == 700
    assert (found.fees, found.grace_days, found.holidays, found.currency) == ((own, lenders), 3, "NG", "NGN")
