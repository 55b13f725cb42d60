"""One conversation with support."""

from app.screens.chat.screen import ChatScreen

__all__ = ["ChatScreen"]
