"""Lets a provider's answer take effect, once, whenever and however often it comes."""

from msgspec.structs import replace

from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import store
from backend.onboarding.advance import return_to_applicant, take_step
from backend.onboarding.domain.cases import CaseStep
from backend.onboarding.domain.verdicts import Outcome, clean_reasons, step_for, tasks_for
from backend.onboarding.ports import ProviderResult, ProviderState
from backend.onboarding.records import CaseRecord, CheckRecord, CheckState
from shared.api.onboarding import CaseState


async def apply_result(tx: Tx, vault: Vault, result: ProviderResult) -> None:
    """Notes the answer on its round, and moves the case if it still waits for that round.

    Idempotent; an answer that comes out of order, twice, for an earlier attempt or for no round of ours moves nothing.
    """
    known = await store.check(tx, result.reference)
    if known is None:
        return
    record = await store.lock_case(tx, known.case_id)
    check = await store.check(tx, result.reference)
    assert record is not None, "a round belongs to a case"
    assert check is not None, "rounds are never deleted"
    if check.state is CheckState.DECIDED:
        return
    check = await _note(tx, check, result)
    if check.attempt != record.attempt:
        return
    if record.state is CaseState.SUBMITTED:
        record = await take_step(tx, vault, record, CaseStep.SEND)
    if check.outcome is not None and record.state is CaseState.IN_REVIEW:
        await _decide(tx, vault, record, check, check.outcome)


async def _note(tx: Tx, check: CheckRecord, result: ProviderResult) -> CheckRecord:
    if result.state is ProviderState.DECIDED:
        assert result.outcome is not None, "a decision has an outcome"
        noted = replace(
            check,
            state=CheckState.DECIDED,
            outcome=result.outcome,
            reasons=clean_reasons(result.reasons),
            decided_at=tx.now,
        )
    elif result.state is ProviderState.IN_PROGRESS:
        noted = replace(check, state=CheckState.IN_PROGRESS)
    elif check.state is CheckState.CREATED:
        noted = replace(check, state=CheckState.SENT)
    else:
        return check
    await store.save_check(tx, noted)
    return noted


async def _decide(tx: Tx, vault: Vault, record: CaseRecord, check: CheckRecord, outcome: Outcome) -> None:
    step = step_for(outcome, check.concerns)
    if step is CaseStep.ASK:
        await return_to_applicant(tx, vault, record, step, tasks_for(record.kind, check.reasons))
        return
    reasons = {CaseStep.FAIL: check.reasons, CaseStep.REFER: check.concerns}.get(step, ())
    await take_step(tx, vault, record, step, reasons=reasons)
