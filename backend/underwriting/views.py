"""Decisions, traces and referrals as the API gives them."""

from backend.underwriting.domain.decision import Decision, DecisionInputs
from backend.underwriting.domain.reasons import REASONS
from backend.underwriting.records import DecisionRecord, Referral
from shared.api.underwriting import (
    CapOut,
    DecisionOut,
    DecisionTraceOut,
    FiredRuleOut,
    ReasonOut,
    ReferralOut,
    ScoredOut,
    VerdictOut,
)
from shared.events.underwriting import DecisionOutcome
from shared.i18n.localizer import Localizer
from shared.money import Money


def reasons_out(codes: tuple[str, ...], words: Localizer) -> list[ReasonOut]:
    """Reasons in the reader's language."""
    return [
        ReasonOut(code=code, text=words.say(REASONS[code].text), advice=words.say(REASONS[code].advice))
        for code in codes
    ]


def decision_out(record: DecisionRecord, words: Localizer) -> DecisionOut:
    """A decision as its applicant sees it."""
    approved = record.outcome is DecisionOutcome.APPROVE
    return DecisionOut(
        id=record.id,
        application_id=record.application_id,
        revision=record.revision,
        outcome=record.outcome,
        limit=Money.of(record.limit_minor, record.currency) if approved else None,
        reasons=reasons_out(record.reasons, words),
        by_person=record.by_person,
        decided_at=record.made_at,
    )


def trace_out(
    record: DecisionRecord, inputs: DecisionInputs, answer: Decision, words: Localizer, *, note: str | None
) -> DecisionTraceOut:
    """A decision as the staff see it. For a person's, inputs and answer are those of the engine's before it."""
    trace, features = answer.trace, inputs.features
    return DecisionTraceOut(
        decision=decision_out(record, words),
        policy_id=record.policy_id,
        policy_version=record.policy_version,
        engine=record.engine,
        as_of=inputs.as_of,
        inputs_sha256=record.inputs_sha256,
        basis=trace.basis,
        score=record.score,
        score_band=record.score_band,
        approve_from=trace.score.approve_from if trace.score else None,
        refer_from=trace.score.refer_from if trace.score else None,
        features={**dict.fromkeys(features.missing), **features.numbers, **features.flags},
        texts=features.texts,
        rules=[
            FiredRuleOut(rule_id=rule.rule_id, outcome=rule.outcome, reason=rule.reason, cap_minor=rule.cap_minor)
            for rule in trace.rules.fired
        ],
        undetermined=list(trace.rules.undetermined),
        characteristics=[
            ScoredOut(name=each.name, feature=each.feature, reason=each.reason, points=each.points, lost=each.lost)
            for each in (trace.score.characteristics if trace.score else ())
        ],
        caps=[CapOut(source=cap.source, reason=cap.reason, amount_minor=cap.amount_minor) for cap in trace.caps],
        unknown_caps=list(trace.unknown_caps),
        possible_limit_minor=trace.possible_limit_minor,
        made_by=record.made_by,
        note=note,
    )


def referral_out(found: Referral, decision: DecisionRecord, words: Localizer, note: str | None) -> ReferralOut:
    """A referral as officers see it."""
    second = found.second_above_minor
    return ReferralOut(
        id=found.id,
        application_id=found.application_id,
        decision_id=found.decision_id,
        state=found.state,
        requested=Money.of(found.requested_minor, found.currency),
        possible_limit=Money.of(found.possible_limit_minor, found.currency),
        reasons=reasons_out(decision.reasons, words),
        score=decision.score,
        score_band=decision.score_band,
        needs_second_above=None if second is None else Money.of(second, found.currency),
        opened_at=found.opened_at,
        verdict=_verdict_out(found, note),
        confirmed_by=found.confirmed_by,
        decided_at=found.decided_at,
    )


def _verdict_out(found: Referral, note: str | None) -> VerdictOut | None:
    if found.verdict_by is None or found.verdict_at is None or found.verdict_outcome is None:
        return None
    limit = found.verdict_limit_minor
    return VerdictOut(
        by=found.verdict_by,
        at=found.verdict_at,
        outcome=found.verdict_outcome,
        limit=None if limit is None else Money.of(limit, found.currency),
        reasons=list(found.verdict_reasons or ()),
        note=note,
    )
