"""Permission to debit a borrower's account: asked for, followed, used on each due date, ended."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend import identity, onboarding, servicing
from backend.kernel import audit, jobs
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.payments import store
from backend.payments.access import require_acting
from backend.payments.domain.mandates import MANDATES, MandateEvent, MandateState
from backend.payments.domain.references import order_reference
from backend.payments.errors import MandateExists, MandateNotFound
from backend.payments.ports import MandateNews, MandateReport, Rail, RailRefused, RailSilent
from backend.payments.records import Mandate
from backend.payments.usecases.refusals import sound_if_reused
from backend.payments.usecases.send_order import rail_account
from shared.api.payments import MandateIn, MandateOut, MandateStatus
from shared.events.servicing import LoanWrittenOff
from shared.ids import new_id

ASK_JOB = "payments.ask_mandate"
END_JOB = "payments.end_mandate"
_LOOK_FIRST_AFTER = timedelta(seconds=1)
_EVENTS = {MandateNews.ACTIVE: MandateEvent.APPROVE, MandateNews.CANCELLED: MandateEvent.CANCEL}


class MandateOrder(Struct, frozen=True, kw_only=True):
    """Which mandate to ask for."""

    mandate_id: UUID


class EndMandate(Struct, frozen=True, kw_only=True):
    """Which mandate to end at the bank, and since when no ask for it can have left us."""

    mandate_id: UUID
    since: datetime


async def want_mandate(tx: Tx, body: MandateIn) -> MandateOut:
    """Asks for permission to debit, for a loan of the caller's, an account of its borrower's; the bank answers soon.

    Raises LoanNotFound, NotPermitted, BankAccountNotFound, BankAccountNotUsable, MandateExists.
    """
    owner = await servicing.loan_owner(tx, body.loan_id)
    await identity.require_decider(tx, owner.user_id, owner.business_id, missing=servicing.LoanNotFound())
    await onboarding.require_borrower_account(tx, body.bank_account_id, owner.user_id, owner.business_id)
    mandate_id = new_id()
    wanted = Mandate(
        id=mandate_id,
        loan_id=body.loan_id,
        user_id=owner.user_id,
        business_id=owner.business_id,
        bank_account_id=body.bank_account_id,
        reference=order_reference("md", mandate_id),
        status=MANDATES.start,
        created_at=tx.now,
        updated_at=tx.now,
    )
    if not await store.add(tx, wanted):
        raise MandateExists
    await jobs.enqueue(tx, ASK_JOB, MandateOrder(mandate_id=mandate_id), dedupe_key=f"mandate:{mandate_id}")
    await audit.record(tx, "mandate.asked_for", f"mandate:{mandate_id}", loan_id=body.loan_id)
    return shown(wanted)


async def ask_mandate(context: JobContext, vault: Vault, rail: Rail, callback: str, order: MandateOrder) -> None:
    """Asks the bank, which knows the mandate by our reference. Raises RailSilent.

    A mandate that was ended meanwhile is ended at the bank after the ask, however that went.
    """
    async with context.write() as tx:
        wanted = await store.get(tx, Mandate, order.mandate_id)
        if wanted is None or wanted.status is not MandateState.PENDING:
            # An earlier run may have died between its ask and its report.
            await _end_if_over(tx, wanted)
            return
        account = await rail_account(tx, vault, wanted.bank_account_id)
    try:
        report = await rail.ask_mandate(wanted.reference, account, callback)
    except RailRefused as refusal:
        async with context.write() as tx:
            await sound_if_reused(tx, f"mandate:{wanted.id}", refusal)
            await _move(tx, wanted.reference, MandateEvent.REJECT)
        return
    except RailSilent:
        async with context.write() as tx:
            await _end_if_over(tx, await store.lock(tx, Mandate, wanted.id))
        raise
    async with context.write() as tx:
        await note_mandate(tx, report)


async def note_mandate(tx: Tx, report: MandateReport) -> None:
    """Moves a mandate with the bank's news; what it knows already changes nothing.

    One that is over here and lives at the bank is ended there.
    """
    if report.news is not None:
        await _move(tx, report.reference, _EVENTS[report.news])
    if report.news is not MandateNews.CANCELLED:
        await _end_if_over(tx, await store.lock_by_reference(tx, Mandate, report.reference))


async def _move(tx: Tx, reference: str, event: MandateEvent) -> None:
    held = await store.lock_by_reference(tx, Mandate, reference)
    if held is None or not MANDATES.allows(held.status, event):
        return
    moved = replace(held, status=MANDATES.after(held.status, event), updated_at=tx.now)
    await store.save(tx, moved)
    await audit.record(tx, f"mandate.{moved.status}", f"mandate:{held.id}", loan_id=held.loan_id)


async def cancel_mandate(tx: Tx, mandate_id: UUID) -> MandateOut:
    """Ends a mandate at once on our side, and at the bank within a moment.

    Raises MandateNotFound, MembershipInsufficient, StateForbids.
    """
    held = await store.lock(tx, Mandate, mandate_id)
    if held is None:
        raise MandateNotFound(mandate_id=mandate_id)
    await require_acting(tx, held)
    ended = replace(held, status=MANDATES.after(held.status, MandateEvent.CANCEL), updated_at=tx.now)
    await store.save(tx, ended)
    await _end_if_over(tx, ended)
    await audit.record(tx, "mandate.cancelled", f"mandate:{mandate_id}", loan_id=held.loan_id)
    return shown(ended)


async def stop_debits(tx: Tx, lost: LoanWrittenOff) -> None:
    """Ends the mandate of a loan that was written off: what is recovered is paid, never taken. Idempotent."""
    found = await store.mandate_in_force(tx, lost.loan_id)
    if found is None or (held := await store.lock(tx, Mandate, found.id)) is None:
        return
    if MANDATES.allows(held.status, MandateEvent.CANCEL):
        ended = replace(held, status=MANDATES.after(held.status, MandateEvent.CANCEL), updated_at=tx.now)
        await store.save(tx, ended)
        await _end_if_over(tx, ended)
        await audit.record(tx, "mandate.cancelled", f"mandate:{held.id}", loan_id=held.loan_id, reason="written_off")


async def _end_if_over(tx: Tx, mandate: Mandate | None) -> None:
    if mandate is not None and MANDATES.is_final(mandate.status):
        await jobs.enqueue(tx, END_JOB, EndMandate(mandate_id=mandate.id, since=tx.now))


async def end_mandate(context: JobContext, rail: Rail, order: EndMandate) -> None:
    """Tells the bank, which may be told again. Raises RailSilent, RailRefused.

    While an ask that left before `since` may still be taken up, a mandate that the bank does not have is looked for
    again, each time after as long as was waited before.
    """
    async with context.read() as tx:
        ended = await store.get(tx, Mandate, order.mandate_id)
    if ended is None or not MANDATES.is_final(ended.status) or await rail.cancel_mandate(ended.reference):
        return
    async with context.write() as tx:
        waited = tx.now - order.since
        if waited <= rail.gives_up_after:
            await jobs.enqueue(tx, END_JOB, order, after=max(waited, _LOOK_FIRST_AFTER))


async def read_mandates(tx: ReadTx, loan_id: UUID | None) -> list[MandateOut]:
    """The caller's and their businesses' mandates, or the tenant's for its staff; the newest first."""
    return [shown(each) for each in await store.mandates(tx, await identity.sight(tx), loan_id)]


async def read_mandate(tx: ReadTx, mandate_id: UUID) -> MandateOut:
    """One mandate of the caller's. Raises MandateNotFound."""
    found = await store.get(tx, Mandate, mandate_id)
    if found is None or not await identity.may_see(tx, found.user_id, found.business_id):
        raise MandateNotFound(mandate_id=mandate_id)
    return shown(found)


def shown(mandate: Mandate) -> MandateOut:
    """A mandate as the API gives it."""
    return MandateOut(
        id=mandate.id,
        loan_id=mandate.loan_id,
        bank_account_id=mandate.bank_account_id,
        status=MandateStatus(mandate.status.value),
        created_at=mandate.created_at,
        updated_at=mandate.updated_at,
    )
