"""What a device can do, behind one port: storage, files, sharing, links, announcements."""

from app.platform.port import Camera, CameraTrouble, Lens, Owner, Picked, Platform, Trouble

__all__ = ["Camera", "CameraTrouble", "Lens", "Owner", "Picked", "Platform", "Trouble"]
