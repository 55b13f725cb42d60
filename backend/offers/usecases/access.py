"""Who may see the offers of an application: the applicant, those who act for the business, and the tenant's staff."""

from backend import identity
from backend.kernel.db import ReadTx
from backend.offers.store import Round
from shared.errors import NotFound
from shared.roles import BUSINESS, Role

DECIDERS = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_APPROVER})


async def require_reader(tx: ReadTx, asked: Round, missing: type[NotFound]) -> None:
    """Raises `missing` unless the caller may see the round: what is another's does not exist."""
    principal = tx.scope.principal
    if principal is None or principal.is_staff:
        return
    await _require(tx, asked, BUSINESS, missing)


async def require_decider(tx: ReadTx, asked: Round, missing: type[NotFound]) -> None:
    """Raises `missing` unless the caller may accept: the applicant, or who may bind the business. Staff may not.

    Raises NotPermitted for a member of the business in another role.
    """
    await _require(tx, asked, DECIDERS, missing)


async def _require(tx: ReadTx, asked: Round, roles: frozenset[Role], missing: type[NotFound]) -> None:
    principal = tx.scope.principal
    assert principal is not None, "routes of offers ask for a signed-in caller"
    if asked.business_id is None:
        if principal.user_id != asked.user_id:
            raise missing
        return
    try:
        await identity.require_member(tx, asked.business_id, roles)
    except NotFound as refusal:
        raise missing from refusal
