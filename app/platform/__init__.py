"""What a device can do, behind one port: storage, files, sharing, links, announcements."""

from app.platform.port import Picked, Platform

__all__ = ["Picked", "Platform"]
