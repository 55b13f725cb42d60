"""One loan."""

from app.screens.loan.screen import LoanScreen

__all__ = ["LoanScreen"]
