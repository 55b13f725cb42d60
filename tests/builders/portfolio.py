"""Many live loans at once: a few made as the platform makes them, and each of those copied in the database."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg

from backend import wiring
from backend.kernel.jobs import JobContext
from backend.kernel.scope import Scope
from backend.kernel.tables import metadata
from backend.kernel.tenants import Tenant
from backend.servicing.usecases.close_business_day import CloseDays, close_business_days
from backend.settings import Settings
from tests.builders.servicing import Desk, cheap

DUE_DAYS = 30
# The columns that a copy does not share with its template.
_COPY = """
    CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
    SELECT l.tenant_id, l.id AS template, uuidv7() AS id
      FROM loan l CROSS JOIN generate_series(1, $2) WHERE l.id = ANY ($1)
"""
_WRONGLY_ACCRUED = """
    SELECT count(*) FROM loan l LEFT JOIN (
        SELECT p.loan_id, count(*) AS times, count(DISTINCT j.effective_on) AS days
          FROM ledger_posting p JOIN ledger_journal j ON j.tenant_id = p.tenant_id AND j.id = p.journal_id
         WHERE j.source = 'servicing.business_day' AND p.account = 'interest_income' GROUP BY 1) e ON e.loan_id = l.id
     WHERE e.days IS DISTINCT FROM $1 OR e.times IS DISTINCT FROM $1
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
        terms = cheap(
            instalments=12, principal_minor=500_000_00, annual_rate_pct=Decimal(36), first_due_on=first_due_on
        )
        templates.append(await desk.open_loan(terms))
    await _copy(owner, templates, -(-loans // DUE_DAYS) - 1)


def close_in_this_process(settings: Settings, tenant: Tenant, through: date) -> None:
    """Closes business days as one worker's job does; for a process that may be killed."""

    async def close() -> None:
        services = wiring.build_services(settings)
        context = JobContext(services.database, Scope.system(tenant.id, "close"))
        await close_business_days(context, CloseDays(through=through))
        await services.database.close()

    asyncio.run(close())


async def wrongly_accrued(owner: "asyncpg.Connection[asyncpg.Record]", days: int) -> int:
    """How many loans have not earned something on each of so many days, once."""
    return int(await owner.fetchval(_WRONGLY_ACCRUED, days))


async def _copy(owner: "asyncpg.Connection[asyncpg.Record]", templates: Sequence[UUID], times: int) -> None:
    async with owner.transaction():
        await owner.execute(_COPY, templates, times)
        for table, changed in _COPIED.items():
            columns = [column.name for column in metadata.tables[table].columns]
            chosen = ", ".join(changed.get(name, f"t.{name}") for name in columns)
            key = "id" if table == "loan" else "loan_id"
            await owner.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen}"
                f" FROM copy JOIN {table} t ON t.tenant_id = copy.tenant_id AND t.{key} = copy.template"
            )
    await owner.execute("VACUUM ANALYZE loan, instalment, loan_event")
