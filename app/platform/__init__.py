"""What a device can do, behind one port: storage, files, sharing, links, announcements."""

from app.platform.port import Owner, Picked, Platform

__all__ = ["Owner", "Picked", "Platform"]
