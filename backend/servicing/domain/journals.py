"""What a loan's books show, and what each event posts: the difference between the books before and after it.

Because every posting is such a difference, a back-dated payment or a reversal posts exactly the correction it causes.
"""

from enum import StrEnum

from msgspec import Struct

from backend.servicing.domain.forgone import NOTHING, Forgone
from backend.servicing.domain.loan import LoanState
from backend.servicing.domain.suspense import Suspense, unpaid


class Account(StrEnum):
    """The accounts that servicing posts to, each under the ledger's own code."""

    PRINCIPAL = "loans_principal"  # lent and not yet repaid
    INTEREST_RECEIVABLE = "interest_receivable"  # earned less paid; below zero where interest was paid ahead
    FEES_RECEIVABLE = "fees_receivable"
    PENALTIES_RECEIVABLE = "penalties_receivable"
    IN_SUSPENSE = "interest_in_suspense"  # earned and receivable, and no income before it is paid
    LOSS_ALLOWANCE = "loss_allowance"
    BORROWER_CREDIT = "borrower_credit"  # the borrower's own money
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    RECOVERY_INCOME = "recovery_income"  # what came in after a write-off
    WRITTEN_OFF = "writeoff_expense"  # what the allowance did not cover
    LOST_TO_FRAUD = "fraud_loss_expense"  # the same, where the loan was got by fraud
    WAIVED = "waiver_expense"
    GOODWILL = "goodwill_expense"
    PROVISIONS = "loss_provisions"
    PAYOUTS = "payouts_in_transit"  # what went out, until the loan it was for stands in the books
    RECEIPTS = "unallocated_receipts"  # what came in, until it is allocated


class Leg(Struct, frozen=True):
    """One side of a journal in minor units: a debit above zero, a credit below."""

    account: Account
    debit_minor: int


# Debit balances by account code.
Books = dict[str, int]


def books(state: LoanState) -> Books:
    """Debit balances of a loan by account; they always add up to nothing.

    Credit that was refunded although the payment behind it bounced is lent money again, and stands with the principal.
    """
    rows = state.rows
    owed = [row.earned() for row in rows]
    suspense = state.suspense
    suspended = unpaid(rows) if state.non_accrual_since else NOTHING
    never, waived, credited, written_off = _never_income(suspense)
    earned_interest = sum(row.accrued_minor for row in rows)
    earned_fees = sum(row.earned_fee_minor for row in rows)
    penalties = sum(row.penalty_minor for row in rows)
    result: Books = {
        Account.PRINCIPAL: state.principal_outstanding_minor + max(-state.credit_minor, 0),
        Account.INTEREST_RECEIVABLE: sum(due.interest_minor for due in owed),
        Account.FEES_RECEIVABLE: sum(due.fee_minor for due in owed),
        Account.PENALTIES_RECEIVABLE: sum(due.penalty_minor for due in owed),
        Account.BORROWER_CREDIT: -max(state.credit_minor, 0),
        Account.IN_SUSPENSE: -suspended.total_minor,
        Account.LOSS_ALLOWANCE: -state.allowance_minor,
        Account.INTEREST_INCOME: -earned_interest + suspended.interest_minor + never.interest_minor,
        Account.FEE_INCOME: -earned_fees - state.upfront_fee_minor + suspended.fee_minor + never.fee_minor,
        Account.PENALTY_INCOME: -penalties + suspended.penalty_minor + never.penalty_minor,
        Account.RECOVERY_INCOME: -state.recovered_minor,
        Account.WRITTEN_OFF: state.written_off_minor
        - written_off
        - state.allowance_used_minor
        - state.fraud_loss_minor,
        Account.LOST_TO_FRAUD: state.fraud_loss_minor,
        Account.WAIVED: state.waived_minor - waived,
        Account.GOODWILL: state.goodwill_minor - credited,
        Account.PROVISIONS: state.allowance_minor + state.allowance_used_minor,
        Account.PAYOUTS: -state.paid_out_minor,
        Account.RECEIPTS: state.paid_in_minor - state.refunded_minor,
    }
    assert sum(result.values()) == 0, "a loan's books balance"
    return result


def _never_income(suspense: Suspense | None) -> tuple[Forgone, int, int, int]:
    """What was given up of income in suspense, by part, and in all by waivers, goodwill and write-offs: no expense."""
    if suspense is None:
        return NOTHING, 0, 0, 0
    parts = suspense.waived, suspense.credited, suspense.written_off
    return suspense.never_income, parts[0].total_minor, parts[1].total_minor, parts[2].total_minor


def journal(before: LoanState | None, after: LoanState) -> tuple[Leg, ...]:
    """The legs that take the books from `before` to `after`; empty where nothing moved, balanced always."""
    return difference({} if before is None else books(before), books(after))


def difference(old: Books, new: Books) -> tuple[Leg, ...]:
    """The legs that take books from `old` to `new`, in the accounts' order."""
    moved = ((account, new.get(account, 0) - old.get(account, 0)) for account in Account)
    legs = tuple(Leg(account, debit) for account, debit in moved if debit)
    assert sum(leg.debit_minor for leg in legs) == 0, "a journal balances"
    return legs
