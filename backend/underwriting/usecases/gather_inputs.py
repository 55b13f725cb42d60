"""Gathers everything that a decision depends on, once, so that it never has to be looked up again."""

import asyncio
from typing import Final
from uuid import UUID

from backend import applications, onboarding, servicing
from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.domain.affordability import LoanRequest
from backend.underwriting.domain.decision import DecisionInputs
from backend.underwriting.domain.features import Applicant, CheckStatus, build_features
from backend.underwriting.records import Policy
from backend.underwriting.statements import Statement
from backend.underwriting.usecases.check_statement import parse_statement
from shared.api.bank_accounts import AccountOwnership
from shared.api.onboarding import CaseState
from shared.api.products import AttachmentKind, ProductOut
from shared.api.servicing import LoanStatus
from shared.errors import InvalidInput

MAX_LOANS_LOOKED_AT: Final = 50
LOST_COUNTS_DAYS: Final = 3_650  # days past due of a loan that was given up as lost
_OWNERSHIP: Final = {
    AccountOwnership.CONFIRMED: CheckStatus.PASSED,
    AccountOwnership.MISMATCH: CheckStatus.FAILED,
    AccountOwnership.NOT_FOUND: CheckStatus.FAILED,
}


async def gather_inputs(tx: ReadTx, vault: Vault, asked: applications.Application, policy: Policy) -> DecisionInputs:
    """Application, party, account, track record and bank statement as features, with the policy that weighs them."""
    product = await applications.product(tx, asked.product_id)
    as_of = await business_date.current(tx)
    statement, seen_elsewhere = await _statement(tx, vault, asked)
    applicant = await _applicant(tx, vault, asked, product, seen_elsewhere=seen_elsewhere)
    request = _request(asked, product)
    return DecisionInputs(
        as_of=as_of,
        request=request,
        features=build_features(request, applicant, statement, as_of),
        rule_set=policy.rule_set,
        scorecard=policy.scorecard,
    )


def _request(asked: applications.Application, product: ProductOut) -> LoanRequest:
    assert asked.amount_minor is not None, "a submitted application is complete"
    assert asked.instalments is not None, "a submitted application is complete"
    return LoanRequest(
        product=product.code,
        currency=product.currency,
        amount_minor=asked.amount_minor,
        minimum_minor=product.min_amount_minor,
        maximum_minor=product.max_amount_minor,
        annual_rate_pct=product.max_rate_pct,
        instalments=asked.instalments,
        frequency=product.frequency,
        every=product.every,
        method=product.method,
    )


async def _statement(tx: ReadTx, vault: Vault, asked: applications.Application) -> tuple[Statement | None, bool]:
    """The bank statement, and whether somebody else attached the same file.

    It was read when it was attached; should it no longer be readable, it counts as missing and is asked for again.
    """
    files = await applications.statements(tx, vault, asked.id)
    if not files:
        return None, False
    file = files[-1]
    seen_elsewhere = await applications.is_statement_seen_elsewhere(tx, asked.id, file.sha256)
    try:
        statement = await asyncio.to_thread(
            parse_statement,
            file.content,
            asked.currency,
            date_order=file.date_order,
            decimal_mark=file.decimal_mark,
        )
    except InvalidInput:
        return None, seen_elsewhere
    return statement, seen_elsewhere


async def _applicant(
    tx: ReadTx, vault: Vault, asked: applications.Application, product: ProductOut, *, seen_elsewhere: bool
) -> Applicant:
    person = await onboarding.facts(tx, vault, asked.user_id)
    party = person if asked.business_id is None else await onboarding.facts(tx, vault, asked.user_id, asked.business_id)
    told = await applications.told(tx, vault, asked.id)
    track = await store.track_record(tx, asked.user_id)
    as_of = await business_date.current(tx)
    return Applicant(
        business=asked.business_id is not None,
        channel=asked.channel,
        age_years=applications.years_between(person.birth_date, as_of) if person.birth_date else None,
        declared_income_minor=told.declared_monthly_income_minor if told else None,
        identity=_check(passed=person.person_passed, state=person.state),
        business_check=CheckStatus.NONE
        if asked.business_id is None
        else _check(passed=bool(party.business_passed), state=party.state),
        account_owner=await _account_owner(tx, vault, asked.payout_account_id),
        open_loans=len(track.open_loan_ids),
        closed_loans=track.closed_loans,
        days_past_due=await _days_past_due(tx, track.open_loan_ids),
        missed_repayments=track.missed_repayments,
        statement_required=AttachmentKind.BANK_STATEMENT in product.required_attachments,
        statement_seen_elsewhere=seen_elsewhere,
    )


def _check(*, passed: bool, state: CaseState | None) -> CheckStatus:
    if passed:
        return CheckStatus.PASSED
    if state is None:
        return CheckStatus.NONE
    return CheckStatus.FAILED if state is CaseState.FAILED else CheckStatus.PENDING


async def _account_owner(tx: ReadTx, vault: Vault, account_id: UUID | None) -> CheckStatus:
    if account_id is None:
        return CheckStatus.NONE
    account = await onboarding.bank_account(tx, vault, account_id)
    return _OWNERSHIP.get(account.ownership, CheckStatus.PENDING)


async def _days_past_due(tx: ReadTx, loan_ids: tuple[UUID, ...]) -> int:
    """Of the borrower's open loans, the latest one; one that was written off is as late as any."""
    late = 0
    for loan_id in loan_ids[:MAX_LOANS_LOOKED_AT]:
        loan = await servicing.loan_view(tx, loan_id)
        late = max(late, LOST_COUNTS_DAYS if loan.status is LoanStatus.WRITTEN_OFF else loan.days_past_due)
    return late
