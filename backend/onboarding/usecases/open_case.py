"""Opens the case of a person or of a business, or finds the one that there is."""

from uuid import UUID

from backend import identity
from backend.kernel import audit
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.access import SPEAKS
from backend.onboarding.domain.cases import open_case as fresh_case
from backend.onboarding.domain.verdicts import RULES
from backend.onboarding.records import CaseRecord
from shared.events.onboarding import PartyKind
from shared.ids import new_id


async def open_person_case(tx: Tx, vault: Vault) -> CaseRecord:
    """The caller's own case; opened if there is none, or only withdrawn ones. Idempotent."""
    return await _open(tx, vault, PartyKind.PERSON, identity.caller(tx).user_id, None)


async def open_business_case(tx: Tx, vault: Vault, business_id: UUID) -> CaseRecord:
    """The case of a business that the caller owns; opened if there is none. Idempotent. Raises NotFound."""
    await identity.require_member(tx, business_id, SPEAKS)
    return await _open(tx, vault, PartyKind.BUSINESS, identity.caller(tx).user_id, business_id)


async def _open(tx: Tx, vault: Vault, kind: PartyKind, user_id: UUID, business_id: UUID | None) -> CaseRecord:
    party_id = business_id or user_id
    if known := await store.case_of(tx, kind, party_id):
        return known
    case = fresh_case(RULES[kind])
    record = CaseRecord(
        id=new_id(),
        kind=kind,
        user_id=user_id,
        business_id=business_id,
        state=case.state,
        tasks=case.tasks,
        attempt=case.attempt,
        reasons=(),
        created_at=tx.now,
        updated_at=tx.now,
    )
    if not await store.open_case(tx, record):
        # Somebody opened it at the same moment, and has committed: a case that can't be opened twice is there.
        known = await store.case_of(tx, kind, party_id)
        assert known is not None, "only the party's own case can stand in the way"
        return known
    await details.provide_key(tx, vault, user_id)
    await audit.record(tx, "onboarding.case_opened", f"kyc_case:{record.id}", kind=kind)
    return record
