"""Where an application stands: the wait, the decision, the offers."""

from app.screens.application.screen import ApplicationScreen

__all__ = ["ApplicationScreen"]
