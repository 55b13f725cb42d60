"""The first sight of the app: language, then what it is for."""

from app.screens.welcome.screen import WelcomeScreen

__all__ = ["WelcomeScreen"]
