"""Who may say something for a borrower: they themselves, and staff who help and were told by them."""

from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx
from shared.errors import NotFound
from shared.roles import Role

HELPERS = (Role.SUPPORT_AGENT, Role.OPERATIONS)


async def require_speaker(tx: ReadTx, user_id: UUID, business_id: UUID | None, *, missing: NotFound) -> None:
    """Lets through whoever may bind this party, and staff who help: what these note is on record as theirs.

    Raises `missing`, MembershipInsufficient, NotPermitted.
    """
    if not identity.caller(tx).has(*HELPERS):
        await identity.require_decider(tx, user_id, business_id, missing=missing)
