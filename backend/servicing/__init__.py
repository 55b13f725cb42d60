"""Loans after signature: schedules, accrual, allocation, payoff, credit lines and close of business."""

from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.quote import Quote
from backend.servicing.domain.schedule import Row
from backend.servicing.errors import LoanNotFound, LoanNotOpen
from backend.servicing.module import module
from backend.servicing.pricing import quote
from backend.servicing.usecases.project import Planned, Projection, project
from backend.servicing.usecases.read_loans import (
    LoanOwner,
    loan_owner,
    loan_view,
    loans_of,
    read_schedule,
    transaction,
)
from backend.servicing.usecases.request_close import read_business_day, request_close

__all__ = [
    "LoanNotFound",
    "LoanNotOpen",
    "LoanOwner",
    "Planned",
    "Projection",
    "Quote",
    "Row",
    "TermsNotServiceable",
    "loan_owner",
    "loan_view",
    "loans_of",
    "module",
    "project",
    "quote",
    "read_business_day",
    "read_schedule",
    "request_close",
    "transaction",
]
