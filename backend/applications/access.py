"""Whose application it is: the applicant's, or the business's it is for. Staff see all of their tenant's."""

from uuid import UUID

from backend import identity
from backend.applications import store
from backend.applications.domain.application import Application
from backend.applications.errors import ApplicationNotFound
from backend.kernel.db import ReadTx, Tx


async def visible(tx: ReadTx, application_id: UUID) -> Application:
    """An application that the caller may look at. Raises ApplicationNotFound: what is another's does not exist."""
    found = await store.by_id(tx, application_id)
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise ApplicationNotFound
    return found


async def lock_own(tx: Tx, application_id: UUID) -> Application:
    """An application that the caller may change, held until the transaction ends.

    Raises ApplicationNotFound; NotPermitted for who may only look at it.
    """
    found = await store.lock(tx, application_id)
    if found is None:
        raise ApplicationNotFound
    await identity.require_decider(tx, found.user_id, found.business_id, missing=ApplicationNotFound())
    return found
