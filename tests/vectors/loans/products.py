"""A vector's product and loan parameters, as our contract."""

from datetime import date
from decimal import Decimal
from typing import Any

from backend.servicing.domain.living.contract import (
    Build,
    ChargeOffRule,
    Contract,
    Direction,
    Order,
    Rest,
    Spread,
    Strategy,
    Target,
    Timing,
    Unit,
)
from backend.servicing.domain.living.happenings import Kind
from shared.terms import InterestKind, Part

SPREADS = {
    "NEXT_INSTALLMENT": Spread.NEXT,
    "LAST_INSTALLMENT": Spread.LAST,
    "REAMORTIZATION": Spread.ALL,
    "NEXT_LAST_INSTALLMENT": Spread.CURRENT_THEN_LAST,
}
KINDS = {
    "DEFAULT": "default",
    "REPAYMENT": Kind.REPAYMENT,
    "DOWN_PAYMENT": Kind.DOWN_PAYMENT,
    "MERCHANT_ISSUED_REFUND": Kind.MERCHANT_REFUND,
    "PAYOUT_REFUND": Kind.PAYOUT_REFUND,
    "GOODWILL_CREDIT": Kind.GOODWILL,
    "INTEREST_REFUND": Kind.INTEREST_REFUND,
    "INTEREST_PAYMENT_WAIVER": Kind.INTEREST_WAIVER,
    "CAPITALIZED_INCOME_ADJUSTMENT": Kind.CAPITALISED_INCOME_ADJUSTMENT,
}
STRATEGIES = {
    "ADVANCED_PAYMENT_ALLOCATION": Strategy.BY_ORDER,
    "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER": Strategy.PENALTY_FEE_INTEREST_PRINCIPAL,
    "INTEREST_PRINCIPAL_PENALTIES_FEES_ORDER": Strategy.INTEREST_PRINCIPAL_PENALTY_FEE,
    "PRINCIPAL_INTEREST_PENALTIES_FEES_ORDER": Strategy.PRINCIPAL_INTEREST_PENALTY_FEE,
    "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST": (
        Strategy.DUE_PENALTY_FEE_INTEREST_PRINCIPAL_EARLY_PRINCIPAL
    ),
    "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE": (
        Strategy.DUE_PENALTY_INTEREST_PRINCIPAL_FEE
    ),
}
PARTS = {"PENALTY": Part.PENALTY, "FEE": Part.FEE, "INTEREST": Part.INTEREST, "PRINCIPAL": Part.PRINCIPAL}
YEARS = {"ACTUAL": None, "DAYS360": 360, "DAYS364": 364, "DAYS365": 365}
CHARGE_OFFS = {"ZERO_INTEREST": ChargeOffRule.NO_INTEREST, "ACCELERATE_MATURITY": ChargeOffRule.ACCELERATE}
_BOTH_REFUNDS = (Kind.MERCHANT_REFUND, Kind.PAYOUT_REFUND)
# A product that names no order is paid in the usual one.
_USUAL_ORDER = [
    f"{timing}_{part}"
    for timing in ("PAST_DUE", "DUE", "IN_ADVANCE")
    for part in ("PENALTY", "FEE", "INTEREST", "PRINCIPAL")
]
_USUAL_RULES: list[dict[str, Any]] = [
    {"transactionType": name, "futureInstallmentAllocationRule": spread, "order": _USUAL_ORDER}
    for name, spread in (
        ("DEFAULT", "NEXT_INSTALLMENT"),
        ("GOODWILL_CREDIT", "LAST_INSTALLMENT"),
        ("MERCHANT_ISSUED_REFUND", "REAMORTIZATION"),
    )
]


def minor(amount: str | float) -> int:
    """An amount of the vectors in minor units."""
    return int((Decimal(str(amount)) * 100).to_integral_value())


def contract_of(product: dict[str, Any], loan: dict[str, Any], spreads: dict[str, str]) -> Contract:
    """Our contract for a loan of a product; `spreads` are rules for early money set on the product since."""
    rate = Decimal(loan["annual_rate_pct"])
    if product.get("interestRateFrequencyType") == "MONTH":
        rate *= 12
    step = product.get("installmentAmountInMultiplesOf") or 0
    down = product.get("disbursedAmountPercentageForDownPayment") if product.get("enableDownPayment") else None
    behaviour = loan.get("charge_off_behaviour") or product.get("chargeOffBehaviour") or ""
    return Contract(
        build=Build.PROGRESSIVE if product.get("loanScheduleType") == "PROGRESSIVE" else Build.CUMULATIVE,
        submitted_on=date.fromisoformat(loan["submitted_on"]) if "submitted_on" in loan else date(2000, 1, 1),
        principal_minor=minor(loan["principal"]),
        annual_rate_pct=rate,
        interest=InterestKind.FLAT if loan["interest_type"] == "FLAT" else InterestKind.DECLINING,
        daily_interest=loan["interest_calc_period"] == "DAILY",
        partial_periods=bool(product.get("allowPartialPeriodInterestCalculation")),
        year_days=YEARS[product["daysInYearType"]],
        month_days=30 if product["daysInMonthType"] == "DAYS30" else None,
        leap_period_only=product.get("daysInYearCustomStrategy") == "FEB_29_PERIOD_ONLY",
        every=int(loan["repay_every"]),
        unit=Unit(loan["repay_unit"].lower()),
        instalments=int(loan["n_repayments"]),
        grace_principal=int(loan["grace_principal"] or 0),
        grace_interest=int(loan["grace_interest"] or 0),
        interest_free=int(loan["interest_free_period"] or 0),
        step_minor=int(step) * 100,
        recalculates=bool(product.get("isInterestRecalculationEnabled")),
        rest=Rest.DAILY if product.get("recalculationRestFrequencyType") in {2, "DAILY"} else Rest.EACH_PERIOD,
        payoff_to_period_end=product.get("preClosureInterestCalculationStrategy") in {2, "TILL_REST_FREQUENCY_DATE"},
        past_due_bears_interest=not product.get("disallowInterestCalculationOnPastDue"),
        first_day_counts=bool(product.get("interestRecognitionOnDisbursementDate")),
        full_term_tranches=bool(product.get("allowFullTermForTranche")),
        down_payment_pct=None if down is None else Decimal(str(down)),
        down_payment_auto=bool(product.get("enableAutoRepaymentForDownPayment")),
        counts_from_submission=product.get("repaymentStartDateType") in {2, "SUBMITTED_ON_DATE"},
        fixed_days=int(loan["fixed_length_days"]) if loan.get("fixed_length_days") else product.get("fixedLength"),
        multi_draw=bool(product.get("multiDisburseLoan")),
        direction=Direction.VERTICAL
        if product.get("loanScheduleProcessingType") == "VERTICAL"
        else Direction.HORIZONTAL,
        strategy=STRATEGIES[loan["allocation_strategy"]],
        orders=_orders(product, spreads),
        credit_order=_credit_order(product),
        charge_off=CHARGE_OFFS.get(behaviour, ChargeOffRule.KEEP),
        refunds_interest=_refunds_interest(product),
        arrears_grace_days=int(product.get("graceOnArrearsAgeing") or 0),
    )


def _orders(product: dict[str, Any], spreads: dict[str, str]) -> dict[str, Order]:
    orders: dict[str, Order] = {}
    for rule in product.get("paymentAllocation") or _USUAL_RULES:
        name = rule["transactionType"]
        spread = spreads.get(name, rule["futureInstallmentAllocationRule"])
        orders[KINDS[name]] = Order(tuple(_target(step) for step in rule["order"]), SPREADS[spread])
    return orders


def _refunds_interest(product: dict[str, Any]) -> frozenset[str]:
    """Which refunds bring interest back; where the source names its list by a variable, both kinds are meant."""
    named = product.get("supportedInterestRefundTypes") or ()
    return frozenset(_BOTH_REFUNDS if isinstance(named, str) else (KINDS[name] for name in named))


def _target(name: str) -> Target:
    timing, _, part = name.rpartition("_")
    return Target(Timing(timing.lower()), PARTS[part])


def _credit_order(product: dict[str, Any]) -> tuple[Part, ...]:
    for rule in product.get("creditAllocation") or ():
        if rule["transactionType"] == "CHARGEBACK":
            return tuple(PARTS[name] for name in rule["order"])
    return ()
