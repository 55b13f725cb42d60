"""Paying a loan off early."""

from app.screens.payoff.screen import PayoffScreen

__all__ = ["PayoffScreen"]
