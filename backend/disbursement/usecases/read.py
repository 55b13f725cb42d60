"""Reads disbursements."""

from uuid import UUID

from msgspec.structs import asdict

from backend import identity
from backend.disbursement import store
from backend.disbursement.domain.disbursement import Disbursement
from backend.disbursement.errors import DisbursementNotFound
from backend.kernel.db import ReadTx
from shared.api.disbursement import DisbursementOut, DisbursementStatus, DisbursementSummary
from shared.errors import InvalidInput
from shared.paging import Page


async def by_id(tx: ReadTx, disbursement_id: UUID) -> DisbursementOut:
    """One disbursement with its timeline. Raises DisbursementNotFound."""
    return await _visible(tx, await store.by_id(tx, disbursement_id))


async def of_loan(tx: ReadTx, loan_id: UUID) -> DisbursementOut:
    """The disbursement of a loan. Raises DisbursementNotFound."""
    return await _visible(tx, await store.by_loan(tx, loan_id))


async def _visible(tx: ReadTx, found: Disbursement | None) -> DisbursementOut:
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise DisbursementNotFound
    return await shown(tx, found)


async def page(
    tx: ReadTx, *, status: DisbursementStatus | None, cursor: str | None, limit: int
) -> Page[DisbursementSummary]:
    """The caller's and their businesses' disbursements, or the tenant's for its staff; the newest first.

    Raises InvalidInput.
    """
    sight = await identity.sight(tx)
    found = await store.newest(tx, sight, status=status, before=_cursor(cursor), limit=limit + 1)
    items = [
        DisbursementSummary(
            id=each.id,
            loan_id=each.loan_id,
            user_id=each.user_id,
            status=each.status,
            amount=each.amount,
            updated_at=each.updated_at,
        )
        for each in found[:limit]
    ]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


def _cursor(cursor: str | None) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError as refusal:
        raise InvalidInput({"cursor": "use the next_cursor of the page before"}) from refusal


async def shown(tx: ReadTx, found: Disbursement) -> DisbursementOut:
    """A disbursement as the API gives it."""
    fields = {name: value for name, value in asdict(found).items() if name in DisbursementOut.__struct_fields__}
    return DisbursementOut(**fields, amount=found.amount, timeline=await store.steps(tx, found.id))
