"""Draws under a credit line, and reads lines."""

from uuid import UUID

from msgspec.structs import replace

from backend import identity
from backend.kernel import audit, outbox
from backend.kernel.db import ReadTx, Tx
from backend.servicing.domain.loan_file import Contract, CreditLine, LineUse
from backend.servicing.errors import (
    CreditLineBlocked,
    CreditLineLost,
    CreditLineNotFound,
    CreditLineNotOpen,
    LimitExceeded,
    TooManyInstalments,
)
from backend.servicing.pricing import schedule
from backend.servicing.store import lines, loans
from backend.servicing.usecases.paging import cursor_id
from backend.servicing.usecases.read_loans import loan_view
from backend.servicing.views import line_out
from shared.api.servicing import CreditLineOut, CreditLineStatus, DrawIn, LoanOut
from shared.events.servicing import DrawRequested
from shared.ids import new_id
from shared.money import Money
from shared.paging import Page


async def draw(tx: Tx, line_id: UUID, asked: DrawIn) -> LoanOut:
    """Makes a loan under the line and asks for its payout. The line is held, so that draws can't exceed it together.

    Only who signed for the line draws, or who may bind the business that it is for; staff never do.
    Raises CreditLineNotFound, NotPermitted, CreditLineNotOpen, CreditLineBlocked while a draw is past due,
    CreditLineLost, LimitExceeded, TooManyInstalments, TermsNotServiceable.
    """
    line = await lines.lock(tx, line_id)
    if line is None:
        raise CreditLineNotFound
    await identity.require_decider(tx, line.user_id, line.business_id, missing=CreditLineNotFound())
    if line.status is not CreditLineStatus.OPEN:
        raise CreditLineNotOpen(status=line.status.value)
    use = (await lines.uses(tx, [line_id])).get(line_id, LineUse())
    if use.past_due_minor:
        raise CreditLineBlocked(past_due=Money.of(use.past_due_minor, line.currency))
    if use.is_lost:
        raise CreditLineLost
    available = use.available_minor(line)
    if asked.amount_minor > available:
        raise LimitExceeded(available=Money.of(available, line.currency))
    if asked.instalments is not None and asked.instalments > line.terms.instalments:
        raise TooManyInstalments(limit=line.terms.instalments)
    contract = _contract(tx, line, asked)
    schedule(contract.terms, tx.now.date())
    await loans.add_loan(tx, contract)
    await outbox.add(tx, _requested(contract, line))
    await audit.record(
        tx, "credit_line.drawn", f"credit_line:{line_id}", loan_id=contract.id, amount_minor=asked.amount_minor
    )
    return await loan_view(tx, contract.id)


async def read_line(tx: ReadTx, line_id: UUID) -> CreditLineOut:
    """One line of the caller. Raises CreditLineNotFound."""
    line = await lines.line(tx, line_id)
    if line is None or not await identity.may_see(tx, line.user_id, line.business_id):
        raise CreditLineNotFound
    return line_out(line, (await lines.uses(tx, [line_id])).get(line_id, LineUse()))


async def list_lines(tx: ReadTx, *, cursor: str | None, limit: int) -> Page[CreditLineOut]:
    """The caller's lines, the newest first; all of the tenant's for its staff. Raises InvalidInput."""
    found = await lines.page(tx, await identity.sight(tx), before=cursor_id(cursor), limit=limit + 1)
    uses = await lines.uses(tx, [line.id for line in found])
    more = str(found[limit - 1].id) if len(found) > limit else None
    items = [line_out(line, uses.get(line.id, LineUse())) for line in found[:limit]]
    return Page(items=items, next_cursor=more)


def _contract(tx: Tx, line: CreditLine, asked: DrawIn) -> Contract:
    terms = replace(
        line.terms,
        principal_minor=asked.amount_minor,
        instalments=asked.instalments or line.terms.instalments,
        first_due_on=None,
    )
    return Contract(
        id=new_id(),
        application_id=line.application_id,
        agreement_id=line.agreement_id,
        user_id=line.user_id,
        business_id=line.business_id,
        credit_line_id=line.id,
        product_kind=line.product_kind,
        lender=line.lender,
        terms=terms,
        payout_account_id=line.payout_account_id,
        created_at=tx.now,
    )


def _requested(contract: Contract, line: CreditLine) -> DrawRequested:
    return DrawRequested(
        loan_id=contract.id,
        application_id=line.application_id,
        credit_line_id=line.id,
        user_id=contract.user_id,
        business_id=contract.business_id,
        terms=contract.terms,
        payout_account_id=contract.payout_account_id,
    )
