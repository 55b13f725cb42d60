"""Computes a loan that nobody has: for calculators, comparisons and product design. Stores nothing."""

from datetime import date

from backend.servicing.pricing import quote
from shared.api.servicing import SimulatedRowOut, SimulationIn, SimulationOut
from shared.currency import exponent_of
from shared.money import Money


def simulate(asked: SimulationIn, today: date) -> SimulationOut:
    """The price and the schedule of the terms asked for. Raises TermsNotServiceable, UnknownCurrency."""
    currency = asked.terms.currency
    exponent_of(currency)
    disbursed_on = asked.disbursed_on or today
    priced = quote(asked.terms, disbursed_on)

    def money(minor: int) -> Money:
        return Money.of(minor, currency)

    return SimulationOut(
        currency=currency,
        disbursed_on=disbursed_on,
        paid_out=money(priced.paid_out_minor),
        instalment=money(priced.instalment_minor),
        total_repayable=money(priced.total_repayable_minor),
        total_interest=money(priced.total_interest_minor),
        total_fees=money(priced.total_fees_minor),
        total_cost=money(priced.total_cost_minor),
        apr_pct=priced.apr_pct,
        effective_apr_pct=priced.effective_apr_pct,
        first_due_on=priced.first_due_on,
        last_due_on=priced.last_due_on,
        rows=[
            SimulatedRowOut(
                number=row.number,
                due_on=row.due_on,
                principal=money(row.principal_minor),
                interest=money(row.interest_minor),
                fee=money(row.fee_minor),
                total=money(row.total_minor),
                balance=money(row.balance_minor),
            )
            for row in priced.rows
        ],
    )
