"""Lets people decide what the engine would not: with a reason, never for themselves, twice where much is at stake."""

from uuid import UUID

import msgspec

from backend import applications, identity
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.domain.reasons import REASONS
from backend.underwriting.errors import (
    DecisionNotFound,
    OwnApplication,
    ReferralNotFound,
    ReferralNotWaiting,
    SameOfficer,
    VerdictInvalid,
)
from backend.underwriting.records import DECISION_NOTE, VERDICT_NOTE, DecisionRecord, Referral
from backend.underwriting.sealing import seal, unseal
from backend.underwriting.usecases.decide_application import publish
from shared.api.underwriting import PersonOutcome, ReferralState, ReferralVerdictIn
from shared.events.underwriting import DecisionOutcome
from shared.ids import new_id


async def give_verdict(tx: Tx, vault: Vault, referral_id: UUID, body: ReferralVerdictIn) -> Referral:
    """An officer's decision. It counts at once, or once a second officer confirms it where the limit asks for one.

    Raises ReferralNotFound, ReferralNotWaiting, VerdictInvalid, OwnApplication, and ApplicationLocked when the
    application was withdrawn meanwhile.
    """
    found = await _lock(tx, referral_id, ReferralState.OPEN)
    await _require_stranger(tx, found)
    _check(found, body)
    limit = body.limit_minor or 0
    second = found.second_above_minor is not None and limit > found.second_above_minor
    row = {"row_id": found.id, "user_id": found.user_id}
    said = msgspec.structs.replace(
        found,
        state=ReferralState.AWAITING_SECOND,
        verdict_by=tx.scope.actor,
        verdict_at=tx.now,
        verdict_outcome=body.outcome,
        verdict_limit_minor=body.limit_minor,
        verdict_reasons=tuple(dict.fromkeys(body.reasons)),
        sealed_note=await seal(tx, vault, VERDICT_NOTE, body.note.encode(), **row),
        confirmed_by=None,
    )
    await _audit(tx, "referral.verdict_given", said)
    if not second:
        return await _conclude(tx, vault, said, body.note)
    await applications.hold_open(tx, said.application_id)
    await store.save_referral(tx, said)
    return said


async def confirm_verdict(tx: Tx, vault: Vault, referral_id: UUID, note: str) -> Referral:
    """A second officer agrees, and the decision counts.

    Raises ReferralNotFound, ReferralNotWaiting, SameOfficer, OwnApplication, ApplicationLocked.
    """
    found = await _lock_second(tx, referral_id)
    assert found.sealed_note is not None, "a verdict has a note"
    row = {"row_id": found.id, "user_id": found.user_id}
    first = (await unseal(tx, vault, VERDICT_NOTE, found.sealed_note, **row)).decode()
    confirmed = msgspec.structs.replace(found, confirmed_by=tx.scope.actor)
    await _audit(tx, "referral.verdict_confirmed", confirmed)
    return await _conclude(tx, vault, confirmed, f"{first}\n\n{note}")


async def return_verdict(tx: Tx, referral_id: UUID) -> Referral:
    """A second officer disagrees, and the referral is open again.

    Raises ReferralNotFound, ReferralNotWaiting, SameOfficer, OwnApplication.
    """
    found = await _lock_second(tx, referral_id)
    await _audit(tx, "referral.verdict_returned", found)
    reopened = msgspec.structs.replace(
        found,
        state=ReferralState.OPEN,
        verdict_by=None,
        verdict_at=None,
        verdict_outcome=None,
        verdict_limit_minor=None,
        verdict_reasons=None,
        sealed_note=None,
    )
    await store.save_referral(tx, reopened)
    return reopened


async def _lock(tx: Tx, referral_id: UUID, state: ReferralState) -> Referral:
    found = await store.lock_referral(tx, referral_id)
    if found is None:
        raise ReferralNotFound
    if found.state is not state:
        raise ReferralNotWaiting(state=found.state.replace("_", " "))
    return found


async def _lock_second(tx: Tx, referral_id: UUID) -> Referral:
    found = await _lock(tx, referral_id, ReferralState.AWAITING_SECOND)
    await _require_stranger(tx, found)
    if found.verdict_by == tx.scope.actor:
        raise SameOfficer
    return found


async def _require_stranger(tx: ReadTx, found: Referral) -> None:
    if identity.caller(tx).user_id == found.user_id or found.business_id in await identity.businesses_of_caller(tx):
        raise OwnApplication


def _check(found: Referral, body: ReferralVerdictIn) -> None:
    wrong: dict[str, str] = {}
    if body.outcome is PersonOutcome.APPROVE:
        if body.limit_minor is None:
            wrong["limit_minor"] = "an approval says how much may be lent"
        elif body.limit_minor > found.requested_minor:
            wrong["limit_minor"] = "nobody is lent more than they asked for"
    else:
        if body.limit_minor is not None:
            wrong["limit_minor"] = "only an approval has a limit"
        if not body.reasons:
            wrong["reasons"] = "the applicant is told why"
    unknown = [code for code in body.reasons if code not in REASONS]
    if unknown:
        wrong["reasons"] = f"{', '.join(unknown)}: no such reason code"
    if wrong:
        raise VerdictInvalid(fields=wrong)


async def _conclude(tx: Tx, vault: Vault, said: Referral, note: str) -> Referral:
    """Makes the officers' word the decision."""
    await applications.hold_open(tx, said.application_id)
    before = await store.decision(tx, said.decision_id)
    if before is None:
        raise DecisionNotFound
    decided = msgspec.structs.replace(said, state=ReferralState.DECIDED, decided_at=tx.now)
    await store.save_referral(tx, decided)
    record = await _record(tx, vault, decided, before, note)
    await store.add_decision(tx, record)
    await publish(tx, record)
    return decided


async def _record(tx: Tx, vault: Vault, decided: Referral, before: DecisionRecord, note: str) -> DecisionRecord:
    decision_id = new_id()
    assert decided.verdict_outcome is not None, "a concluded referral has a verdict"
    return msgspec.structs.replace(
        before,
        id=decision_id,
        by_person=True,
        made_by=decided.verdict_by or tx.scope.actor,
        made_at=tx.now,
        outcome=DecisionOutcome(decided.verdict_outcome.value),
        limit_minor=decided.verdict_limit_minor or 0,
        reasons=decided.verdict_reasons or (),
        sealed_inputs=None,
        sealed_answer=None,
        follows_id=before.id,
        sealed_note=await seal(tx, vault, DECISION_NOTE, note.encode(), row_id=decision_id, user_id=decided.user_id),
    )


async def _audit(tx: Tx, action: str, said: Referral) -> None:
    await audit.record(
        tx,
        action,
        f"referral:{said.id}",
        application=said.application_id,
        verdict_by=said.verdict_by,
        outcome=said.verdict_outcome,
        limit_minor=said.verdict_limit_minor,
        reasons=said.verdict_reasons or (),
    )
