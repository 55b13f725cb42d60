"""What shows while the app is locked."""

from app.screens.locked.screen import LockScreen

__all__ = ["LockScreen"]
