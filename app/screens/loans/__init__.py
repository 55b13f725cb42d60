"""All loans."""

from app.screens.loans.screen import LoansScreen

__all__ = ["LoansScreen"]
