"""Whose application it is: the applicant's, or the business's it is for. Staff see all of their tenant's."""

from typing import Final
from uuid import UUID

from backend import identity
from backend.applications import store
from backend.applications.domain.application import Application
from backend.applications.errors import ApplicationNotFound
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from shared.errors import CaasError, NotAuthenticated
from shared.roles import BUSINESS, Role

APPLIES: Final = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_APPROVER})


def caller(tx: ReadTx) -> Principal:
    """The signed-in caller. Raises NotAuthenticated."""
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal


async def visible(tx: ReadTx, application_id: UUID) -> Application:
    """An application that the caller may look at. Raises ApplicationNotFound: what is another's does not exist."""
    found = await store.by_id(tx, application_id)
    if found is None:
        raise ApplicationNotFound
    if not caller(tx).is_staff:
        await _require_party(tx, found, BUSINESS)
    return found


async def lock_own(tx: Tx, application_id: UUID) -> Application:
    """An application that the caller may change, held until the transaction ends. Raises ApplicationNotFound."""
    found = await store.lock(tx, application_id)
    if found is None:
        raise ApplicationNotFound
    await _require_party(tx, found, APPLIES)
    return found


async def _require_party(tx: ReadTx, found: Application, roles: frozenset[Role]) -> None:
    if found.business_id is None:
        if found.user_id != caller(tx).user_id:
            raise ApplicationNotFound
        return
    try:
        await identity.require_member(tx, found.business_id, roles)
    except CaasError as refusal:
        raise ApplicationNotFound from refusal
