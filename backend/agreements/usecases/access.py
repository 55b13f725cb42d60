"""Who may read an agreement, and who may bind themselves or their business by it."""

from collections.abc import Collection

from backend import identity
from backend.agreements.domain.agreement import Agreement
from backend.agreements.errors import AgreementNotFound
from backend.kernel.db import ReadTx
from backend.kernel.scope import Principal
from shared.errors import NotFound
from shared.roles import BUSINESS, Role

BINDS = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_APPROVER})


async def require_reader(tx: ReadTx, agreement: Agreement) -> Principal:
    """The caller, if they may read: the borrower, a member of the business, the tenant's staff.

    Raises AgreementNotFound: what is another's does not exist.
    """
    principal = caller(tx)
    return principal if principal.is_staff else await _require(tx, agreement, BUSINESS)


async def require_signer(tx: ReadTx, agreement: Agreement) -> Principal:
    """The caller, if they may sign and cancel: the borrower, or who may bind the business. Staff may not.

    Raises AgreementNotFound; NotPermitted for a member of the business in another role.
    """
    return await _require(tx, agreement, BINDS)


def caller(tx: ReadTx) -> Principal:
    """Who is signed in; routes of agreements ask for it."""
    assert tx.scope.principal is not None, "no route of agreements is public"
    return tx.scope.principal


async def _require(tx: ReadTx, agreement: Agreement, roles: Collection[Role]) -> Principal:
    principal = caller(tx)
    if agreement.business_id is None:
        if principal.user_id != agreement.user_id:
            raise AgreementNotFound
        return principal
    try:
        await identity.require_member(tx, agreement.business_id, roles)
    except NotFound as refusal:
        raise AgreementNotFound from refusal
    return principal
