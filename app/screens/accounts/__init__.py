"""Bank accounts of the borrower's."""

from app.screens.accounts.screen import AccountsScreen

__all__ = ["AccountsScreen"]
