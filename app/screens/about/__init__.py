"""Whose app it is, which version, who lends, and what it is made of."""

from app.screens.about.screen import AboutScreen

__all__ = ["AboutScreen"]
