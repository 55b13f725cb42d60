"""The port. Nothing in the app but its adapters speaks to a device or a browser directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MAX_FILE_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Picked:
    """A file that the borrower chose, whole."""

    name: str
    content: bytes


class Platform(Protocol):
    """One device, or one window of a browser."""

    @property
    def description(self) -> str:
        """What a list of sessions calls this device."""
        ...

    @property
    def channel(self) -> str:
        """`ios`, `android` or `web`: whose rules apply."""
        ...

    @property
    def host(self) -> str | None:
        """Host and port that this app is served at; None for an app from a store."""
        ...

    async def secret(self, name: str) -> str | None:
        """What was kept under `name` in the device's secure storage."""
        ...

    async def keep_secret(self, name: str, value: str) -> None:
        """Keeps `value` in the device's secure storage."""
        ...

    async def drop_secret(self, name: str) -> None:
        """Forgets it."""
        ...

    async def setting(self, name: str) -> str | None:
        """A setting of this device's: language, theme, a draft. Nothing that has to be secret."""
        ...

    async def keep_setting(self, name: str, value: str | None) -> None:
        """Keeps a setting, or forgets it."""
        ...

    async def drop_settings(self, beginning: str) -> None:
        """Forgets every setting whose name begins so."""
        ...

    async def pick_file(self, extensions: Sequence[str]) -> Picked | None:
        """Has the borrower choose a file, or none. On phones the system's picker offers the camera by itself."""
        ...

    async def save_file(self, name: str, content: bytes, media_type: str) -> None:
        """Gives the borrower a file to keep."""
        ...

    async def copy(self, text: str) -> None:
        """Puts `text` on the clipboard."""
        ...

    async def share(self, text: str) -> bool:
        """Opens the system's share sheet; False where there is none, and the text was copied instead."""
        ...

    async def open_link(self, url: str) -> None:
        """Opens another site or app."""
        ...

    async def open_here(self, url: str) -> None:
        """Leaves for a page of the app's own server: in this window, or in a phone's browser."""
        ...

    async def announce(self, text: str) -> None:
        """Has a screen reader say `text` when it comes to a pause."""
        ...

    async def tick(self) -> None:
        """A light touch under the finger, where the device can."""
        ...
