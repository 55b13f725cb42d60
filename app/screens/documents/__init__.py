"""What one signed, and what one gave."""

from app.screens.documents.screen import DocumentsScreen

__all__ = ["DocumentsScreen"]
