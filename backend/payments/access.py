"""Whose loans a caller may pay for: their own and their businesses'; staff see all of the tenant's."""

from uuid import UUID

from backend import identity, servicing
from backend.kernel.db import ReadTx
from backend.payments.errors import LoanNotPayable
from shared.api.servicing import LoanStatus
from shared.errors import NotFound
from shared.roles import BUSINESS

_UNPAYABLE = frozenset({LoanStatus.PENDING_DISBURSEMENT, LoanStatus.CANCELLED})


async def require_loan(tx: ReadTx, loan_id: UUID) -> servicing.LoanOwner:
    """The owner of a loan that is the caller's to see. Raises LoanNotFound."""
    owner = await servicing.loan_owner(tx, loan_id)
    if not await may_see(tx, owner.user_id, owner.business_id):
        raise servicing.LoanNotFound
    return owner


async def require_paid_out(tx: ReadTx, loan_id: UUID) -> None:
    """Raises LoanNotPayable while a loan has no schedule to pay by, and LoanNotFound."""
    status = (await servicing.loan_view(tx, loan_id)).status
    if status in _UNPAYABLE:
        raise LoanNotPayable(status=status.value.replace("_", " "))


async def may_see(tx: ReadTx, user_id: UUID, business_id: UUID | None) -> bool:
    """Whether something of this person, for this business, is the caller's to see."""
    principal = tx.scope.principal
    assert principal is not None, "routes of payments ask for a signed-in caller"
    if principal.is_staff or principal.user_id == user_id:
        return True
    if business_id is None:
        return False
    try:
        await identity.require_member(tx, business_id, BUSINESS)
    except NotFound:
        return False
    return True
