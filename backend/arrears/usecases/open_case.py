"""Opens a hardship case: reminders stop at once, and the borrower sees what can be done, side by side."""

from uuid import UUID

from backend import notifications, servicing
from backend.arrears import store
from backend.arrears.access import require_speaker
from backend.arrears.domain.hardship import REVIEW_AFTER, Case, Told
from backend.arrears.errors import HardshipExists
from backend.arrears.usecases.offer_plans import offer_plans
from backend.arrears.usecases.show import case_out
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.arrears import HardshipIn, HardshipKind, HardshipOut, HardshipStatus
from shared.events.arrears import HardshipOpened
from shared.ids import new_id

HOLD = "hardship"


async def open_case(tx: Tx, vault: Vault, loan_id: UUID, wanted: HardshipIn) -> HardshipOut:
    """Opens a case for a loan of the caller's, or of somebody who told staff, with the plans to take.

    A person has to look where the borrower can't pay at all, where a plan was broken before, or where what was asked
    for goes beyond what borrowers agree to alone.

    Raises LoanNotFound, LoanNotOpen, HardshipExists, NothingToPlan, PlanUnfit, MembershipInsufficient, NotPermitted.
    """
    owner = await servicing.loan_owner(tx, loan_id)
    await require_speaker(tx, owner.user_id, owner.business_id, missing=servicing.LoanNotFound())
    case_id, today = new_id(), await business_date.current(tx)
    alone, with_person = await offer_plans(tx, loan_id, case_id, wanted)
    trusted = await store.broken_cases(tx, loan_id) == 0
    case = Case(
        id=case_id,
        loan_id=loan_id,
        user_id=owner.user_id,
        business_id=owner.business_id,
        currency=owner.currency,
        kind=wanted.kind,
        status=HardshipStatus.OPEN,
        needs_person=wanted.kind is HardshipKind.CANNOT_PAY or bool(with_person) or not trusted,
        opened_at=tx.now,
        review_on=today + REVIEW_AFTER,
    )
    if not await store.add_case(tx, vault, case, Told(circumstances=wanted.circumstances, budget=wanted.budget)):
        raise HardshipExists
    await store.add_plans(tx, alone if trusted else [])
    await notifications.hold_reminders(tx, case.id, loan_id, HOLD)
    await audit.record(tx, "hardship.opened", f"hardship:{case.id}", loan_id=loan_id, kind=wanted.kind)
    await outbox.add(
        tx,
        HardshipOpened(
            case_id=case.id,
            loan_id=loan_id,
            user_id=case.user_id,
            kind=wanted.kind.value,
            needs_person=case.needs_person,
        ),
    )
    return await case_out(tx, vault, case)
