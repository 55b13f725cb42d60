"""Opens a dispute about one thing of a loan: from then on it is not chased."""

from uuid import UUID

from msgspec import Struct

from backend import identity, notifications, servicing
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.support.domain.dispute import Dispute
from backend.support.errors import DisputeExists, NothingDisputed
from backend.support.store import disputes
from backend.support.usecases.show_dispute import dispute_out
from shared.api.disputes import ANSWER_WITHIN, DisputedKind, DisputeIn, DisputeOut, DisputeStatus, DisputeStep
from shared.api.servicing import TransactionKind
from shared.errors import InvalidInput
from shared.events.support import DisputeOpened
from shared.ids import new_id
from shared.money import Money

HOLD = "dispute"
_CHARGES = frozenset({TransactionKind.FEE, TransactionKind.PENALTY})


class Item(Struct, frozen=True, kw_only=True):
    """What is disputed, as servicing knows it."""

    transaction_id: UUID | None
    instalment: int | None
    amount_minor: int


async def open_dispute(tx: Tx, vault: Vault, loan_id: UUID, given: DisputeIn) -> DisputeOut:
    """Opens a dispute of the caller's.

    Raises LoanNotFound, NothingDisputed, DisputeExists, InvalidInput, MembershipInsufficient, NotPermitted.
    """
    owner = await servicing.loan_owner(tx, loan_id)
    await identity.require_decider(tx, owner.user_id, owner.business_id, missing=servicing.LoanNotFound())
    item = await _item(tx, loan_id, given)
    amount = given.amount_minor or item.amount_minor
    if not 0 < amount <= item.amount_minor:
        raise NothingDisputed
    new = Dispute(
        id=new_id(),
        loan_id=loan_id,
        user_id=owner.user_id,
        business_id=owner.business_id,
        kind=given.kind,
        transaction_id=item.transaction_id,
        instalment=item.instalment,
        reason=given.reason,
        amount_minor=amount,
        currency=owner.currency,
        status=DisputeStatus.OPEN,
        answer_by=await business_date.current(tx) + ANSWER_WITHIN,
        opened_at=tx.now,
    )
    if not await disputes.add(tx, new):
        standing = await disputes.standing(tx, new)
        raise DisputeExists(number=standing.number if standing else "another one")
    await disputes.note(tx, vault, new, DisputeStep.OPENED, by_staff=False, text=given.details)
    await notifications.hold_reminders(tx, new.id, loan_id, HOLD)
    await audit.record(tx, "dispute.opened", f"dispute:{new.id}", loan_id=loan_id, kind=new.kind, reason=new.reason)
    opened = DisputeOpened(
        dispute_id=new.id,
        loan_id=loan_id,
        user_id=new.user_id,
        number=new.number,
        kind=new.kind.value,
        reason=new.reason.value,
        amount=Money.of(amount, new.currency),
        answer_by=new.answer_by,
    )
    await outbox.add(tx, opened)
    return await dispute_out(tx, vault, new)


async def _item(tx: ReadTx, loan_id: UUID, given: DisputeIn) -> Item:
    if given.kind is DisputedKind.INSTALMENT:
        if given.instalment is None or given.transaction_id is not None:
            raise InvalidInput({"instalment": "give the number of the instalment, and no transaction"})
        rows = (await servicing.read_schedule(tx, loan_id)).rows
        for row in rows:
            if row.number == given.instalment:
                return Item(transaction_id=None, instalment=row.number, amount_minor=row.total.amount_minor)
        raise NothingDisputed
    if given.transaction_id is None or given.instalment is not None:
        raise InvalidInput({"transaction_id": "give the id of the transaction, and no instalment"})
    found = await servicing.transaction(tx, loan_id, given.transaction_id)
    if found is None or (given.kind is DisputedKind.CHARGE) != (found.kind in _CHARGES):
        raise NothingDisputed
    return Item(transaction_id=found.id, instalment=None, amount_minor=found.amount.amount_minor)
