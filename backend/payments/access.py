"""Which loans can be paid: those that the caller may see, once they are paid out."""

from uuid import UUID

from backend import identity, servicing
from backend.kernel.db import ReadTx
from backend.payments.errors import LoanNotPayable, MandateNotFound
from backend.payments.records import Mandate
from shared.api.servicing import LoanStatus

_UNPAYABLE = frozenset({LoanStatus.PENDING_DISBURSEMENT, LoanStatus.CANCELLED})


async def require_loan(tx: ReadTx, loan_id: UUID) -> servicing.LoanOwner:
    """The owner of a loan that is the caller's to see. Raises LoanNotFound."""
    owner = await servicing.loan_owner(tx, loan_id)
    if not await identity.may_see(tx, owner.user_id, owner.business_id):
        raise servicing.LoanNotFound
    return owner


async def require_acting(tx: ReadTx, mandate: Mandate) -> None:
    """Lets staff use a mandate, and who may bind its borrower; other members of a business may only look at it.

    Raises MandateNotFound, MembershipInsufficient.
    """
    if not identity.caller(tx).is_staff:
        missing = MandateNotFound(mandate_id=mandate.id)
        await identity.require_decider(tx, mandate.user_id, mandate.business_id, missing=missing)


async def require_paid_out(tx: ReadTx, loan_id: UUID) -> None:
    """Raises LoanNotPayable while a loan has no schedule to pay by, and LoanNotFound."""
    status = (await servicing.loan_view(tx, loan_id)).status
    if status in _UNPAYABLE:
        raise LoanNotPayable(status=status.value.replace("_", " "))
