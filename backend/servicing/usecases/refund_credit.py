"""Pays back what a borrower paid too much, and gives the loan its credit again where the payout fails.

The refund is an event of the loan from the moment that it is asked for, so that it can't be asked for twice; payments
order the payout under the event's own id.
"""

from datetime import date
from uuid import UUID, uuid5

from msgspec.structs import replace

from backend import onboarding
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.domain.loan_file import LoanFile
from backend.servicing.errors import LoanNotFound, NoCreditToRefund
from backend.servicing.store import loans
from backend.servicing.usecases.carry import Cause, carry
from shared.api.servicing import CreditRefundIn, CreditRefundOut, LoanStatus
from shared.errors import CurrencyMismatch
from shared.events.payments import PayoutFailed, PayoutSettled
from shared.events.servicing import CreditRefunded, CreditRefundFailed, CreditRefundRequested
from shared.ids import new_id
from shared.money import Money


async def refund_credit(tx: Tx, vault: Vault, loan_id: UUID, asked: CreditRefundIn) -> CreditRefundOut:
    """Orders the payout of all the credit of an overpaid loan, to one of its borrower's accounts; closes the loan.

    Raises LoanNotFound, NoCreditToRefund, BankAccountNotFound, BankAccountNotUsable, CurrencyMismatch.
    """
    file = await loans.lock(tx, loan_id)
    if file is None:
        raise LoanNotFound
    if file.status is not LoanStatus.OVERPAID or file.as_of is None:
        raise NoCreditToRefund(status=file.status.value.replace("_", " "))
    account_id = asked.bank_account_id or file.contract.payout_account_id
    await _require_account(tx, vault, account_id, file)
    on = max(file.as_of, await business_date.current(tx))
    credit_minor = file.state(on).credit_minor
    event = LoanEvent(id=new_id(), kind=EventKind.CREDIT_REFUNDED, effective_on=on, amount_minor=credit_minor)
    await _carry(tx, file, event, Cause(key=f"servicing.credit_refund:{event.id}", kind="credit_refund"))
    amount = Money.of(credit_minor, file.currency)
    wanted = CreditRefundRequested(
        refund_id=event.id,
        loan_id=file.id,
        user_id=file.contract.user_id,
        business_id=file.contract.business_id,
        amount=amount,
        account_id=account_id,
    )
    await outbox.add(tx, wanted)
    await audit.record(
        tx,
        "loan.credit_refund_ordered",
        f"loan:{file.id}",
        refund_id=event.id,
        amount_minor=credit_minor,
        currency=file.currency,
    )
    return CreditRefundOut(id=event.id, loan_id=file.id, amount=amount, bank_account_id=account_id, requested_at=tx.now)


async def note_refunded(tx: Tx, settled: PayoutSettled) -> None:
    """The credit arrived. Payouts that are not a refund's are passed over."""
    file = await _refunding(tx, settled.payout_id)
    if file is None:
        return
    refunded = CreditRefunded(
        refund_id=settled.payout_id,
        loan_id=file.id,
        user_id=file.contract.user_id,
        amount=settled.amount,
        on=settled.settled_on,
    )
    await outbox.add(tx, refunded)
    await audit.record(tx, "loan.credit_refunded", f"loan:{file.id}", refund_id=settled.payout_id)


async def restore_credit(tx: Tx, failed: PayoutFailed) -> None:
    """The payout did not arrive: from then on the loan is as if it had never been asked for. Idempotent.

    Payouts that are not a refund's are passed over.
    """
    file = await _refunding(tx, failed.payout_id)
    if file is None:
        return
    original = file.event(failed.payout_id)
    assert original is not None, "the loan was found by it"
    reversal_id = uuid5(original.id, "reversal")
    if file.event(reversal_id) is not None:
        return
    on = max(original.effective_on, await business_date.current(tx))
    event = LoanEvent(id=reversal_id, kind=EventKind.REVERSAL, effective_on=on, target=original.id)
    await _carry(tx, file, event, Cause(key=f"servicing.credit_restored:{original.id}", kind="credit_restored"))
    restored = CreditRefundFailed(
        refund_id=original.id,
        loan_id=file.id,
        user_id=file.contract.user_id,
        amount=Money.of(original.amount_minor, file.currency),
        reason_code=failed.reason_code,
    )
    await outbox.add(tx, restored)
    reason = failed.reason_code
    await audit.record(tx, "loan.credit_restored", f"loan:{file.id}", refund_id=original.id, reason=reason)


async def _require_account(tx: Tx, vault: Vault, account_id: UUID, file: LoanFile) -> None:
    await onboarding.require_borrower_account(tx, account_id, file.contract.user_id, file.contract.business_id)
    account = await onboarding.bank_account(tx, vault, account_id)
    if account.currency != file.currency:
        raise CurrencyMismatch(left=account.currency, right=file.currency)


async def _refunding(tx: Tx, payout_id: UUID) -> LoanFile | None:
    """The locked file of the loan whose credit this payout gives back; None where it is another's payout."""
    loan_id = await loans.loan_of_refund(tx, payout_id)
    return None if loan_id is None else await loans.lock(tx, loan_id)


async def _carry(tx: Tx, file: LoanFile, event: LoanEvent, cause: Cause) -> None:
    """Adds `event` to the loan and carries it to the event's day, or stays where it is later already."""
    assert file.as_of is not None, "a loan with credit was paid out"
    await loans.add_event(tx, file.id, event, reference="")
    as_of: date = max(file.as_of, event.effective_on)
    await carry(tx, replace(file, events=(*file.events, event)), as_of, replace(cause, source_id=event.id))
