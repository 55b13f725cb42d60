"""Decides on a submitted application and keeps everything that the decision was made of."""

import msgspec
from msgspec import Struct

from backend import applications
from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.domain.decision import Decision, DecisionInputs, canonical, decide
from backend.underwriting.records import ANSWER, INPUTS, DecisionRecord, Policy, Referral
from backend.underwriting.sealing import seal
from backend.underwriting.usecases.gather_inputs import gather_inputs
from backend.underwriting.usecases.keep_policies import deciding_policy
from shared.api.applications import ApplicationStatus
from shared.api.underwriting import ReferralState
from shared.events.applications import ApplicationSubmitted
from shared.events.underwriting import DecisionMade, DecisionOutcome
from shared.ids import new_id
from shared.money import Money

MAKER = "system:underwriting"


async def decide_application(tx: Tx, vault: Vault, event: ApplicationSubmitted) -> None:
    """Decides on one submission and publishes the decision; a referral waits for a person from then on.

    Does nothing for an application that is no longer waiting on this submission, or that was decided already.
    """
    asked = await applications.application(tx, event.application_id)
    if asked.status is not ApplicationStatus.SUBMITTED or asked.revision != event.revision:
        return
    if await store.engine_decision(tx, asked.id, asked.revision) is not None:
        return
    await store.close_referrals(tx, asked.id)
    policy = await deciding_policy(tx, asked.product_kind)
    inputs = await gather_inputs(tx, vault, asked, policy)
    made = _Made(asked=asked, policy=policy, inputs=inputs, decision=decide(inputs))
    record = await _record(tx, vault, made)
    await store.add_decision(tx, record)
    if record.outcome is DecisionOutcome.REFER:
        await store.add_referral(tx, _referral(tx, made, record))
    await publish(tx, record)


async def publish(tx: Tx, record: DecisionRecord) -> None:
    """Tells the platform and the audit log about a stored decision."""
    limit = Money.of(record.limit_minor, record.currency) if record.outcome is DecisionOutcome.APPROVE else None
    await outbox.add(
        tx,
        DecisionMade(
            application_id=record.application_id,
            decision_id=record.id,
            outcome=record.outcome,
            limit=limit,
            reasons=list(record.reasons),
            score_band=record.score_band,
            revision=record.revision,
            user_id=record.user_id,
        ),
    )
    await audit.record(
        tx,
        "decision.made",
        f"application:{record.application_id}",
        decision=record.id,
        outcome=record.outcome,
        by_person=record.by_person,
        policy=record.policy_id,
        inputs_sha256=record.inputs_sha256,
    )


class _Made(Struct, frozen=True, kw_only=True):
    asked: applications.Application
    policy: Policy
    inputs: DecisionInputs
    decision: Decision


async def _record(tx: Tx, vault: Vault, made: _Made) -> DecisionRecord:
    asked, policy, inputs, decision = made.asked, made.policy, made.inputs, made.decision
    decision_id = new_id()
    row = {"row_id": decision_id, "user_id": asked.user_id}
    return DecisionRecord(
        id=decision_id,
        application_id=asked.id,
        revision=asked.revision,
        user_id=asked.user_id,
        business_id=asked.business_id,
        by_person=False,
        made_by=MAKER,
        made_at=tx.now,
        outcome=decision.outcome,
        limit_minor=decision.limit_minor,
        currency=asked.currency,
        reasons=decision.reasons,
        score=decision.score,
        score_band=decision.trace.score.band if decision.trace.score else "",
        policy_id=policy.id,
        policy_version=policy.version,
        engine=inputs.engine,
        inputs_sha256=decision.inputs_sha256,
        sealed_inputs=await seal(tx, vault, INPUTS, canonical(inputs), **row),
        sealed_answer=await seal(tx, vault, ANSWER, msgspec.json.encode(decision), **row),
    )


def _referral(tx: Tx, made: _Made, record: DecisionRecord) -> Referral:
    asked, policy, inputs, decision = made.asked, made.policy, made.inputs, made.decision
    share = policy.rule_set.four_eyes_above_bps
    return Referral(
        id=new_id(),
        application_id=asked.id,
        decision_id=record.id,
        user_id=asked.user_id,
        business_id=asked.business_id,
        state=ReferralState.OPEN,
        currency=asked.currency,
        requested_minor=inputs.request.amount_minor,
        possible_limit_minor=decision.trace.possible_limit_minor,
        second_above_minor=None if share is None else inputs.request.maximum_minor * share // 10_000,
        opened_at=tx.now,
    )
