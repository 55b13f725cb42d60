"""Whose things a caller may see, and for whom a caller may decide: one rule for every context.

What is a person's is that person's. What is a business's is its members', whoever of them signed for it: somebody who
has left sees it no longer. The tenant's staff see everything of the tenant's, and decide for nobody.
"""

from typing import Final
from uuid import UUID

from msgspec import Struct

from backend.identity.errors import MembershipInsufficient
from backend.identity.usecases.businesses import businesses_of_caller
from backend.kernel.db import ReadTx
from backend.kernel.scope import Principal
from shared.errors import NotAuthenticated, NotFound, NotPermitted
from shared.roles import Role

# Who may bind a business: apply, accept, sign, draw, allow debits.
DECIDERS: Final = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_APPROVER})


class Sight(Struct, frozen=True, kw_only=True):
    """What a caller may see: what is `user_id`'s own or one of the businesses'; everything where `user_id` is None."""

    user_id: UUID | None
    business_ids: frozenset[UUID] = frozenset()

    def reaches(self, user_id: UUID, business_id: UUID | None) -> bool:
        """Whether something of this person's, or of this business's where there is one, is to be seen."""
        if self.user_id is None:
            return True
        return user_id == self.user_id if business_id is None else business_id in self.business_ids


def caller(tx: ReadTx) -> Principal:
    """The signed-in caller. Raises NotAuthenticated."""
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal


async def sight(tx: ReadTx) -> Sight:
    """What the caller may see, for lists. Raises NotAuthenticated."""
    principal = caller(tx)
    if principal.is_staff:
        return Sight(user_id=None)
    return Sight(user_id=principal.user_id, business_ids=await businesses_of_caller(tx))


async def may_see(tx: ReadTx, user_id: UUID, business_id: UUID | None) -> bool:
    """Whether something of this person's, or of this business's where there is one, is the caller's to see.

    Raises NotAuthenticated.
    """
    return (await sight(tx)).reaches(user_id, business_id)


async def require_decider(tx: ReadTx, user_id: UUID, business_id: UUID | None, *, missing: NotFound) -> Principal:
    """The caller, if they may bind this person, or this business where there is one.

    Raises `missing` where they may not even see what it is about, MembershipInsufficient for a member in another role,
    NotPermitted for staff.
    """
    principal = caller(tx)
    if business_id is None and principal.user_id == user_id:
        return principal
    if business_id is not None and business_id in await businesses_of_caller(tx, DECIDERS):
        return principal
    if not await may_see(tx, user_id, business_id):
        raise missing
    raise NotPermitted if principal.is_staff else MembershipInsufficient
