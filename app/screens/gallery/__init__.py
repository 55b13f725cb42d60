"""Every component on one page, for those who build with them; only where the server was started for development."""

from app.screens.gallery.screen import GalleryScreen

__all__ = ["GalleryScreen"]
