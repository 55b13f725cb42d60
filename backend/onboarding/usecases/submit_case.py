"""Hands a complete case in, takes it back, or opens an expired one again."""

from uuid import UUID

from backend.kernel import jobs
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.access import own_case
from backend.onboarding.advance import keep_step, take_step
from backend.onboarding.domain.cases import CaseStep, renew, submit
from backend.onboarding.domain.findings import contradictions, read_zone
from backend.onboarding.domain.verdicts import Concern
from backend.onboarding.records import CaseRecord, CheckRecord, CheckState
from backend.onboarding.usecases.follow_check import FOLLOW_CHECK, FollowCheck
from shared.api.onboarding import IdentityDetailsIn, IdentityDocumentIn, KybTask, KycTask, SelfieIn
from shared.events.onboarding import PartyKind
from shared.ids import new_id

_IN_USE = {
    "bvn": Concern.BVN_IN_USE,
    "nin": Concern.NIN_IN_USE,
    "document_number": Concern.DOCUMENT_NUMBER_IN_USE,
    "registration": Concern.REGISTRATION_IN_USE,
}
_IDENTIFYING = {
    PartyKind.PERSON: (KycTask.IDENTITY_DETAILS, KycTask.DOCUMENT),
    PartyKind.BUSINESS: (KybTask.REGISTRATION_DETAILS,),
}


async def submit_case(tx: Tx, vault: Vault, case_id: UUID) -> CaseRecord:
    """Submits the caller's case; the provider is asked once this is committed.

    Raises CaseNotFound, IllegalCaseStep, TasksOutstanding.
    """
    record = await own_case(tx, case_id)
    submitted = submit(record.rules, record.case)
    concerns = await _concerns(tx, vault, record)
    after = await keep_step(tx, vault, record, submitted, CaseStep.SUBMIT)
    check = CheckRecord(
        id=new_id(),
        case_id=after.id,
        attempt=after.attempt,
        state=CheckState.CREATED,
        created_at=tx.now,
        concerns=tuple(concerns),
    )
    await store.add_check(tx, check)
    await jobs.enqueue(tx, FOLLOW_CHECK, FollowCheck(check_id=check.id), dedupe_key=f"kyc_check:{check.id}:0")
    return after


async def withdraw_case(tx: Tx, vault: Vault, case_id: UUID) -> CaseRecord:
    """Takes the caller's case back while it is still in their hands. Raises CaseNotFound, IllegalCaseStep."""
    return await take_step(tx, vault, await own_case(tx, case_id), CaseStep.WITHDRAW)


async def renew_case(tx: Tx, vault: Vault, case_id: UUID) -> CaseRecord:
    """Opens an expired case again, for what went stale only. Raises CaseNotFound, IllegalCaseStep."""
    record = await own_case(tx, case_id)
    return await keep_step(tx, vault, record, renew(record.rules, record.case), CaseStep.RENEW)


async def _concerns(tx: Tx, vault: Vault, record: CaseRecord) -> list[Concern]:
    """What we find ourselves, before anybody is asked."""
    given = await details.read(tx, vault, record)
    found: list[Concern] = []
    person = given.for_task(KycTask.IDENTITY_DETAILS, IdentityDetailsIn)
    document = given.for_task(KycTask.DOCUMENT, IdentityDocumentIn)
    selfie = given.for_task(KycTask.SELFIE, SelfieIn)
    if person and document:
        found += contradictions(person, read_zone(document, tx.now.date()))
        files = [document.front_id, document.back_id, selfie.document_id if selfie else None]
        if await store.is_file_of_another(tx, [file_id for file_id in files if file_id], record.user_id):
            found.append(Concern.DOCUMENT_REUSED)
    for task in _IDENTIFYING[record.kind]:
        found += [_IN_USE[kind] for kind in sorted(await store.identifiers_elsewhere(tx, record, task))]
    return found
