"""The permission to debit an account on each due date."""

from app.screens.auto_debit.screen import AutoDebitScreen

__all__ = ["AutoDebitScreen"]
