"""A compliance officer's decisions on cases; nobody decides their own."""

from collections.abc import Sequence
from uuid import UUID

from backend import identity
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import store
from backend.onboarding.advance import return_to_applicant, take_step
from backend.onboarding.domain.cases import CaseStep
from backend.onboarding.errors import CaseNotFound, OwnCase
from backend.onboarding.records import CaseRecord
from shared.api.onboarding import OfficerNoteIn, RejectIn, ReturnIn


async def approve_case(tx: Tx, vault: Vault, case_id: UUID, body: OfficerNoteIn) -> CaseRecord:
    """Passes a referred case. Raises CaseNotFound, OwnCase, IllegalCaseStep."""
    return await _decide(tx, vault, case_id, CaseStep.APPROVE, note=body.note)


async def reject_case(tx: Tx, vault: Vault, case_id: UUID, body: RejectIn) -> CaseRecord:
    """Fails a referred case, with reasons for the applicant. Raises CaseNotFound, OwnCase, IllegalCaseStep."""
    return await _decide(tx, vault, case_id, CaseStep.REJECT, reasons=body.reasons, note=body.note)


async def reopen_case(tx: Tx, vault: Vault, case_id: UUID, body: OfficerNoteIn) -> CaseRecord:
    """Takes a decided case up again. Raises CaseNotFound, OwnCase, IllegalCaseStep."""
    return await _decide(tx, vault, case_id, CaseStep.REOPEN, note=body.note)


async def return_case(tx: Tx, vault: Vault, case_id: UUID, body: ReturnIn) -> CaseRecord:
    """Gives a referred case back with what must be done again.

    Raises CaseNotFound, OwnCase, IllegalCaseStep, UnknownCaseTask.
    """
    record = await _not_own(tx, case_id)
    return await return_to_applicant(tx, vault, record, CaseStep.RETURN, body.tasks, note=body.note)


async def _decide(
    tx: Tx, vault: Vault, case_id: UUID, step: CaseStep, *, reasons: Sequence[str] = (), note: str
) -> CaseRecord:
    return await take_step(tx, vault, await _not_own(tx, case_id), step, reasons=reasons, note=note)


async def _not_own(tx: Tx, case_id: UUID) -> CaseRecord:
    record = await store.lock_case(tx, case_id)
    if record is None:
        raise CaseNotFound
    if record.user_id == identity.caller(tx).user_id:
        raise OwnCase
    return record
