"""Decisions and referrals as they are shown: to applicants in plain words, to the staff with everything."""

from uuid import UUID

import msgspec

from backend import applications
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.domain.decision import Decision, DecisionInputs
from backend.underwriting.errors import DecisionNotFound, ReferralNotFound
from backend.underwriting.records import DECISION_NOTE, VERDICT_NOTE, DecisionRecord, Referral
from backend.underwriting.sealing import unseal
from backend.underwriting.usecases.replay_decision import opened
from backend.underwriting.views import decision_out, referral_out, trace_out
from shared.api.underwriting import DecisionOut, DecisionTraceOut, ReferralOut, ReferralState
from shared.i18n.localizer import Localizer
from shared.paging import Page


async def read_decision(tx: ReadTx, application_id: UUID, words: Localizer) -> DecisionOut:
    """The latest decision on an application that the caller may see. Raises ApplicationNotFound, DecisionNotFound."""
    await applications.own_application(tx, application_id)
    found = await store.decisions_of(tx, application_id)
    if not found:
        raise DecisionNotFound
    return decision_out(found[0], words)


async def list_decisions(tx: ReadTx, application_id: UUID, words: Localizer) -> list[DecisionOut]:
    """Every decision on an application, the newest first. Raises ApplicationNotFound."""
    await applications.own_application(tx, application_id)
    return [decision_out(each, words) for each in await store.decisions_of(tx, application_id)]


async def read_trace(tx: ReadTx, vault: Vault, decision_id: UUID, words: Localizer) -> DecisionTraceOut:
    """One decision with all that went into it. Raises DecisionNotFound, DataErased."""
    record = await store.decision(tx, decision_id)
    if record is None:
        raise DecisionNotFound
    source = record
    if record.follows_id is not None:
        followed = await store.decision(tx, record.follows_id)
        assert followed is not None, "a person's decision follows an engine's"
        source = followed
    inputs, answer = await opened(tx, vault, source)
    return trace_out(
        record,
        msgspec.json.decode(inputs, type=DecisionInputs),
        msgspec.json.decode(answer, type=Decision),
        words,
        note=await _note(tx, vault, record),
    )


async def read_referral(tx: ReadTx, vault: Vault, referral_id: UUID, words: Localizer) -> ReferralOut:
    """One referral. Raises ReferralNotFound, DataErased."""
    found = await store.referral_by_id(tx, referral_id)
    if found is None:
        raise ReferralNotFound
    return await shown_referral(tx, vault, found, words)


async def list_referrals(
    tx: ReadTx, vault: Vault, words: Localizer, *, state: ReferralState | None, cursor: UUID | None, limit: int
) -> Page[ReferralOut]:
    """One page of referrals, the longest waiting first."""
    found = await store.referrals(tx, state=state, after=cursor, limit=limit + 1)
    items = [await shown_referral(tx, vault, each, words) for each in found[:limit]]
    return Page(items=items, next_cursor=str(items[-1].id) if len(found) > limit else None)


async def shown_referral(tx: ReadTx, vault: Vault, found: Referral, words: Localizer) -> ReferralOut:
    """A referral with the reasons for it, and what officers said."""
    decision = await store.decision(tx, found.decision_id)
    assert decision is not None, "a referral has a decision"
    note = None
    if found.sealed_note is not None:
        row = {"row_id": found.id, "user_id": found.user_id}
        note = (await unseal(tx, vault, VERDICT_NOTE, found.sealed_note, **row)).decode()
    return referral_out(found, decision, words, note)


async def _note(tx: ReadTx, vault: Vault, record: DecisionRecord) -> str | None:
    if record.sealed_note is None:
        return None
    row = {"row_id": record.id, "user_id": record.user_id}
    return (await unseal(tx, vault, DECISION_NOTE, record.sealed_note, **row)).decode()
