"""Every application, what became of each, and the way to it."""

from app.screens.applications.screen import ApplicationsScreen

__all__ = ["ApplicationsScreen"]
