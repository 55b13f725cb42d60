"""Quotes what closes a loan on a day."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from backend import identity
from backend.kernel import audit, business_date
from backend.kernel.db import Tx
from backend.servicing.domain.status import OPEN
from backend.servicing.errors import LoanNotFound, LoanNotOpen, PayoffTooFarAhead
from backend.servicing.store import loans
from shared.api.servicing import PayoffQuoteIn, PayoffQuoteOut
from shared.ids import new_id
from shared.money import Money

DAYS_AHEAD = 30


async def quote_payoff(tx: Tx, loan_id: UUID, asked: PayoffQuoteIn) -> PayoffQuoteOut:
    """What the borrower pays on `asked.on` (the business date where none is given) to owe nothing.

    The quote holds until the end of its day, as long as nothing else happens to the loan. Raises LoanNotFound,
    LoanNotOpen, PayoffTooFarAhead.
    """
    file = await loans.file(tx, loan_id)
    if file is None or not await identity.may_see(tx, file.contract.user_id, file.contract.business_id):
        raise LoanNotFound
    if file.status not in OPEN or file.as_of is None:
        raise LoanNotOpen(status=file.status.value)
    first = max(await business_date.current(tx), file.as_of)
    last = first + timedelta(days=DAYS_AHEAD)
    on = asked.on or first
    if not first <= on <= last:
        raise PayoffTooFarAhead(first=first, last=last)
    payoff = file.state(on).payoff(file.contract.terms)
    quote_id, expires_at = new_id(), _end_of(on, first, tx.now)
    await loans.add_payoff_quote(tx, file.id, payoff, id=quote_id, quoted_at=tx.now, expires_at=expires_at)
    await audit.record(tx, "loan.payoff_quoted", f"loan:{file.id}", quote_id=quote_id, total_minor=payoff.total_minor)
    money = {
        name: Money.of(getattr(payoff, f"{name}_minor"), file.currency)
        for name in ("principal", "interest", "fee", "penalty", "credit", "total")
    }
    return PayoffQuoteOut(id=quote_id, loan_id=file.id, on=on, quoted_at=tx.now, expires_at=expires_at, **money)


def _end_of(on: date, first: date, now: datetime) -> datetime:
    """The end of the quoted day, counted in whole days from now: the business date need not be the calendar's."""
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)
    return midnight + (on - first)
