"""Where a loan's money is."""

from app.screens.payout.screen import PayoutScreen

__all__ = ["PayoutScreen"]
