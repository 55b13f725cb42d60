"""Loans after signature: schedules, accrual, allocation, payoff, credit lines and close of business."""

from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.quote import Quote
from backend.servicing.domain.schedule import Row
from backend.servicing.pricing import quote

__all__ = ["Quote", "Row", "TermsNotServiceable", "quote"]
