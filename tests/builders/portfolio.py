"""Many live loans at once: a few made as the platform makes them, and each of those copied in the database."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg

from tests.builders.servicing import Desk, cheap

DUE_DAYS = 30
# The columns that a copy does not share with its template.
_COPY = """
    CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
    SELECT l.tenant_id, l.id AS template, uuidv7() AS id
      FROM loan l CROSS JOIN generate_series(1, $2) WHERE l.id = ANY ($1)
"""
_COPIED = {
    "loan": {"id": "copy.id"},
    "instalment": {"loan_id": "copy.id"},
    "loan_event": {"loan_id": "copy.id", "id": "uuidv7()"},
}


async def portfolio(desk: Desk, owner: "asyncpg.Connection[asyncpg.Record]", loans: int) -> None:
    """At least `loans` loans of one tenant, their due dates spread evenly over a month.

    What a copy is made from stands in the books once; what the copies earn stands there for each.
    """
    today = await desk.today()
    templates = []
    for ahead in range(DUE_DAYS):
        first_due_on = today + timedelta(days=ahead + 1)
        terms = cheap(instalments=12, principal_minor=500_000_00, annual_rate_pct=Decimal(36), first_due_on=first_due_on)
        templates.append(await desk.open_loan(terms))
    await _copy(owner, templates, -(-loans // DUE_DAYS) - 1)


async def _copy(owner: "asyncpg.Connection[asyncpg.Record]", templates: Sequence[UUID], times: int) -> None:
    async with owner.transaction():
        await owner.execute(_COPY, templates, times)
        for table, changed in _COPIED.items():
            columns = [
                row["column_name"]
                for row in await owner.fetch(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public'",
                    table,
                )
            ]
            chosen = ", ".join(changed.get(name, f"t.{name}") for name in columns)
            key = "id" if table == "loan" else "loan_id"
            await owner.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen}"
                f" FROM copy JOIN {table} t ON t.tenant_id = copy.tenant_id AND t.{key} = copy.template"
            )
    await owner.execute("VACUUM ANALYZE loan, instalment, loan_event")
