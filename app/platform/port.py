"""The port. Nothing in the app but its adapters speaks to a device or a browser directly."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any, Protocol, TypeVar

import flet as ft

MAX_FILE_BYTES = 10 * 1024 * 1024


AnyT = TypeVar("AnyT", bound=Callable[..., Any])


class Leaving(Enum):
    """When a way of a port puts the app out of sight."""

    MEANWHILE = auto()
    AFTERWARDS = auto()


def leaves(way: AnyT) -> AnyT:
    """Marks a way of a port that may put the app out of sight until it answers: a picker, a permission."""
    way.leaves = Leaving.MEANWHILE  # type: ignore[attr-defined]  # read by `app.platform.errands`
    return way


def hands_over(way: AnyT) -> AnyT:
    """Marks one that sends for another app, which covers this one a moment after it has answered."""
    way.leaves = Leaving.AFTERWARDS  # type: ignore[attr-defined]  # as above
    return way


class DeviceFailed(Exception):
    """The device did not keep, or give, what it was asked for."""


class DeviceSilent(DeviceFailed):
    """The device did not answer: whether it has what it was asked for is not known."""


class Owner(StrEnum):
    """What the device says of who holds it."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"  # another finger, another face, or the question was put away
    UNKNOWN = "unknown"  # the device can't tell: nothing is set up there, or not any more


class Lens(StrEnum):
    """Which camera of a phone."""

    BACK = "back"
    FRONT = "front"


class Trouble(StrEnum):
    """Why there is no picture."""

    DENIED = "denied"  # its owner, or the system, does not let the app use it
    NONE = "none"
    BUSY = "busy"  # another app holds it
    BROKEN = "broken"


class CameraTrouble(Exception):
    """The camera gives no picture."""

    def __init__(self, reason: Trouble) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Picked:
    """A file that the borrower chose, whole."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner of a device asks of every app, in the settings of its system."""

    still: bool = False  # nothing that moves
    high_contrast: bool = False


class Camera(Protocol):
    """A camera that is on while what it sees is on the screen, and let go when it is not."""

    def view(self) -> ft.Control:
        """What it sees, to be drawn anew each time."""
        ...

    @leaves
    async def open(self, lens: Lens) -> None:
        """Begins to show, once its view is there; asks for the permission where there is none. Raises CameraTrouble."""
        ...

    async def take(self) -> bytes:
        """A picture as JPEG. Raises CameraTrouble."""
        ...


class Platform(Protocol):
    """One device, or one window of a browser.

    What it keeps is kept and dropped, or DeviceFailed is raised. Where its storage can't be read, as after a restored
    backup or in some private windows, nothing is there; where it does not answer, DeviceSilent is raised.
    """

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

    async def drop_secrets(self, beginning: str) -> None:
        """Forgets everything in the secure storage whose name begins so."""
        ...

    async def setting(self, name: str) -> str | None:
        """A setting of this device's, such as language and theme: nothing that tells of a person."""
        ...

    async def keep_setting(self, name: str, value: str | None) -> None:
        """Keeps a setting, or forgets it."""
        ...

    @leaves
    async def pick_file(self, extensions: Sequence[str]) -> Picked | None:
        """Has the borrower choose a file, or none. On phones the system's picker offers the camera by itself."""
        ...

    @property
    def has_camera(self) -> bool:
        """Whether pictures can be taken inside the app; whether a camera is really there shows when it is opened."""
        ...

    def camera(self, over: Callable[[], ft.Control]) -> Camera:
        """A camera, not open yet; what `over` draws lies above what it sees."""
        ...

    @leaves
    async def save_file(self, name: str, content: bytes, media_type: str) -> None:
        """Gives the borrower a file to keep."""
        ...

    async def copy(self, text: str) -> None:
        """Puts `text` on the clipboard."""
        ...

    @hands_over
    async def share(self, text: str) -> bool:
        """Opens the system's share sheet; False where there is none, and the text was copied instead."""
        ...

    @hands_over
    async def open_link(self, url: str) -> None:
        """Opens another site or app."""
        ...

    @hands_over
    async def open_here(self, url: str) -> None:
        """Leaves for a page of the app's own server: in this window, or in a phone's browser."""
        ...

    async def wishes(self) -> Wishes:
        """What the system's settings ask for, at this moment."""
        ...

    async def announce(self, text: str) -> None:
        """Has a screen reader say `text` when it comes to a pause."""
        ...

    async def can_confirm_owner(self) -> bool:
        """Whether the device can tell its owner: by finger, face or the code that unlocks it. Browsers can't."""
        ...

    async def confirm_owner(self, reason: str) -> Owner:
        """Has the device ask for its owner, who reads `reason` with the question."""
        ...

    @property
    def can_push(self) -> bool:
        """Whether notices can come to this device while the app is closed. To browsers they can't."""
        ...

    @leaves
    async def register_push(self) -> str | None:
        """The name by which notices reach this device; asks for the permission. None where there is no way."""
        ...

    async def end_push(self) -> None:
        """Has no notice come here any more."""
        ...

    async def tick(self) -> None:
        """A light touch under the finger, where the device can."""
        ...
