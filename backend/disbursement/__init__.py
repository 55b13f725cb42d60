"""Paying a signed loan out: one order for each loan, its attempts, and its timeline."""

from backend.disbursement.module import module

__all__ = ("module",)
