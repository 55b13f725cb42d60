"""Whose disbursements a caller may see: their own and their businesses', or the tenant's for its staff."""

from backend import identity
from backend.disbursement.domain.disbursement import Disbursement
from backend.disbursement.errors import DisbursementNotFound
from backend.kernel.db import ReadTx
from shared.errors import NotFound
from shared.roles import BUSINESS


async def require_reader(tx: ReadTx, found: Disbursement) -> None:
    """Raises DisbursementNotFound unless it is the caller's to see."""
    principal = tx.scope.principal
    assert principal is not None, "routes of disbursements ask for a signed-in caller"
    if principal.is_staff or principal.user_id == found.user_id:
        return
    if found.business_id is None:
        raise DisbursementNotFound
    try:
        await identity.require_member(tx, found.business_id, BUSINESS)
    except NotFound as refusal:
        raise DisbursementNotFound from refusal
