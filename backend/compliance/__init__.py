"""Compliance: copies of one's data, and the end of one's account."""

from backend.compliance.module import module

__all__ = ["module"]
