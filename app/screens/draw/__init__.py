"""Drawing on a line of credit."""

from app.screens.draw.screen import DrawScreen

__all__ = ["DrawScreen"]
