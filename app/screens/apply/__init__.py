"""Applying for credit: a product, then one question a page."""

from app.screens.apply.draft import DraftScreen
from app.screens.apply.screen import ApplyScreen

__all__ = ["ApplyScreen", "DraftScreen"]
