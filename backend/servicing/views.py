"""Loans as the API shows them."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from backend.servicing.domain.events import EventKind
from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.journals import Account
from backend.servicing.domain.loan import Applied, LoanState
from backend.servicing.domain.loan_file import CreditLine, LineUse, LoanSummary
from backend.servicing.domain.schedule import Schedule
from backend.servicing.domain.status import late_after
from backend.servicing.store.loan_reads import Entry
from shared.api.classification import ClassificationOut
from shared.api.servicing import (
    CreditLineOut,
    InstalmentOut,
    InstalmentStatus,
    LoanOut,
    LoanStatus,
    PartsOut,
    ScheduleOut,
    TransactionKind,
    TransactionOut,
)
from shared.money import Money
from shared.terms import Part

_TRANSACTIONS = {
    EventKind.DISBURSED: TransactionKind.DISBURSEMENT,
    EventKind.PAYMENT: TransactionKind.REPAYMENT,
    EventKind.FEE_CHARGED: TransactionKind.FEE,
    EventKind.PENALTY_CHARGED: TransactionKind.PENALTY,
    EventKind.CREDIT_REFUNDED: TransactionKind.CREDIT_REFUND,
    EventKind.INTEREST_WAIVED: TransactionKind.INTEREST_WAIVER,
    EventKind.FEE_WAIVED: TransactionKind.FEE_WAIVER,
    EventKind.PENALTY_WAIVED: TransactionKind.PENALTY_WAIVER,
    EventKind.GOODWILL_CREDITED: TransactionKind.GOODWILL_CREDIT,
    EventKind.WRITTEN_OFF: TransactionKind.WRITE_OFF,
    EventKind.LOST_TO_FRAUD: TransactionKind.WRITE_OFF,  # why is between the lender and its books
}


def loan_out(summary: LoanSummary, *, for_staff: bool = False) -> LoanOut:
    """One loan; how its lender judges it is for staff alone."""
    contract, currency = summary.contract, summary.contract.terms.currency
    recoverable = Money.of(summary.recoverable_minor, currency)
    terms = contract.terms if for_staff else replace(contract.terms, loss_policy=None)
    return LoanOut(
        id=contract.id,
        application_id=contract.application_id,
        agreement_id=contract.agreement_id,
        user_id=contract.user_id,
        business_id=contract.business_id,
        credit_line_id=contract.credit_line_id,
        product_kind=contract.product_kind,
        lender=contract.lender,
        status=summary.status,
        principal=Money.of(contract.terms.principal_minor, currency),
        terms=terms,
        principal_outstanding=Money.of(summary.principal_outstanding_minor, currency),
        outstanding=Money.of(summary.outstanding_minor, currency),
        past_due=Money.of(summary.past_due_minor, currency),
        days_past_due=summary.days_past_due,
        credit=Money.of(summary.credit_minor, currency),
        next_due_on=summary.next_due_on,
        next_due=Money.of(summary.next_due_minor, currency) if summary.next_due_on else None,
        disbursed_on=summary.disbursed_on,
        closed_on=summary.closed_on,
        as_of=summary.as_of,
        created_at=contract.created_at,
        recoverable=recoverable if summary.status is LoanStatus.WRITTEN_OFF else None,
        classification=_classification(summary) if for_staff and contract.terms.loss_policy else None,
    )


def _classification(summary: LoanSummary) -> ClassificationOut:
    currency = summary.contract.terms.currency
    return ClassificationOut(
        bucket=summary.loss_bucket,
        non_accrual_since=summary.non_accrual_since,
        in_suspense=Money.of(-summary.posted.get(Account.IN_SUSPENSE, 0), currency),
        loss_allowance=Money.of(-summary.posted.get(Account.LOSS_ALLOWANCE, 0), currency),
    )


def schedule_out(
    loan_id: UUID, schedule: Schedule, rows: Sequence[Instalment], as_of: date, *, grace_days: int, is_final: bool
) -> ScheduleOut:
    """A loan's instalments; `rows` are the live ones, `schedule` the plan that they came from."""
    balances = {row.number: row.balance_minor for row in schedule.rows}

    def money(minor: int) -> Money:
        return Money.of(minor, schedule.currency)

    return ScheduleOut(
        loan_id=loan_id,
        as_of=as_of,
        is_final=is_final,
        rows=[
            InstalmentOut(
                number=row.number,
                due_on=row.due_on,
                status=_instalment_status(row, as_of, grace_days),
                principal=money(row.principal_minor),
                interest=money(row.interest_minor),
                fee=money(row.all_fees_minor),
                penalty=money(row.penalty_minor),
                total=money(row.due_minor),
                paid=money(row.paid_minor),
                open=money(row.open_minor),
                balance=money(balances[row.number]),
                settled_on=row.settled_on,
                waived=money(row.waived_minor),
                written_off=money(row.written_off_minor),
            )
            for row in rows
        ],
        principal=money(sum(row.principal_minor for row in rows)),
        interest=money(sum(row.interest_minor for row in rows)),
        fee=money(sum(row.all_fees_minor for row in rows)),
        penalty=money(sum(row.penalty_minor for row in rows)),
        total=money(sum(row.due_minor for row in rows)),
        paid=money(sum(row.paid_minor for row in rows)),
        open=money(sum(row.open_minor for row in rows)),
        waived=money(sum(row.waived_minor for row in rows)),
        written_off=money(sum(row.written_off_minor for row in rows)),
    )


def _instalment_status(row: Instalment, as_of: date, grace_days: int) -> InstalmentStatus:
    if row.open_minor == 0:
        return InstalmentStatus.PAID
    if late_after(row.due_on, grace_days) < as_of:
        return InstalmentStatus.OVERDUE
    return InstalmentStatus.DUE if row.due_on <= as_of else InstalmentStatus.UPCOMING


def transactions_out(entries: Iterable[Entry], state: LoanState, currency: str) -> list[TransactionOut]:
    """What happened to a loan, the newest first."""
    known = list(entries)
    reversed_on = {entry.event.target: entry.event.effective_on for entry in known if entry.event.target}
    applied = {used.event_id: used for used in state.applied}
    shown = [entry for entry in known if entry.event.kind in _TRANSACTIONS]
    shown.sort(key=lambda entry: (entry.event.effective_on, entry.entered_at, entry.event.id.int), reverse=True)
    return [
        TransactionOut(
            id=entry.event.id,
            kind=_TRANSACTIONS[entry.event.kind],
            effective_on=entry.event.effective_on,
            amount=Money.of(entry.event.amount_minor, currency),
            parts=_parts(used, currency) if (used := applied.get(entry.event.id)) else None,
            principal_outstanding=Money.of(used.balance_minor, currency) if used else None,
            reversed_on=reversed_on.get(entry.event.id),
            reference=entry.reference,
            entered_at=entry.entered_at,
        )
        for entry in shown
    ]


def _parts(used: Applied, currency: str) -> PartsOut:
    return PartsOut(
        principal=Money.of(used.total_of(Part.PRINCIPAL), currency),
        interest=Money.of(used.total_of(Part.INTEREST), currency),
        fee=Money.of(used.total_of(Part.FEE), currency),
        penalty=Money.of(used.total_of(Part.PENALTY), currency),
        credit=Money.of(used.credit_minor, currency),
        recovered=Money.of(used.recovered_minor, currency),
    )


def line_out(line: CreditLine, use: LineUse) -> CreditLineOut:
    """One credit line."""
    return CreditLineOut(
        id=line.id,
        application_id=line.application_id,
        agreement_id=line.agreement_id,
        user_id=line.user_id,
        business_id=line.business_id,
        product_kind=line.product_kind,
        lender=line.lender,
        status=line.status,
        limit=Money.of(line.limit_minor, line.currency),
        drawn=Money.of(use.drawn_minor, line.currency),
        available=Money.of(use.available_minor(line), line.currency),
        terms=replace(line.terms, loss_policy=None),
        opened_on=line.opened_on,
        created_at=line.created_at,
    )
