"""Submits an application: complete, within its product's terms, by a verified party, to an account of its own."""

from uuid import UUID

import msgspec

from backend import onboarding
from backend.applications import details, store
from backend.applications.access import lock_own
from backend.applications.domain.application import Application
from backend.applications.domain.draft import ineligible, misfits, missing, unavailable
from backend.applications.domain.status import EDITABLE
from backend.applications.errors import (
    ApplicationIncomplete,
    ApplicationLocked,
    KycNotPassed,
    NotEligible,
    ProductUnavailable,
)
from backend.applications.usecases.save_product import product
from backend.applications.usecases.show import shown
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.applications import ApplicationOut, ApplicationStatus
from shared.api.products import ProductOut, ProductState
from shared.events.applications import ApplicationSubmitted


async def submit_application(tx: Tx, vault: Vault, application_id: UUID) -> ApplicationOut:
    """Hands the application in for a decision; again, after more was asked for.

    Raises ApplicationNotFound, ApplicationLocked, ProductUnavailable, ApplicationIncomplete, KycNotPassed, NotEligible,
    and onboarding's refusals of a bank account.
    """
    found = await lock_own(tx, application_id)
    if found.status not in EDITABLE:
        raise ApplicationLocked(status=found.status.replace("_", " "))
    chosen = await product(tx, found.product_id)
    problem = unavailable(chosen, channel=found.channel, business=found.business_id is not None)
    if chosen.state is ProductState.RETIRED and found.revision == 0:
        problem = "its terms have been replaced; begin a new application"
    if problem:
        raise ProductUnavailable(problem=problem)
    await _require_complete(tx, vault, found, chosen)
    await _require_party(tx, vault, found, chosen)
    assert found.payout_account_id is not None, "a complete application names an account"
    await onboarding.require_borrower_account(tx, found.payout_account_id, found.user_id, found.business_id)
    submitted = msgspec.structs.replace(
        found,
        status=ApplicationStatus.SUBMITTED,
        revision=found.revision + 1,
        updated_at=tx.now,
        submitted_at=tx.now,
    )
    await store.save(tx, submitted)
    await store.add_step(tx, found.id, ApplicationStatus.SUBMITTED, [])
    await outbox.add(
        tx,
        ApplicationSubmitted(
            application_id=found.id,
            user_id=found.user_id,
            business_id=found.business_id,
            product_id=found.product_id,
            product_kind=found.product_kind,
            revision=submitted.revision,
        ),
    )
    await audit.record(tx, "application.submitted", f"application:{found.id}", revision=submitted.revision)
    return await shown(tx, vault, submitted)


async def _require_complete(tx: Tx, vault: Vault, found: Application, chosen: ProductOut) -> None:
    told = await details.read(tx, vault, found)
    attached = frozenset(each.kind for each in await store.attachments(tx, found.id))
    lacking = dict.fromkeys(missing(found, chosen, told, attached), "it is missing")
    wrong = misfits(found, chosen, told, await business_date.current(tx))
    if lacking or wrong:
        raise ApplicationIncomplete(fields=lacking | wrong)


async def _require_party(tx: Tx, vault: Vault, found: Application, chosen: ProductOut) -> None:
    party = await onboarding.facts(tx, vault, found.user_id, found.business_id)
    if not party.passed:
        raise KycNotPassed
    person = party if found.business_id is None else await onboarding.facts(tx, vault, found.user_id)
    problem = ineligible(
        chosen,
        await business_date.current(tx),
        country=party.country,
        born_on=person.birth_date,
        registered_on=party.registered_on if found.business_id is not None else None,
    )
    if problem:
        raise NotEligible(problem=problem)
