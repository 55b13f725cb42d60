"""Follows one round with the provider to its answer: hands it over, asks for it, and in the end gives it to a person.

A time-out tells nothing, so the provider is asked by our reference before anything is sent again.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.kernel import blobs, jobs
from backend.kernel.crypto import DataErased
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.advance import take_step
from backend.onboarding.domain.cases import CaseStep
from backend.onboarding.domain.verdicts import Concern
from backend.onboarding.errors import ProviderSilent
from backend.onboarding.ports import Evidence, ProviderResult, ProviderState, VerificationProvider, VerificationRequest
from backend.onboarding.records import CheckRecord, CheckState
from backend.onboarding.requests import file_ids, request_for
from backend.onboarding.usecases.apply_result import apply_result
from shared.api.onboarding import CaseState

FOLLOW_CHECK: Final = "onboarding.follow_check"
# When the provider is asked again, after each time without a final answer. The webhook usually comes long before.
_PAUSES: Final = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 1_800, 7_200, 21_600, 43_200))
_WAITING: Final = frozenset({CaseState.SUBMITTED, CaseState.IN_REVIEW})


class FollowCheck(Struct, frozen=True, kw_only=True):
    """Which round to follow."""

    check_id: UUID


async def follow_check(
    context: JobContext, vault: Vault, provider: VerificationProvider, callback_url: str, order: FollowCheck
) -> None:
    """Does what the round needs next, and comes back later while there is no final answer. Safe to run again."""
    async with context.read() as tx:
        check = await store.check(tx, order.check_id)
    if check is None or check.state is CheckState.DECIDED:
        return
    try:
        # Only the first time is there nothing to ask for.
        result = await provider.find(check.id) if check.asked else None
        if result is None:
            async with context.read() as tx:
                request = await _request(tx, vault, check, callback_url)
            if request is not None:
                await provider.start(request)
                result = ProviderResult(reference=check.id, state=ProviderState.PENDING)
    except ProviderSilent:
        result = None
    async with context.write() as tx:
        if result is not None:
            await apply_result(tx, vault, result)
        await _arrange_next(tx, vault, check)


async def _arrange_next(tx: Tx, vault: Vault, seen: CheckRecord) -> None:
    """Comes back later for a round without an answer; refers the case once that was tried long enough."""
    record = await store.lock_case(tx, seen.case_id)
    check = await store.check(tx, seen.id)
    assert record is not None, "cases are never deleted"
    assert check is not None, "rounds are never deleted"
    waiting = check.state is not CheckState.DECIDED and record.state in _WAITING and check.attempt == record.attempt
    if not waiting or check.asked != seen.asked:
        return
    if check.asked >= len(_PAUSES):
        await store.save_check(tx, replace(check, concerns=(*check.concerns, Concern.PROVIDER_SILENT)))
        await take_step(tx, vault, record, CaseStep.REFER, reasons=[Concern.PROVIDER_SILENT])
        return
    pause, asked = _PAUSES[check.asked], check.asked + 1
    await store.save_check(tx, replace(check, asked=asked))
    again = FollowCheck(check_id=check.id)
    await jobs.enqueue(tx, FOLLOW_CHECK, again, after=pause, dedupe_key=f"kyc_check:{check.id}:{asked}")


async def _request(tx: ReadTx, vault: Vault, check: CheckRecord, callback_url: str) -> VerificationRequest | None:
    """What to ask, or None when the case no longer waits for this round, or the person was erased meanwhile."""
    record = await store.case(tx, check.case_id)
    if record is None or record.attempt != check.attempt or record.state not in _WAITING:
        return None
    try:
        given = await details.read(tx, vault, record)
    except DataErased:
        return None
    evidence = []
    for file in await store.documents(tx, file_ids(given)):
        blob = await blobs.get(tx, vault, file.blob_id)
        evidence.append(
            Evidence(purpose=file.purpose, media_type=file.media_type, sha256=blob.sha256, content=blob.content)
        )
    return request_for(record, check.id, callback_url, given, tuple(evidence))
