"""Messages in the app."""

from app.screens.inbox.screen import InboxScreen

__all__ = ["InboxScreen"]
