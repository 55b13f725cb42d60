"""Begins an application."""

from backend import identity
from backend.applications import details, store
from backend.applications.domain.application import Application
from backend.applications.domain.draft import unavailable
from backend.applications.errors import ProductUnavailable, TooManyApplications
from backend.applications.usecases.save_product import product
from backend.applications.usecases.show import shown
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.applications import ApplicationIn, ApplicationOut, ApplicationStatus
from shared.api.products import ProductState
from shared.ids import new_id

MAX_DRAFTS = 20


async def open_draft(tx: Tx, vault: Vault, body: ApplicationIn) -> ApplicationOut:
    """A new draft of the caller's, for a business where one is named. What is filled in need not fit yet.

    Raises ProductNotFound, ProductUnavailable, TooManyApplications; NotFound for a business that is not the caller's.
    """
    user_id = identity.caller(tx).user_id
    if body.business_id is not None:
        await identity.require_member(tx, body.business_id, identity.DECIDERS)
    chosen = await product(tx, body.product_id)
    problem = unavailable(chosen, channel=body.channel, business=body.business_id is not None)
    if chosen.state is ProductState.RETIRED:
        problem = "its terms have been replaced"
    if problem:
        raise ProductUnavailable(problem=problem)
    if await store.count_open_drafts(tx, user_id) >= MAX_DRAFTS:
        raise TooManyApplications(limit=MAX_DRAFTS)
    draft = Application(
        id=new_id(),
        user_id=user_id,
        business_id=body.business_id,
        product_id=chosen.id,
        product_kind=chosen.kind,
        product_name=chosen.name,
        channel=body.channel,
        currency=chosen.currency,
        amount_minor=body.amount_minor,
        instalments=body.instalments,
        purpose=body.purpose,
        payout_account_id=body.payout_account_id,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await store.add(tx, draft, await details.seal(tx, vault, draft, body.details))
    await store.add_step(tx, draft.id, ApplicationStatus.DRAFT, [])
    return await shown(tx, vault, draft)
