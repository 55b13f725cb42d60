"""Computes a loan that nobody has: for calculators, comparisons and product design. Stores nothing."""

from collections.abc import Iterable
from datetime import date

from backend.servicing.calendars import days_off
from backend.servicing.domain.recast import Paid, recast
from backend.servicing.domain.schedule import Row
from backend.servicing.pricing import quote
from shared.api.servicing import RecastOut, SimulatedRowOut, SimulationIn, SimulationOut
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
        rows=_rows(priced.rows, currency),
        recast=_recast(asked, disbursed_on, priced.total_interest_minor) if asked.extra_payments else None,
    )


def _rows(rows: Iterable[Row], currency: str) -> list[SimulatedRowOut]:
    return [
        SimulatedRowOut(
            number=row.number,
            due_on=row.due_on,
            principal=Money.of(row.principal_minor, currency),
            interest=Money.of(row.interest_minor, currency),
            fee=Money.of(row.fee_minor, currency),
            total=Money.of(row.total_minor, currency),
            balance=Money.of(row.balance_minor, currency),
        )
        for row in rows
    ]


def _recast(asked: SimulationIn, disbursed_on: date, interest_minor: int) -> RecastOut:
    found = recast(
        asked.terms,
        disbursed_on,
        [Paid(payment.on, payment.amount_minor) for payment in asked.extra_payments],
        as_of=disbursed_on,
        effect=asked.early_repayment,
        on_top=True,
        is_day_off=days_off(asked.terms.holidays),
    )
    currency = asked.terms.currency
    return RecastOut(
        rows=_rows(found.rows, currency),
        total_interest=Money.of(found.interest_minor, currency),
        interest_saved=Money.of(interest_minor - found.interest_minor, currency),
        unused=Money.of(found.credit_minor, currency),
        last_due_on=found.rows[-1].due_on,
    )
