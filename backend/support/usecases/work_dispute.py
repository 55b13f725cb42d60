"""What becomes of a dispute: evidence and questions, an outcome with reasons, another look, a withdrawal."""

from uuid import UUID

from backend import identity, notifications
from backend.kernel import audit, blobs, business_date, outbox
from backend.kernel.blobs import Blob
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.support.domain.dispute import Dispute
from backend.support.errors import DisputeNotFound, FileNotFound, TooManyFiles
from backend.support.store import disputes
from backend.support.usecases.files import Checked
from backend.support.usecases.open_dispute import HOLD
from backend.support.usecases.show_dispute import dispute_out
from shared.api.conversations import AttachmentOut
from shared.api.disputes import DisputeOut, DisputeStatus, DisputeStep, ResolveDisputeIn
from shared.errors import NotPermitted
from shared.events.support import DisputeEscalated, DisputeInfoRequested, DisputeResolved
from shared.ids import new_id
from shared.money import Money
from shared.roles import Role

MAX_EVIDENCE = 10
_SECOND_LOOK = (Role.OPERATIONS, Role.COMPLIANCE_OFFICER)


async def add_evidence(tx: Tx, vault: Vault, dispute_id: UUID, checked: Checked) -> AttachmentOut:
    """Adds a checked file of the borrower's. Raises DisputeNotFound, DisputeNotLiving, TooManyFiles."""
    found = await _own(tx, dispute_id)
    told = found.told_more()
    if len(await disputes.files(tx, vault, found)) >= MAX_EVIDENCE:
        raise TooManyFiles(limit=MAX_EVIDENCE)
    stored = await blobs.put(tx, vault, checked.content, checked.media_type)
    new = disputes.File(
        id=new_id(),
        dispute_id=found.id,
        blob_id=stored.id,
        filename=checked.filename,
        media_type=checked.media_type,
        size=len(checked.content),
    )
    await disputes.add_file(tx, vault, found, new)
    await disputes.save(tx, told)
    await disputes.note(tx, vault, found, DisputeStep.EVIDENCE_ADDED, by_staff=False)
    await audit.record(tx, "dispute.evidence_added", f"dispute:{found.id}", file_id=new.id)
    return AttachmentOut(id=new.id, filename=new.filename, media_type=new.media_type, size=new.size)


async def read_evidence(tx: Tx, vault: Vault, dispute_id: UUID, file_id: UUID) -> Blob:
    """A file's content; a look by staff is noted. Raises DisputeNotFound, FileNotFound."""
    found = await disputes.get(tx, dispute_id)
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise DisputeNotFound
    blob_id = await disputes.file_blob(tx, dispute_id, file_id)
    if blob_id is None:
        raise FileNotFound
    if identity.caller(tx).is_staff:
        await audit.record(tx, "dispute.evidence_viewed", f"dispute:{found.id}", file_id=file_id)
    return await blobs.get(tx, vault, blob_id)


async def tell_more(tx: Tx, vault: Vault, dispute_id: UUID, text: str) -> DisputeOut:
    """The borrower says more. Raises DisputeNotFound, DisputeNotLiving."""
    found = await _own(tx, dispute_id)
    told = found.told_more()
    await disputes.save(tx, told)
    await disputes.note(tx, vault, found, DisputeStep.INFO_GIVEN, by_staff=False, text=text)
    return await dispute_out(tx, vault, told)


async def ask_more(tx: Tx, vault: Vault, dispute_id: UUID, text: str) -> DisputeOut:
    """Staff ask the borrower something. Raises DisputeNotFound, DisputeNotLiving."""
    found = await _locked(tx, dispute_id)
    asked = found.asked()
    await disputes.save(tx, asked)
    await disputes.note(tx, vault, found, DisputeStep.INFO_REQUESTED, by_staff=True, text=text)
    await audit.record(tx, "dispute.info_requested", f"dispute:{found.id}")
    told = DisputeInfoRequested(dispute_id=found.id, loan_id=found.loan_id, user_id=found.user_id, number=found.number)
    await outbox.add(tx, told)
    return await dispute_out(tx, vault, asked)


async def resolve_dispute(tx: Tx, vault: Vault, dispute_id: UUID, given: ResolveDisputeIn) -> DisputeOut:
    """Decides a dispute; a second look takes somebody else, of operations or compliance.

    What was found in the borrower's favour is for operations to put right in the loan's books. Raises DisputeNotFound,
    DisputeNotLiving, NothingDisputed, SamePersonAgain, NotPermitted.
    """
    found = await _locked(tx, dispute_id)
    if found.is_second_look and not identity.caller(tx).has(*_SECOND_LOOK):
        raise NotPermitted
    today = await business_date.current(tx)
    decided = found.resolved(given, by=str(identity.caller(tx).user_id), now=tx.now, today=today)
    await disputes.save(tx, decided)
    await disputes.set_reasons(tx, vault, decided, given.reasons)
    await disputes.note(tx, vault, decided, DisputeStep.RESOLVED, by_staff=True, text=given.reasons)
    await _conclude(tx, decided, given.outcome.value)
    return await dispute_out(tx, vault, decided)


async def escalate_dispute(tx: Tx, vault: Vault, dispute_id: UUID, text: str) -> DisputeOut:
    """The borrower asks for another look. Raises DisputeNotFound, DisputeNotEscalable."""
    found = await _own(tx, dispute_id)
    again = found.escalated(await business_date.current(tx))
    await disputes.save(tx, again)
    await disputes.set_reasons(tx, vault, again, None)
    await disputes.note(tx, vault, again, DisputeStep.ESCALATED, by_staff=False, text=text)
    await notifications.hold_reminders(tx, again.id, again.loan_id, HOLD)
    await audit.record(tx, "dispute.escalated", f"dispute:{again.id}")
    told = DisputeEscalated(
        dispute_id=again.id,
        loan_id=again.loan_id,
        user_id=again.user_id,
        number=again.number,
        answer_by=again.answer_by,
    )
    await outbox.add(tx, told)
    return await dispute_out(tx, vault, again)


async def withdraw_dispute(tx: Tx, vault: Vault, dispute_id: UUID) -> DisputeOut:
    """The borrower takes it back. Raises DisputeNotFound, DisputeNotLiving."""
    found = await _own(tx, dispute_id)
    ended = found.withdrawn(tx.now, await business_date.current(tx))
    await disputes.save(tx, ended)
    await disputes.note(tx, vault, ended, DisputeStep.WITHDRAWN, by_staff=False)
    await _conclude(tx, ended, DisputeStatus.WITHDRAWN.value)
    return await dispute_out(tx, vault, ended)


async def _conclude(tx: Tx, ended: Dispute, outcome: str) -> None:
    await notifications.release_reminders(tx, ended.id)
    await audit.record(tx, "dispute.ended", f"dispute:{ended.id}", outcome=outcome, found_minor=ended.found_minor)
    told = DisputeResolved(
        dispute_id=ended.id,
        loan_id=ended.loan_id,
        user_id=ended.user_id,
        number=ended.number,
        outcome=outcome,
        found=Money.of(ended.found_minor or 0, ended.currency),
    )
    await outbox.add(tx, told)


async def _locked(tx: Tx, dispute_id: UUID) -> Dispute:
    found = await disputes.lock(tx, dispute_id)
    if found is None:
        raise DisputeNotFound
    return found


async def _own(tx: Tx, dispute_id: UUID) -> Dispute:
    """A locked dispute of the caller's. Raises DisputeNotFound, MembershipInsufficient, NotPermitted."""
    found = await _locked(tx, dispute_id)
    await identity.require_decider(tx, found.user_id, found.business_id, missing=DisputeNotFound())
    return found
