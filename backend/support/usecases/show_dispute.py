"""Disputes as the API shows them, and lists of them."""

from datetime import date
from uuid import UUID

from backend import identity
from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.support.domain.dispute import Dispute
from backend.support.errors import DisputeNotFound
from backend.support.store import disputes
from backend.support.usecases.paging import cursor_id
from shared.api.disputes import DisputeOut, DisputeStatus, DisputeSummary
from shared.money import Money
from shared.paging import Page


async def read_dispute(tx: ReadTx, vault: Vault, dispute_id: UUID) -> DisputeOut:
    """One dispute. Raises DisputeNotFound."""
    found = await disputes.get(tx, dispute_id)
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise DisputeNotFound
    return await dispute_out(tx, vault, found)


async def list_disputes(
    tx: ReadTx, *, loan_id: UUID | None, status: DisputeStatus | None, cursor: str | None, limit: int
) -> Page[DisputeSummary]:
    """The caller's disputes, the newest first; the tenant's for its staff. Raises InvalidInput."""
    today = await business_date.current(tx)
    found = await disputes.listed(
        tx,
        await identity.sight(tx),
        loan_id=loan_id,
        status=status,
        before=cursor_id(cursor),
        limit=limit + 1,
    )
    more = str(found[limit - 1].id) if len(found) > limit else None
    return Page(items=[_summary(each, today) for each in found[:limit]], next_cursor=more)


async def list_overdue(tx: ReadTx, limit: int) -> list[DisputeSummary]:
    """Disputes whose outcome should have been told by now, for staff."""
    today = await business_date.current(tx)
    return [_summary(each, today) for each in await disputes.overdue(tx, today, limit)]


async def dispute_out(tx: ReadTx, vault: Vault, dispute: Dispute) -> DisputeOut:
    """One dispute with its evidence and timeline."""
    today = await business_date.current(tx)
    found = dispute.found_minor
    return DisputeOut(
        id=dispute.id,
        loan_id=dispute.loan_id,
        user_id=dispute.user_id,
        number=dispute.number,
        kind=dispute.kind,
        transaction_id=dispute.transaction_id,
        instalment=dispute.instalment,
        reason=dispute.reason,
        amount=Money.of(dispute.amount_minor, dispute.currency),
        status=dispute.status,
        answer_by=dispute.answer_by,
        is_overdue=dispute.is_overdue(today),
        outcome=dispute.outcome,
        reasons=await disputes.reasons(tx, vault, dispute),
        found=None if found is None else Money.of(found, dispute.currency),
        may_escalate_until=dispute.may_escalate_until,
        evidence=await disputes.files(tx, vault, dispute),
        timeline=await disputes.timeline(tx, vault, dispute),
        opened_at=dispute.opened_at,
        resolved_at=dispute.resolved_at,
    )


def _summary(dispute: Dispute, today: date) -> DisputeSummary:
    return DisputeSummary(
        id=dispute.id,
        loan_id=dispute.loan_id,
        user_id=dispute.user_id,
        number=dispute.number,
        kind=dispute.kind,
        reason=dispute.reason,
        amount=Money.of(dispute.amount_minor, dispute.currency),
        status=dispute.status,
        outcome=dispute.outcome,
        answer_by=dispute.answer_by,
        is_overdue=dispute.is_overdue(today),
        opened_at=dispute.opened_at,
    )
