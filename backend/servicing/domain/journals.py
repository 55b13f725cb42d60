"""What a loan's books show, and what each event posts: the difference between the books before and after it.

Because every posting is such a difference, a back-dated payment or a reversal posts exactly the correction it causes.
"""

from enum import StrEnum

from msgspec import Struct

from backend.servicing.domain.loan import LoanState


class Account(StrEnum):
    """The accounts that servicing posts to."""

    PRINCIPAL = "principal"  # asset: lent and not yet repaid
    INTEREST_RECEIVABLE = "interest_receivable"  # asset: earned and not yet paid
    FEES_RECEIVABLE = "fees_receivable"
    PENALTIES_RECEIVABLE = "penalties_receivable"
    INTEREST_UNEARNED = "interest_unearned"  # liability: paid ahead of being earned
    FEES_UNEARNED = "fees_unearned"
    BORROWER_CREDIT = "borrower_credit"  # liability: the borrower's own money
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    PENALTY_INCOME = "penalty_income"
    DISBURSEMENTS = "disbursements"  # what went out to borrowers, cleared by the payout
    COLLECTIONS = "collections"  # what came in from borrowers, cleared by the rail


class Leg(Struct, frozen=True):
    """One side of a journal in minor units: a debit above zero, a credit below."""

    account: Account
    debit_minor: int


Books = dict[Account, int]


def books(state: LoanState) -> Books:
    """Debit balances of a loan by account; they always add up to nothing."""
    earned_interest = sum(row.accrued_minor for row in state.rows)
    earned_fees = sum(row.earned_fee_minor for row in state.rows)
    penalties = sum(row.penalty_minor for row in state.rows)
    result = {
        Account.PRINCIPAL: state.principal_outstanding_minor,
        Account.INTEREST_RECEIVABLE: sum(max(row.accrued_minor - row.paid_interest_minor, 0) for row in state.rows),
        Account.INTEREST_UNEARNED: -sum(max(row.paid_interest_minor - row.accrued_minor, 0) for row in state.rows),
        Account.FEES_RECEIVABLE: sum(max(row.earned_fee_minor - row.paid_fee_minor, 0) for row in state.rows),
        Account.FEES_UNEARNED: -sum(max(row.paid_fee_minor - row.earned_fee_minor, 0) for row in state.rows),
        Account.PENALTIES_RECEIVABLE: sum(row.penalty_minor - row.paid_penalty_minor for row in state.rows),
        Account.BORROWER_CREDIT: -state.credit_minor,
        Account.INTEREST_INCOME: -earned_interest,
        Account.FEE_INCOME: -earned_fees - state.upfront_fee_minor,
        Account.PENALTY_INCOME: -penalties,
        Account.DISBURSEMENTS: -state.paid_out_minor,
        Account.COLLECTIONS: state.paid_in_minor - state.refunded_minor,
    }
    assert sum(result.values()) == 0, "a loan's books balance"
    return result


def journal(before: LoanState | None, after: LoanState) -> tuple[Leg, ...]:
    """The legs that take the books from `before` to `after`; empty where nothing moved, balanced always."""
    old = books(before) if before is not None else {}
    return difference(old, books(after))


def difference(old: Books, new: Books) -> tuple[Leg, ...]:
    """The legs that take books from `old` to `new`, in the accounts' order."""
    moved = ((account, new.get(account, 0) - old.get(account, 0)) for account in Account)
    legs = tuple(Leg(account, debit) for account, debit in moved if debit)
    assert sum(leg.debit_minor for leg in legs) == 0, "a journal balances"
    return legs
