"""Paying a loan back."""

from app.screens.pay.screen import PayScreen

__all__ = ["PayScreen"]
