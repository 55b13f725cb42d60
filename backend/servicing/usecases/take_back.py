"""Takes back what staff entered on a loan by mistake: charges, waivers, goodwill, a write-off."""

from uuid import UUID, uuid5

from msgspec.structs import replace

from backend import identity
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.servicing.domain.events import BY_HAND, WRITES_OFF, EventKind, LoanEvent
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.errors import AlreadyTakenBack, EntryNotByHand, EntryNotFound, LoanNotFound
from backend.servicing.store import loans
from backend.servicing.usecases.carry import Cause, carry
from backend.servicing.usecases.read_loans import loan_view
from shared.api.relief import TakeBackIn
from shared.api.servicing import LoanOut
from shared.errors import NotPermitted
from shared.events.servicing import EntryTakenBack
from shared.money import Money
from shared.roles import Role


async def take_back(tx: Tx, loan_id: UUID, entry_id: UUID, asked: TakeBackIn) -> LoanOut:
    """From today on the loan is as if the entry had never been made; posts the difference that this makes.

    A write-off is taken back by who may write off. Raises LoanNotFound, EntryNotFound, EntryNotByHand,
    AlreadyTakenBack, NotPermitted.
    """
    file = await loans.lock(tx, loan_id)
    if file is None or file.as_of is None:
        raise LoanNotFound
    original = _entry(file, entry_id)
    if original.kind in WRITES_OFF and not identity.caller(tx).has(Role.TENANT_ADMIN):
        raise NotPermitted
    on = max(file.as_of, await business_date.current(tx))
    event = LoanEvent(id=uuid5(entry_id, "reversal"), kind=EventKind.REVERSAL, effective_on=on, target=entry_id)
    await loans.add_event(tx, file.id, event, reference=asked.reason)
    cause = Cause(key=f"servicing.taken_back:{entry_id}", kind=f"{original.kind}_taken_back", source_id=event.id)
    await carry(tx, replace(file, events=(*file.events, event)), on, cause)
    await outbox.add(
        tx,
        EntryTakenBack(
            loan_id=file.id,
            entry_id=entry_id,
            user_id=file.contract.user_id,
            kind=original.kind.value,
            amount=Money.of(original.amount_minor, file.currency),
            on=on,
        ),
    )
    figures = {"entry_id": entry_id, "amount_minor": original.amount_minor, "currency": file.currency}
    await audit.record(tx, f"loan.{original.kind}_taken_back", f"loan:{file.id}", reason=asked.reason, **figures)
    return await loan_view(tx, loan_id)


def _entry(file: LoanFile, entry_id: UUID) -> LoanEvent:
    original = file.event(entry_id)
    if original is None or original.kind is EventKind.REVERSAL:
        raise EntryNotFound
    if original.kind not in BY_HAND:
        raise EntryNotByHand(kind=original.kind.value.replace("_", " "))
    if any(event.target == entry_id for event in file.events):
        raise AlreadyTakenBack
    return original
