"""Loans that a day changes in nothing but the interest that it earns, in SQL."""

from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from backend.kernel.db import Tx, into

_CARRY = text(
    "WITH quiet AS MATERIALIZED ("
    "SELECT id, quiet_interest[CAST(:opening AS date) - quiet_after] AS interest_minor FROM loan"
    " WHERE tenant_id = current_tenant() AND status = 'active' AND id > :after"
    " AND closed_through = :day AND as_of = :day AND quiet_interest[CAST(:opening AS date) - quiet_after] IS NOT NULL"
    " ORDER BY id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED)"
    " UPDATE loan SET as_of = :opening, closed_through = :opening,"
    " posted = posted || jsonb_build_object("
    "'interest_receivable', coalesce((posted ->> 'interest_receivable')::bigint, 0) + interest_minor,"
    " 'interest_income', coalesce((posted ->> 'interest_income')::bigint, 0) - interest_minor)"
    " FROM quiet WHERE loan.tenant_id = current_tenant() AND loan.id = quiet.id"
    " RETURNING loan.id, user_id, currency, interest_minor, next_due_on, next_due_number, next_due_minor"
)


class Carried(Struct, frozen=True, kw_only=True):
    """A loan that was carried over a quiet day: what the day earned, and what is to be paid next. Minor units."""

    id: UUID
    user_id: UUID
    currency: str
    interest_minor: int
    next_due_on: date
    next_due_number: int
    next_due_minor: int


async def carry(tx: Tx, opening: date, *, after: UUID, limit: int) -> list[Carried]:
    """Carries loans with ids above `after`, for which the day before `opening` is quiet, to `opening`, in their order.

    A loan that another transaction holds is passed over. What is earned is still to be posted.
    """
    asked = {"opening": opening, "day": opening - timedelta(days=1), "after": after, "limit": limit}
    return sorted((into(found, Carried) for found in await tx.all(_CARRY, asked)), key=lambda each: each.id)
