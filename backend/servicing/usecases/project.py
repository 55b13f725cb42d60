"""What a loan would be on a later day if certain payments came in: the engine's own answer. Stores nothing."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.status import OPEN
from backend.servicing.errors import LoanNotFound, LoanNotOpen
from backend.servicing.store import loans
from shared.ids import new_id


class Planned(Struct, frozen=True, kw_only=True):
    """A payment that somebody might make."""

    on: date
    amount_minor: int


class Projection(Struct, frozen=True, kw_only=True):
    """A loan as it would be on `on`. Amounts are minor units.

    `due_minor` is what is open of the instalments that fall due up to and including `through`, with the penalties that
    they have by then; `still_to_pay_minor` is everything to come by the schedule, less the borrower's own credit.
    """

    on: date
    through: date
    due_minor: int
    still_to_pay_minor: int
    past_due_minor: int
    days_past_due: int
    next_due_on: date | None


async def project(
    tx: ReadTx, loan_id: UUID, payments: Sequence[Planned] = (), *, on: date | None = None, through: date | None = None
) -> Projection:
    """The loan on `on` (the business date where none is given) had `payments` been made. Checks no caller.

    Raises LoanNotFound, LoanNotOpen.
    """
    file = await loans.file(tx, loan_id)
    if file is None:
        raise LoanNotFound
    if file.status not in OPEN or file.as_of is None:
        raise LoanNotOpen(status=file.status.value)
    today = max(await business_date.current(tx), file.as_of)
    assert all(payment.on >= today for payment in payments), "a plan is about days to come"
    imagined = tuple(
        LoanEvent(id=new_id(), kind=EventKind.PAYMENT, effective_on=payment.on, amount_minor=payment.amount_minor)
        for payment in payments
    )
    as_of = max(on or today, today)
    state = replace(file, events=(*file.events, *imagined)).state(as_of)
    covered = through or as_of
    return Projection(
        on=as_of,
        through=covered,
        due_minor=sum(row.open_minor for row in state.rows if row.due_on <= covered),
        still_to_pay_minor=max(state.outstanding_minor - max(state.credit_minor, 0), 0),
        past_due_minor=state.past_due_minor,
        days_past_due=state.days_past_due,
        next_due_on=None if state.next_row is None else state.next_row.due_on,
    )
