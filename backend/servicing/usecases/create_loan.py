"""Creates what a signed agreement promises: a loan that waits for its payout, and its credit line if it has one."""

from uuid import UUID

from msgspec.structs import replace

from backend import applications
from backend.kernel import audit
from backend.kernel.db import Tx
from backend.servicing.domain.loan_file import Contract, CreditLine
from backend.servicing.pricing import schedule
from backend.servicing.store import lines, loans
from shared.api.servicing import CreditLineStatus
from shared.events.agreements import AgreementSigned
from shared.ids import new_id
from shared.terms import LoanTerms


async def create_loan(tx: Tx, signed: AgreementSigned) -> None:
    """Keeps the loan of `signed`, under a new line where it grants a limit. Idempotent by the loan's id.

    How its product judges losses becomes the loan's own, whatever later versions say.
    Raises TermsNotServiceable for terms that no schedule can be made of, before anything is paid out.
    """
    if await loans.exists(tx, signed.loan_id):
        return
    policy = signed.terms.loss_policy or await applications.loss_policy(tx, signed.application_id)
    terms = replace(signed.terms, loss_policy=policy)
    schedule(terms, tx.now.date())
    line_id = None
    if signed.credit_limit is not None:
        line_id = new_id()
        await lines.add(tx, _line(tx, signed, terms, line_id))
    await loans.add_loan(
        tx,
        Contract(
            id=signed.loan_id,
            application_id=signed.application_id,
            agreement_id=signed.agreement_id,
            user_id=signed.user_id,
            business_id=signed.business_id,
            credit_line_id=line_id,
            product_kind=signed.product_kind,
            lender=signed.lender,
            terms=terms,
            payout_account_id=signed.payout_account_id,
            created_at=tx.now,
        ),
    )
    await audit.record(
        tx,
        "loan.created",
        f"loan:{signed.loan_id}",
        agreement_id=signed.agreement_id,
        principal_minor=terms.principal_minor,
        currency=terms.currency,
    )


def _line(tx: Tx, signed: AgreementSigned, terms: LoanTerms, line_id: UUID) -> CreditLine:
    assert signed.credit_limit is not None, "a line has a limit"
    assert signed.credit_limit.currency == signed.terms.currency, "a line has one currency"
    return CreditLine(
        id=line_id,
        application_id=signed.application_id,
        agreement_id=signed.agreement_id,
        user_id=signed.user_id,
        business_id=signed.business_id,
        product_kind=signed.product_kind,
        lender=signed.lender,
        currency=signed.terms.currency,
        limit_minor=signed.credit_limit.amount_minor,
        terms=terms,
        payout_account_id=signed.payout_account_id,
        status=CreditLineStatus.PENDING,
        created_at=tx.now,
    )
