"""The first screen of whoever is signed in."""

from app.screens.home.screen import HomeScreen

__all__ = ["HomeScreen"]
