"""The repayment calendar."""

from app.screens.calendar.screen import CalendarScreen

__all__ = ["CalendarScreen"]
