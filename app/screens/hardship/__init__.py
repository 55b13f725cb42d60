"""Help for who can't pay as agreed."""

from app.screens.hardship.screen import HardshipScreen

__all__ = ["HardshipScreen"]
