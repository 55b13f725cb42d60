"""Features from a statement: income, outgoings, balances, returned payments."""

from datetime import date
from decimal import Decimal

import msgspec

from backend.underwriting.domain.catalogue import KINDS
from backend.underwriting.domain.features import build_features
from tests.builders.statements import entry, salaried
from tests.builders.underwriting import APPLICANT, AS_OF, REQUEST, statement


def numbers(entries: list | None = None, *, business: bool = False, **how: object) -> dict[str, Decimal]:  # type: ignore[type-arg]
    applicant = msgspec.structs.replace(APPLICANT, business=business)
    return build_features(REQUEST, applicant, statement(entries, **how), AS_OF).numbers


def test_a_salaried_life_gives_the_figures_one_would_work_out_by_hand() -> None:
    found = numbers()

    assert found["months_of_history"] == 3
    assert found["income_monthly_median_minor"] == 45_000_000
    assert found["income_volatility"] == 0
    assert found["income_regular_pct"] == 100
    # rent 30,000.00, power 7,500.00, fees 3,000.00 and three purchases of 3,750.00 each month
    assert found["outgoings_monthly_minor"] == 5_175_000
    assert found["obligations_monthly_minor"] == 3_750_000
    assert found["free_cash_monthly_minor"] == 45_000_000 - 5_175_000
    assert found["returned_payments"] == 0
    assert found["days_negative"] == 0
    assert found["balance_breaks"] == 0
    assert found["statement_age_days"] == 5
    assert found["lowest_balance_minor"] == 10_000_000 - 3_000_000 - 750_000 - 3 * 375_000


def test_every_feature_of_the_catalogue_is_given_or_named_as_missing() -> None:
    without = build_features(REQUEST, APPLICANT, None, AS_OF)

    assert without.values().keys() == KINDS.keys()
    assert "income_monthly_median_minor" in without.missing
    assert without.numbers["monthly_cost_minor"] == 5_537_926
    assert without.texts["identity"] == "passed"
    assert without.flags == {
        "is_business": False,
        "statement_required": True,
        "statement_seen_elsewhere": False,
    }


def test_part_of_a_month_is_not_taken_for_a_poor_month() -> None:
    entries = [*salaried(), entry(date(2026, 4, 1), -1_000, "POS PURCHASE")]

    assert numbers(entries)["months_of_history"] == 3
    assert numbers(entries)["income_monthly_median_minor"] == 45_000_000


def test_loans_transfers_refunds_and_winnings_are_no_income() -> None:
    extra = [
        entry(date(2026, 1, 10), 50_000_000, "FAIRMONEY LOAN DISBURSEMENT"),
        entry(date(2026, 1, 11), 30_000_000, "NIP TRANSFER FROM ADA"),
        entry(date(2026, 1, 12), 20_000_000, "RVSL POS PURCHASE"),
        entry(date(2026, 1, 13), 10_000_000, "BET9JA WINNING PAYOUT"),
        entry(date(2026, 1, 14), 90_000_000, "PIGGYVEST WITHDRAWAL"),
    ]

    found = numbers(salaried(extra=extra))

    assert found["income_monthly_median_minor"] == 45_000_000
    assert found["income_volatility"] == 0
    assert found["loan_inflows_90d"] == 1


def test_a_business_lives_on_its_turnover() -> None:
    entries = [
        entry(date(2026, month, day), 10_000_000, text)
        for month in (1, 2, 3)
        for day, text in ((2, "POS SETTLEMENT"), (12, "NIP TRANSFER FROM CUSTOMER X"), (28, "CASH DEPOSIT"))
    ]
    entries.append(entry(date(2026, 3, 29), -5_000, "SMS ALERT CHARGES"))

    assert numbers(entries, business=True)["income_monthly_median_minor"] == 30_000_000
    assert numbers(entries, business=False)["income_monthly_median_minor"] == 20_000_000  # the customer pays regularly


def test_a_return_and_its_fee_on_one_day_count_once() -> None:
    extra = [
        entry(date(2026, 2, 3), 2_000_000, "RETURNED DD LENDER"),
        entry(date(2026, 2, 3), -50_000, "UNPAID ITEM FEE"),
        entry(date(2026, 3, 3), -50_000, "INSUFFICIENT FUNDS CHARGE"),
    ]

    found = numbers(salaried(extra=extra))

    assert found["returned_payments"] == 2
    assert found["returned_payments_90d"] == 2


def test_days_below_zero_count_on_days_without_a_transaction_too() -> None:
    extra = [entry(date(2026, 2, 10), -80_000_000, "POS PURCHASE BIG")]

    found = numbers(salaried(extra=extra))

    assert found["days_negative"] == 5 + 10  # 10 to 14 and 15 to 24 February, until the salary
    assert found["lowest_balance_minor"] < 0


def test_a_balance_that_does_not_follow_is_counted() -> None:
    original = statement()
    lines = list(original.transactions)
    del lines[4]

    tampered = msgspec.structs.replace(original, transactions=tuple(lines))

    assert build_features(REQUEST, APPLICANT, tampered, AS_OF).numbers["balance_breaks"] == 1


def test_money_passing_through_is_neither_income_nor_expense() -> None:
    extra = [
        entry(date(2026, month, day), amount, "TRF ADA")
        for month in (1, 2, 3)
        for day, amount in ((6, 9_000_000), (7, -9_000_000), (8, -1_000_000))
    ]

    plain, passing = numbers(), numbers(salaried(extra=extra))

    assert passing["income_monthly_median_minor"] == plain["income_monthly_median_minor"]
    assert passing["outgoings_monthly_minor"] == plain["outgoings_monthly_minor"] + 1_000_000


def test_ratios_are_missing_where_there_is_no_income() -> None:
    found = build_features(
        REQUEST, APPLICANT, statement([entry(date(2026, 1, day), -100, "POS") for day in range(1, 31)]), AS_OF
    )

    assert found.numbers["income_monthly_median_minor"] == 0
    assert {"debt_to_income_pct", "income_volatility", "cost_to_free_cash_pct"} <= set(found.missing)


def test_loans_count_into_the_debt_burden() -> None:
    extra = [entry(date(2026, month, 2), -9_000_000, "RENMONEY LOAN REPAYMENT") for month in (1, 2, 3)]

    found = numbers(salaried(extra=extra))

    assert found["loan_repayments_monthly_minor"] == 9_000_000
    assert found["debt_to_income_pct"] == Decimal("32.3065")  # (90,000.00 + 55,379.26) / 450,000.00
