"""Loans that a day changes in nothing but the interest that it earns, in SQL."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from backend.kernel.db import Tx

# For the driver itself: what SQLAlchemy adds to each row costs more than the row.
_CARRY = (
    "WITH due AS MATERIALIZED ("
    "SELECT id, CASE WHEN closed_through = $1::date - 1 AND as_of = $1::date - 1"
    " THEN quiet_interest[$1::date - quiet_after] END AS interest_minor,"
    " CASE WHEN non_accrual_since IS NULL THEN 'interest_income' ELSE 'interest_in_suspense' END AS earned_on FROM loan"
    " WHERE tenant_id = current_tenant() AND status IN ('active', 'overdue') AND id > $2 AND closed_through < $1"
    " ORDER BY id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED),"
    " carried AS (UPDATE loan SET as_of = $1, closed_through = $1,"
    " days_past_due = days_past_due + (days_past_due > 0)::int,"
    " posted = posted || jsonb_build_object("
    "'interest_receivable', coalesce((posted ->> 'interest_receivable')::bigint, 0) + interest_minor,"
    " earned_on, coalesce((posted ->> earned_on)::bigint, 0) - interest_minor)"
    " FROM due WHERE loan.tenant_id = current_tenant() AND loan.id = due.id AND interest_minor IS NOT NULL"
    " RETURNING loan.id, user_id, currency, interest_minor, non_accrual_since IS NOT NULL AS is_suspended,"
    " next_due_on, next_due_number, next_due_minor)"
    " SELECT due.id, user_id, currency, carried.interest_minor, is_suspended, next_due_on, next_due_number,"
    " next_due_minor FROM due LEFT JOIN carried USING (id)"
)


class Carried(Struct, frozen=True):
    """A loan that was carried over a quiet day: what the day earned, and what is to be paid next. Minor units."""

    id: UUID
    user_id: UUID
    currency: str
    interest_minor: int
    is_suspended: bool  # what it earned is no income
    next_due_on: date
    next_due_number: int
    next_due_minor: int


class Passed(Struct, frozen=True):
    """Loans that a pass came by, in the order of ids: those that it carried, and those that have more to the day."""

    last: UUID | None  # None where there was none
    carried: list[Carried]
    others: list[UUID]


async def carry(tx: Tx, opening: date, *, after: UUID, limit: int) -> Passed:
    """Carries those of the next loans with ids above `after` for which the day before `opening` is quiet to `opening`.

    A loan that another transaction holds is passed over. What is earned is still to be posted.
    """
    found = await tx.driver.fetch(_CARRY, opening, after, limit)
    carried = [Carried(*each) for each in found if each[1] is not None]
    others = [each[0] for each in found if each[1] is None]
    return Passed(
        last=max((each[0] for each in found), default=None),
        carried=sorted(carried, key=lambda each: each.id),
        others=sorted(others),
    )
