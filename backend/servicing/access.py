"""Whose loans a caller may see: their own and their businesses', or the tenant's for its staff."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from backend.kernel.db import ReadTx
from backend.servicing.domain.loan_file import Contract, CreditLine
from backend.servicing.errors import CreditLineNotFound, LoanNotFound
from shared.errors import NotAuthenticated


class Viewer(Struct, frozen=True, kw_only=True):
    """What a caller may see; `owner` is None for staff, who see everything of their tenant."""

    owner: UUID | None
    business_ids: Sequence[UUID] = ()

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
    return Viewer(owner=principal.user_id)


async def require_loan(tx: ReadTx, contract: Contract) -> None:
    """Raises LoanNotFound unless the loan is the caller's to see."""
    if not (await viewer(tx)).sees(contract.user_id, contract.business_id):
        raise LoanNotFound


async def require_line(tx: ReadTx, line: CreditLine) -> None:
    """Raises CreditLineNotFound unless the line is the caller's to see."""
    if not (await viewer(tx)).sees(line.user_id, line.business_id):
        raise CreditLineNotFound
