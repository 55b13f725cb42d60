"""Loans, schedules, repayments, payoff, credit lines and simulation, as the API takes and gives them."""

from enum import StrEnum


class LoanStatus(StrEnum):
    """Where a loan stands."""

    PENDING_DISBURSEMENT = "pending_disbursement"
    ACTIVE = "active"
    OVERDUE = "overdue"
    CLOSED = "closed"
    OVERPAID = "overpaid"  # nothing is owed, and the borrower's credit is still to be refunded
    CANCELLED = "cancelled"
