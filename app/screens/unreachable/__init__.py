"""A start without the platform: why, what was known last, and another try."""

from app.screens.unreachable.screen import Unreachable

__all__ = ["Unreachable"]
