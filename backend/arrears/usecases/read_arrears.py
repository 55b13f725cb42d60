"""Reads how a loan stands with what is past due, a case, and the list of late loans."""

from collections.abc import Sequence
from uuid import UUID

from backend import identity, notifications, servicing
from backend.arrears import store
from backend.arrears.errors import HardshipNotFound
from backend.arrears.usecases.follow_stage import past_due, stage_now
from backend.arrears.usecases.show import case_out, promise_out
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from shared.api.arrears import ArrearsOut, ArrearsRow, ArrearsStage, HardshipOut, PromiseStatus
from shared.errors import InvalidInput
from shared.money import Money
from shared.paging import Page


async def read_arrears(tx: ReadTx, vault: Vault, loan_id: UUID) -> ArrearsOut:
    """How a loan of the caller's stands: how late, which promises are open, the living or newest case.

    Raises LoanNotFound.
    """
    loan = await servicing.loan_view(tx, loan_id)
    if not await identity.may_see(tx, loan.user_id, loan.business_id):
        raise servicing.LoanNotFound
    case = await store.latest_case(tx, loan_id)
    promises = await store.promises_of(tx, loan_id)
    return ArrearsOut(
        loan_id=loan_id,
        stage=stage_now(loan),
        days_past_due=loan.days_past_due,
        past_due=past_due(loan),
        reminders_paused=await notifications.reminders_held(tx, loan_id),
        case=None if case is None else await case_out(tx, vault, case),
        promises=[promise_out(each) for each in promises if each.status is PromiseStatus.OPEN],
    )


async def read_case(tx: ReadTx, vault: Vault, case_id: UUID) -> HardshipOut:
    """One case. Raises HardshipNotFound."""
    case = await store.case(tx, case_id)
    if case is None or not await identity.may_see(tx, case.user_id, case.business_id):
        raise HardshipNotFound
    return await case_out(tx, vault, case)


async def living_cases(tx: ReadTx, loan_ids: Sequence[UUID]) -> list[UUID]:
    """The hardship cases of these loans that are open or agreed. For other contexts: checks no caller."""
    return sorted((await store.living_case_ids(tx, loan_ids)).values())


async def list_late(tx: ReadTx, *, stage: ArrearsStage | None, cursor: str | None, limit: int) -> Page[ArrearsRow]:
    """Loans in arrears, the latest first, for staff. Raises InvalidInput for a cursor of another's making."""
    found = await store.late_loans(tx, stage=stage, before=_place(cursor), limit=limit + 1)
    cases = await store.living_case_ids(tx, [each.loan_id for each in found])
    rows = [
        ArrearsRow(
            loan_id=each.loan_id,
            user_id=each.user_id,
            stage=each.stage,
            days_past_due=each.days_past_due,
            past_due=Money.of(each.past_due_minor, each.currency),
            since=each.since,
            case_id=cases.get(each.loan_id),
        )
        for each in found[:limit]
    ]
    more = f"{rows[-1].days_past_due}.{rows[-1].loan_id}" if len(found) > limit else None
    return Page(items=rows, next_cursor=more)


def _place(cursor: str | None) -> tuple[int, UUID] | None:
    if cursor is None:
        return None
    days, _, loan_id = cursor.partition(".")
    try:
        return int(days), UUID(loan_id)
    except ValueError as error:
        raise InvalidInput({"cursor": "Pass `next_cursor` of the page before, unchanged."}) from error
