"""What a loan would cost, for offers and for the simulator: instalment, total and both annual percentage rates."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from backend.servicing.domain.apr import Flow, effective_apr_pct, nominal_apr_pct, rounded_pct
from backend.servicing.domain.calendar import IsDayOff, never_off
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.schedule import Row, Schedule, build_schedule
from shared.terms import LoanTerms, RepaymentMethod

APR_PLACES = 2


class Quote(Struct, frozen=True, kw_only=True):
    """The price of a loan. Amounts are minor units of `currency`."""

    currency: str
    paid_out_minor: int  # what reaches the borrower, net of the fees deducted at disbursement
    instalment_minor: int  # the highest of the regular ones; the last may differ by what rounding left
    total_repayable_minor: int
    total_interest_minor: int
    total_fees_minor: int  # all fees, those deducted at disbursement too
    total_cost_minor: int
    apr_pct: Decimal  # nominal: Regulation Z Appendix J
    effective_apr_pct: Decimal | None  # effective: Directive 2008/48/EC Annex I; None beyond ten million per cent
    first_due_on: date
    last_due_on: date
    rows: tuple[Row, ...]


def price(terms: LoanTerms, disbursed_on: date, is_day_off: IsDayOff = never_off) -> Quote:
    """The price of `terms` if paid out on `disbursed_on`; rates count every fee and are given to two places.

    Raises TermsNotServiceable.
    """
    schedule = build_schedule(terms, disbursed_on, is_day_off)
    nominal, effective = annual_rates(terms, schedule)
    if nominal is None:
        raise TermsNotServiceable(reason="what is paid out is too little for a rate to exist")
    regular = schedule.rows[:-1] or schedule.rows
    return Quote(
        currency=schedule.currency,
        paid_out_minor=schedule.paid_out_minor,
        instalment_minor=max(row.total_minor for row in regular),
        total_repayable_minor=schedule.total_minor,
        total_interest_minor=schedule.interest_minor,
        total_fees_minor=schedule.fee_minor + schedule.upfront_fee_minor,
        total_cost_minor=schedule.cost_minor,
        apr_pct=nominal,
        effective_apr_pct=effective,
        first_due_on=schedule.rows[0].due_on,
        last_due_on=schedule.matures_on,
        rows=schedule.rows,
    )


def annual_rates(terms: LoanTerms, schedule: Schedule) -> tuple[Decimal | None, Decimal | None]:
    """The nominal and the effective rate of a schedule; a down payment on the first day lessens the advance."""
    flows = [Flow(schedule.disbursed_on, advance_minor=schedule.paid_out_minor)]
    flows += [Flow(row.due_on, payment_minor=row.total_minor) for row in schedule.rows]
    every = terms.every * (terms.instalments if terms.method is RepaymentMethod.BULLET else 1)
    nominal = nominal_apr_pct(flows, terms.frequency, every)
    effective = effective_apr_pct(flows)
    return (
        None if nominal is None else rounded_pct(nominal, APR_PLACES),
        None if effective is None else rounded_pct(effective, APR_PLACES),
    )
