"""Records as the API shows them."""

import msgspec

from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.onboarding import details, party, store
from backend.onboarding.advance import NOTE
from backend.onboarding.domain.cases import CaseStep
from backend.onboarding.domain.mrz import Mrz
from backend.onboarding.domain.verdicts import message_for
from backend.onboarding.records import AccountRecord, CaseRecord, CheckRecord, DocumentRecord, StepRecord
from shared.api.bank_accounts import BankAccountOut
from shared.api.onboarding import CaseOut, CaseReviewOut, CaseStepOut, CheckOut, DocumentOut, MrzOut, TaskOut

_APPLICANT_STEPS = frozenset({CaseStep.SUBMIT, CaseStep.WITHDRAW, CaseStep.RENEW})
_OFFICER_STEPS = frozenset({CaseStep.APPROVE, CaseStep.REJECT, CaseStep.RETURN, CaseStep.REOPEN})


def case_out(record: CaseRecord) -> CaseOut:
    """A case for its applicant: nothing of our own concerns."""
    allowed = set(record.rules.allowed(record.state)) & _APPLICANT_STEPS
    if record.case.outstanding:
        allowed.discard(CaseStep.SUBMIT)
    return CaseOut(
        id=record.id,
        kind=record.kind,
        user_id=record.user_id,
        business_id=record.business_id,
        state=record.state,
        tasks=[
            TaskOut(
                name=task.name,
                state=task.state,
                reason=task.reason,
                message=message_for(task.reason) if task.reason else None,
            )
            for task in record.tasks
        ],
        outstanding=list(record.case.outstanding),
        steps=[step for step in CaseStep if step in allowed],
        reasons=list(record.reasons),
        attempt=record.attempt,
        created_at=record.created_at,
        updated_at=record.updated_at,
        submitted_at=record.submitted_at,
        decided_at=record.decided_at,
        expires_on=record.expires_on,
    )


async def review_out(tx: ReadTx, vault: Vault, record: CaseRecord) -> CaseReviewOut:
    """A case for a compliance officer. Raises DataErased."""
    given = await details.read(tx, vault, record)
    allowed = set(record.rules.allowed(record.state)) & _OFFICER_STEPS
    return CaseReviewOut(
        case=case_out(record),
        details={task: msgspec.to_builtins(body) for task, body in sorted(given.items())},
        checks=[_check_out(check) for check in await store.checks(tx, record.id)],
        history=[await _step_out(tx, vault, record, step) for step in await store.steps(tx, record.id)],
        officer_steps=[step for step in CaseStep if step in allowed],
    )


def _check_out(check: CheckRecord) -> CheckOut:
    return CheckOut(
        id=check.id,
        attempt=check.attempt,
        state=check.state,
        outcome=check.outcome,
        reasons=list(check.reasons),
        concerns=list(check.concerns),
        created_at=check.created_at,
        decided_at=check.decided_at,
    )


async def _step_out(tx: ReadTx, vault: Vault, record: CaseRecord, step: StepRecord) -> CaseStepOut:
    note = None
    if step.note_sealed is not None:
        note = await details.open_text(tx, vault, NOTE, step.note_sealed, row_id=record.id, user_id=record.user_id)
    return CaseStepOut(
        at=step.at,
        actor=step.actor,
        step=step.step,
        from_state=step.from_state,
        to_state=step.to_state,
        reasons=list(step.reasons),
        note=note,
    )


def document_out(record: DocumentRecord) -> DocumentOut:
    """An uploaded file, without its content."""
    return DocumentOut(
        id=record.id,
        purpose=record.purpose,
        media_type=record.media_type,
        size=record.size,
        sha256=record.sha256.hex(),
        created_at=record.created_at,
        width=record.width,
        height=record.height,
    )


async def account_out(tx: ReadTx, vault: Vault, record: AccountRecord) -> BankAccountOut:
    """An account with its number masked. Raises DataErased."""
    account = await party.opened_account(tx, vault, record)
    return BankAccountOut(
        id=record.id,
        scheme=record.scheme,
        country=record.country,
        bank_code=record.bank_code,
        number_masked=f"•••• {account.number[-4:]}",
        holder_name=account.holder_name,
        currency=record.currency,
        ownership=record.ownership,
        created_at=record.created_at,
        business_id=record.business_id,
    )


def mrz_out(zone: Mrz, *, expired: bool) -> MrzOut:
    """A machine-readable zone as it was read."""
    return MrzOut(
        format=zone.format,
        valid=zone.valid,
        failed=list(zone.failed),
        expired=expired,
        document_code=zone.document_code,
        document_number=zone.document_number,
        issuing_state=zone.issuing_state,
        nationality=zone.nationality,
        surname=zone.surname,
        given_names=zone.given_names,
        birth_date=zone.birth_date,
        sex=zone.sex,
        expires_on=zone.expires_on,
    )
