"""The one way a case moves: saved, noted in its history and the audit log, and published where others must know."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from backend.kernel import audit, business_date, outbox
from backend.kernel.crypto import DataErased, Field
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.domain.cases import Case, CaseStep, move, send_back
from backend.onboarding.domain.findings import expiry_of, read_zone
from backend.onboarding.domain.verdicts import good_until
from backend.onboarding.records import CaseRecord, StepRecord
from shared.api.onboarding import CaseState, IdentityDocumentIn, KycTask
from shared.events.onboarding import KycFailed, KycNeedsAction, KycPassed

NOTE: Final = Field("kyc_step", "note")
_TOLD: Final[Mapping[CaseState, type[KycNeedsAction] | type[KycFailed]]] = {
    CaseState.NEEDS_ACTION: KycNeedsAction,
    CaseState.FAILED: KycFailed,
}
_DECIDED: Final = frozenset({CaseState.PASSED, CaseState.FAILED})


async def take_step(
    tx: Tx, vault: Vault, record: CaseRecord, step: CaseStep, *, reasons: Sequence[str] = (), note: str | None = None
) -> CaseRecord:
    """Moves a locked case along its table. Raises IllegalCaseStep."""
    return await keep_step(tx, vault, record, move(record.rules, record.case, step), step, reasons=reasons, note=note)


async def return_to_applicant(
    tx: Tx, vault: Vault, record: CaseRecord, step: CaseStep, tasks: Mapping[str, str], *, note: str | None = None
) -> CaseRecord:
    """Gives a locked case back with a reason for each task. Raises IllegalCaseStep, ReasonsMissing, UnknownCaseTask."""
    moved = send_back(record.rules, record.case, step, tasks)
    return await keep_step(tx, vault, record, moved, step, reasons=tuple(tasks.values()), note=note)


async def keep_step(
    tx: Tx,
    vault: Vault,
    before: CaseRecord,
    moved: Case,
    step: CaseStep,
    *,
    reasons: Sequence[str] = (),
    note: str | None = None,
) -> CaseRecord:
    """Saves what the rules made of a locked case, and tells whoever must know."""
    after = replace(before.with_case(moved, tx.now), reasons=_reasons_after(before, moved.state, reasons))
    if step is CaseStep.SUBMIT:
        after = replace(after, submitted_at=tx.now, decided_at=None, expires_on=None)
    if moved.state in _DECIDED:
        after = replace(after, decided_at=tx.now)
    if moved.state is CaseState.PASSED:
        after = replace(after, expires_on=await _good_until(tx, vault, after))
    await store.save_case(tx, after)
    await _note_step(tx, vault, before, after, step=step, reasons=reasons, note=note)
    await audit.record(
        tx, f"onboarding.case_{step.value}", f"kyc_case:{after.id}", state=after.state, reasons=list(reasons)
    )
    await _publish(tx, before, after)
    return after


def _reasons_after(before: CaseRecord, state: CaseState, reasons: Sequence[str]) -> tuple[str, ...]:
    """What the applicant is told: reasons of a refusal stay until the case moves on; a referral tells nothing."""
    if state in {CaseState.NEEDS_ACTION, CaseState.FAILED}:
        return tuple(reasons)
    return before.reasons if state is CaseState.EXPIRED else ()


async def _good_until(tx: Tx, vault: Vault, record: CaseRecord) -> date:
    on = await business_date.current(tx)
    try:
        document = (await details.read(tx, vault, record)).for_task(KycTask.DOCUMENT, IdentityDocumentIn)
    except DataErased:
        document = None
    return good_until(record.kind, on, expiry_of(document, read_zone(document, on)) if document else None)


async def _note_step(
    tx: Tx,
    vault: Vault,
    before: CaseRecord,
    after: CaseRecord,
    *,
    step: CaseStep,
    reasons: Sequence[str],
    note: str | None,
) -> None:
    row = {"row_id": after.id, "user_id": after.user_id}
    taken = StepRecord(
        case_id=after.id,
        number=await store.next_step_number(tx, after.id),
        step=step,
        from_state=before.state,
        to_state=after.state,
        reasons=tuple(reasons),
        actor=tx.scope.actor,
        at=tx.now,
        note_sealed=await details.seal_text(tx, vault, NOTE, note, **row) if note else None,
    )
    await store.add_step(tx, taken)


async def _publish(tx: Tx, before: CaseRecord, after: CaseRecord) -> None:
    if before.state is after.state:
        return
    case_id, kind, user_id, business_id = after.id, after.kind, after.user_id, after.business_id
    if after.state is CaseState.PASSED:
        await outbox.add(tx, KycPassed(case_id=case_id, kind=kind, user_id=user_id, business_id=business_id))
    elif after.state in _TOLD:
        told, reasons = _TOLD[after.state], list(after.reasons)
        await outbox.add(
            tx, told(case_id=case_id, kind=kind, user_id=user_id, business_id=business_id, reasons=reasons)
        )
