"""What early and late payments leave of a schedule."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.recast import Paid, Recast, payoff_minor, recast
from backend.servicing.domain.schedule import build_schedule
from shared.terms import DayCount, EarlyRepayment, Fee, FeeWhen, Frequency, InterestKind, LoanTerms, RepaymentMethod

START = date(2026, 1, 1)
TERMS = LoanTerms(
    currency="NGN",
    principal_minor=1200_00,
    annual_rate_pct=Decimal(12),
    instalments=6,
    frequency=Frequency.MONTHLY,
    day_count=DayCount.THIRTY_E_360,
)
EXTRA = (Paid(date(2026, 2, 15), 400_00),)


def with_extra(effect: EarlyRepayment, payments: tuple[Paid, ...] = EXTRA, **changes: Any) -> Recast:
    return recast(replace(TERMS, **changes), START, payments, as_of=START, effect=effect, on_top=True)


def test_without_payments_the_schedule_is_the_agreed_one() -> None:
    agreed = build_schedule(TERMS, START)

    assert recast(TERMS, START, (), as_of=START, effect=EarlyRepayment.REDUCE_TERM).rows == agreed.rows


def test_early_money_lowers_the_instalments_that_follow() -> None:
    found = with_extra(EarlyRepayment.REDUCE_INSTALMENT)

    totals = [row.total_minor for row in found.rows]
    assert totals[:2] == [207_06, 607_06]
    assert totals[2:] == [104_54, 104_54, 104_54, 104_56]


def test_early_money_shortens_the_loan() -> None:
    found = with_extra(EarlyRepayment.REDUCE_TERM)

    totals = [row.total_minor for row in found.rows]
    assert totals[:3] == [207_06, 607_06, 207_06]
    assert len(totals) == 4
    assert totals[3] < 207_06


def test_early_money_pays_part_of_the_instalments_that_follow() -> None:
    found = with_extra(EarlyRepayment.REDUCE_NEXT)

    # The next two instalments shrink by the 400.00, the last two are as they were but for the interest saved.
    assert [row.principal_minor for row in found.rows][2] == 0
    assert found.rows[4].total_minor == 207_06
    assert sum(row.principal_minor for row in found.rows) == TERMS.principal_minor


def test_the_shorter_the_debt_lives_the_less_it_costs() -> None:
    costs = {effect: with_extra(effect).interest_minor for effect in EarlyRepayment}
    agreed = build_schedule(TERMS, START).interest_minor

    assert costs[EarlyRepayment.REDUCE_TERM] < costs[EarlyRepayment.REDUCE_INSTALMENT] < agreed
    assert costs[EarlyRepayment.REDUCE_NEXT] < agreed


def test_money_beyond_the_debt_is_the_borrower_s() -> None:
    found = with_extra(EarlyRepayment.REDUCE_TERM, (Paid(date(2026, 1, 20), 5000_00),))

    assert [row.balance_minor for row in found.rows] == [0]
    assert found.credit_minor == 5000_00 - (TERMS.principal_minor - 195_06)
    assert payoff_minor(found, found.rows[0].ends_on) == 0


def test_an_unpaid_instalment_costs_interest_until_the_day_of_reckoning() -> None:
    found = recast(TERMS, START, (), as_of=date(2026, 3, 1), effect=EarlyRepayment.REDUCE_TERM)

    assert found.overdue_minor == 207_06
    assert found.rows[1].interest_minor == 12_00
    assert found.rows[1].total_minor == 207_06
    assert found.rows[2].interest_minor == 8_10


def test_late_money_pays_what_is_overdue_first() -> None:
    paid = (Paid(date(2026, 2, 20), 307_06),)

    found = recast(TERMS, START, paid, as_of=date(2026, 3, 1), effect=EarlyRepayment.REDUCE_TERM)

    assert found.overdue_minor == 0
    assert found.credit_minor == 100_00


def test_equal_principal_is_recast_as_well() -> None:
    found = with_extra(EarlyRepayment.REDUCE_INSTALMENT, method=RepaymentMethod.EQUAL_PRINCIPAL)

    assert [row.principal_minor for row in found.rows] == [200_00, 600_00, 100_00, 100_00, 100_00, 100_00]


def test_fees_are_due_with_the_instalments_that_remain() -> None:
    fees = (
        Fee(code="service", when=FeeWhen.INSTALMENT, fixed_minor=1_00),
        Fee(code="closing", when=FeeWhen.MATURITY, fixed_minor=9_00),
    )

    found = with_extra(EarlyRepayment.REDUCE_TERM, fees=fees)

    assert [row.fee_minor for row in found.rows] == [1_00, 1_00, 1_00, 10_00]


@pytest.mark.parametrize(
    "changes",
    [
        {"method": RepaymentMethod.BULLET},
        {"interest": InterestKind.FLAT},
        {"principal_grace": 1},
        {"fixed_instalment_minor": 300_00},
        {"down_payment": True},
    ],
)
def test_what_does_not_follow_the_balance_is_not_recast(changes: dict[str, Any]) -> None:
    with pytest.raises(TermsNotServiceable, match="recast"):
        with_extra(EarlyRepayment.REDUCE_TERM, **changes)
