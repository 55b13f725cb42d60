"""Ends a loan that was not paid out: its agreement was cancelled, or its payout given up."""

from backend.kernel import audit, outbox
from backend.kernel.db import Tx
from backend.servicing.errors import LoanNotFound
from backend.servicing.store import lines, loans
from shared.api.servicing import CreditLineStatus, LoanStatus
from shared.events.agreements import AgreementCancelled
from shared.events.disbursement import DisbursementCancelled
from shared.events.servicing import LoanCancelled


async def cancel_loan(tx: Tx, cancelled: AgreementCancelled | DisbursementCancelled) -> None:
    """Cancels the loan unless money went out: then the borrower owes it, and pays it off.

    A line that never opened ends with it; an open one can be drawn anew by as much. Idempotent. Raises LoanNotFound (a
    signature's event may still be on its way).
    """
    file = await loans.lock(tx, cancelled.loan_id)
    if file is None:
        raise LoanNotFound
    if file.status is not LoanStatus.PENDING_DISBURSEMENT:
        return
    await loans.set_status(tx, file.id, LoanStatus.CANCELLED)
    if file.contract.credit_line_id is not None:
        line = await lines.lock(tx, file.contract.credit_line_id)
        if line is not None and line.status is CreditLineStatus.PENDING:
            await lines.set_status(tx, line.id, CreditLineStatus.CANCELLED, opened_on=None)
    contract = file.contract
    await outbox.add(
        tx, LoanCancelled(loan_id=file.id, application_id=contract.application_id, user_id=contract.user_id)
    )
    await audit.record(tx, "loan.cancelled", f"loan:{file.id}", agreement_id=contract.agreement_id)
