"""The SQL of underwriting."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.underwriting.records import DecisionRecord, Policy, Referral, TrackRecord
from backend.underwriting.tables import borrower_loan, credit_decision, credit_policy, missed_repayment, referral
from shared.api.credit_policies import PolicyState
from shared.api.underwriting import ReferralState

_KEPT = (UUID, datetime, date, bytes)


def _values(record: msgspec.Struct) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(record, builtin_types=_KEPT)
    return values


async def lock_policies(tx: Tx, applies_to: str) -> int:
    """The newest version's number; nobody else adds to or activates these policies until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtext("credit_policy"), func.hashtext(f"{tx.tenant_id}:{applies_to}"))
    await tx.first(select(lock))
    mine = credit_policy.c.applies_to == applies_to
    return int(await tx.scalar(select(func.max(credit_policy.c.version)).where(mine)) or 0)


async def add_policy(tx: Tx, policy: Policy) -> None:
    """Stores a version."""
    await tx.execute(credit_policy.insert(), _values(policy))


async def policy(tx: ReadTx, policy_id: UUID) -> Policy | None:
    """One version."""
    return await _policy(tx, select(credit_policy).where(credit_policy.c.id == policy_id))


async def active_policy(tx: ReadTx, applies_to: str) -> Policy | None:
    """The version that decides now."""
    active = (credit_policy.c.applies_to == applies_to) & (credit_policy.c.state == PolicyState.ACTIVE)
    return await _policy(tx, select(credit_policy).where(active))


async def policies(tx: ReadTx) -> list[Policy]:
    """Every version, the newest first."""
    rows = await tx.all(select(credit_policy).order_by(credit_policy.c.id.desc()).limit(500))
    return [into(row, Policy) for row in rows]


async def activate(tx: Tx, chosen: Policy) -> None:
    """Lets a version decide from now on, in place of the one before."""
    mine = credit_policy.c.applies_to == chosen.applies_to
    before = update(credit_policy).where(mine, credit_policy.c.state == PolicyState.ACTIVE)
    await tx.execute(before.values(state=PolicyState.RETIRED.value))
    now = update(credit_policy).where(credit_policy.c.id == chosen.id)
    await tx.execute(now.values(state=PolicyState.ACTIVE.value, activated_by=tx.scope.actor, activated_at=tx.now))


async def _policy(tx: ReadTx, wanted: Select[Any]) -> Policy | None:
    row = await tx.first(wanted)
    return into(row, Policy) if row else None


async def add_decision(tx: Tx, decision: DecisionRecord) -> None:
    """Stores a decision, for ever."""
    await tx.execute(credit_decision.insert(), _values(decision))


async def decision(tx: ReadTx, decision_id: UUID) -> DecisionRecord | None:
    """One decision."""
    row = await tx.first(select(credit_decision).where(credit_decision.c.id == decision_id))
    return into(row, DecisionRecord) if row else None


async def decisions_of(tx: ReadTx, application_id: UUID) -> list[DecisionRecord]:
    """An application's decisions, the newest first."""
    mine = select(credit_decision).where(credit_decision.c.application_id == application_id)
    rows = await tx.all(mine.order_by(credit_decision.c.id.desc()).limit(100))
    return [into(row, DecisionRecord) for row in rows]


async def engine_decision(tx: ReadTx, application_id: UUID, revision: int) -> DecisionRecord | None:
    """What the engine decided on one submission."""
    mine = (credit_decision.c.application_id == application_id) & (credit_decision.c.revision == revision)
    row = await tx.first(select(credit_decision).where(mine, ~credit_decision.c.by_person))
    return into(row, DecisionRecord) if row else None


async def newest_engine_decisions(tx: ReadTx, limit: int) -> list[DecisionRecord]:
    """The engine's latest decisions."""
    wanted = select(credit_decision).where(~credit_decision.c.by_person)
    rows = await tx.all(wanted.order_by(credit_decision.c.id.desc()).limit(limit))
    return [into(row, DecisionRecord) for row in rows]


async def add_referral(tx: Tx, opened: Referral) -> None:
    """Puts an application before the officers."""
    await tx.execute(referral.insert(), _values(opened))


async def referral_by_id(tx: ReadTx, referral_id: UUID) -> Referral | None:
    """One referral."""
    row = await tx.first(select(referral).where(referral.c.id == referral_id))
    return into(row, Referral) if row else None


async def lock_referral(tx: Tx, referral_id: UUID) -> Referral | None:
    """One referral, held until the transaction ends."""
    row = await tx.first(select(referral).where(referral.c.id == referral_id).with_for_update())
    return into(row, Referral) if row else None


async def referrals(tx: ReadTx, *, state: ReferralState | None, after: UUID | None, limit: int) -> list[Referral]:
    """Referrals, the longest waiting first."""
    wanted = select(referral).order_by(referral.c.id).limit(limit)
    if state is not None:
        wanted = wanted.where(referral.c.state == state)
    if after is not None:
        wanted = wanted.where(referral.c.id > after)
    return [into(row, Referral) for row in await tx.all(wanted)]


async def save_referral(tx: Tx, changed: Referral) -> None:
    """Writes a locked referral back."""
    await tx.execute(update(referral).where(referral.c.id == changed.id).values(_values(changed)))


async def close_referrals(tx: Tx, application_id: UUID) -> int:
    """Takes an application's undecided referrals off the officers' list. Returns how many there were."""
    waiting = referral.c.state.in_([ReferralState.OPEN, ReferralState.AWAITING_SECOND])
    gone = update(referral).where(referral.c.application_id == application_id, waiting)
    return await tx.execute(gone.values(state=ReferralState.CLOSED.value, decided_at=tx.now))


async def put_loan(tx: Tx, loan_id: UUID, user_id: UUID, business_id: UUID | None) -> None:
    """Notes a loan of a borrower's; one that is known stays as it is."""
    values = {"loan_id": loan_id, "user_id": user_id, "business_id": business_id}
    await tx.execute(insert(borrower_loan).values(values).on_conflict_do_nothing())


async def set_loan_closed(tx: Tx, loan_id: UUID, user_id: UUID, on: date | None) -> None:
    """Notes that a loan is repaid, or with None that it is owed on again; news of it may come before the loan's own."""
    values = insert(borrower_loan).values({"loan_id": loan_id, "user_id": user_id, "closed_on": on})
    key = ["tenant_id", "loan_id"]
    await tx.execute(values.on_conflict_do_update(index_elements=key, set_={"closed_on": on}))


async def put_missed(tx: Tx, loan_id: UUID, number: int, user_id: UUID, due_on: date) -> None:
    """Notes an instalment that was not paid in time."""
    values = {"loan_id": loan_id, "number": number, "user_id": user_id, "due_on": due_on}
    await tx.execute(insert(missed_repayment).values(values).on_conflict_do_nothing())


async def track_record(tx: ReadTx, user_id: UUID) -> TrackRecord:
    """How a person did with this lender before, for themselves and for the businesses they acted for."""
    loans = await tx.all(
        select(borrower_loan.c.loan_id, borrower_loan.c.closed_on).where(borrower_loan.c.user_id == user_id)
    )
    missed = select(func.count()).select_from(missed_repayment).where(missed_repayment.c.user_id == user_id)
    return TrackRecord(
        open_loan_ids=tuple(row.loan_id for row in loans if row.closed_on is None),
        closed_loans=sum(row.closed_on is not None for row in loans),
        missed_repayments=int(await tx.scalar(missed)),
    )


async def referrals_without_a_question(tx: ReadTx) -> list[UUID]:
    """Waiting referrals whose decision says something else than refer; there are none."""
    joined = referral.join(credit_decision, credit_decision.c.id == referral.c.decision_id)
    wrong = select(referral.c.id).select_from(joined).where(credit_decision.c.outcome != "refer")
    return [row.id for row in await tx.all(wrong.limit(100))]
