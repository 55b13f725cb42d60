"""Whose loans a caller may see: their own and their businesses', or the tenant's for its staff."""

from uuid import UUID

from msgspec import Struct

from backend import identity
from backend.kernel.db import ReadTx
from backend.servicing.domain.loan_file import Contract, CreditLine
from backend.servicing.errors import CreditLineNotFound, LoanNotFound
from shared.errors import NotAuthenticated, NotPermitted
from shared.roles import Role

MAY_DRAW = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_APPROVER})


class Viewer(Struct, frozen=True, kw_only=True):
    """What a caller may see; `owner` is None for staff, who see everything of their tenant."""

    owner: UUID | None
    business_ids: frozenset[UUID] = frozenset()

    def sees(self, user_id: UUID, business_id: UUID | None) -> bool:
        """Whether something of this person, for this business, is the viewer's to see."""
        return self.owner is None or self.owner == user_id or business_id in self.business_ids


async def viewer(tx: ReadTx) -> Viewer:
    """The caller as a viewer. Raises NotAuthenticated where the transaction has no caller."""
    principal = tx.scope.principal
    if principal is None:
        raise NotAuthenticated
    if principal.is_staff:
        return Viewer(owner=None)
    return Viewer(owner=principal.user_id, business_ids=await identity.businesses_of_caller(tx))


async def require_loan(tx: ReadTx, contract: Contract) -> None:
    """Raises LoanNotFound unless the loan is the caller's to see."""
    if not (await viewer(tx)).sees(contract.user_id, contract.business_id):
        raise LoanNotFound


async def require_line(tx: ReadTx, line: CreditLine) -> None:
    """Raises CreditLineNotFound unless the line is the caller's to see."""
    if not (await viewer(tx)).sees(line.user_id, line.business_id):
        raise CreditLineNotFound


async def require_may_draw(tx: ReadTx, line: CreditLine) -> None:
    """Only who signed for the line draws, or who may spend for the business; staff never do.

    Raises CreditLineNotFound where the caller may not even see it, NotPermitted.
    """
    await require_line(tx, line)
    principal = tx.scope.principal
    assert principal is not None, "whoever sees a line is signed in"
    if principal.user_id != line.user_id and line.business_id not in await identity.businesses_of_caller(tx, MAY_DRAW):
        raise NotPermitted
