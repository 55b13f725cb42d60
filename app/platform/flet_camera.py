"""The camera behind a Flet control: a phone's, or the one that a browser hands out."""

import logging
from collections.abc import Callable
from typing import cast

import flet as ft
import flet_camera as fc

from app.platform.port import CameraTrouble, Lens, Trouble

log = logging.getLogger("caas.app")
_SIDES = {Lens.BACK: fc.CameraLensDirection.BACK, Lens.FRONT: fc.CameraLensDirection.FRONT}
# Words of the errors that the systems and browsers give, which come as text alone.
_MEANING = (
    (Trouble.DENIED, ("denied", "notallowed", "permission", "restricted")),
    (Trouble.NONE, ("notfound", "not found", "overconstrained", "notsupported", "not supported", "mediadevices")),
    (Trouble.BUSY, ("notreadable", "not readable", "trackstart", "in use", "inuse", "abort")),
)
_BEGINNING = b"\xff\xd8"
# One APP1 segment: a little-endian TIFF directory with one entry, the tag 0x0112 (a short) with the value 2.
_MIRROR = bytes.fromhex("ffe1 0022 457869660000 49492a0008000000 0100 1201 0300 01000000 02000000 00000000")


class FletCamera:
    """Fulfils `Camera`. The client lets the camera go as soon as its view leaves the screen."""

    def __init__(self, over: Callable[[], ft.Control], *, in_browser: bool) -> None:
        self._over = over
        self._in_browser = in_browser
        self._is_mirrored = False
        self._camera = fc.Camera()

    def view(self) -> ft.Control:
        """What the camera sees. Each drawing has a control of its own, which Flet takes for the one before it."""
        self._camera = fc.Camera(content=self._over())
        return cast("ft.Control", self._camera)

    async def open(self, lens: Lens) -> None:
        """Begins to show. Raises CameraTrouble."""
        try:
            found = await self._camera.get_available_cameras()
            if not found:
                raise CameraTrouble(Trouble.NONE)
            fitting = [each for each in found if each.lens_direction is _SIDES[lens]]
            chosen = (fitting or found)[0]
            await self._camera.initialize(chosen, fc.ResolutionPreset.VERY_HIGH, enable_audio=False)
        except (RuntimeError, TimeoutError) as error:
            raise _trouble(error) from error
        # In browsers whatever is no back camera gives pictures as in a mirror, where no print can be read.
        self._is_mirrored = self._in_browser and chosen.lens_direction is not fc.CameraLensDirection.BACK

    async def take(self) -> bytes:
        """A picture as JPEG, no larger than 1920 pixels. Raises CameraTrouble."""
        try:
            picture = bytes(await self._camera.take_picture())
        except (RuntimeError, TimeoutError, TypeError) as error:
            raise _trouble(error) from error
        return unmirrored(picture) if self._is_mirrored else picture


def unmirrored(picture: bytes) -> bytes:
    """A JPEG that says of itself to be shown mirrored (Exif 2.32, orientation 2), so that no pixel is encoded anew."""
    return picture[:2] + _MIRROR + picture[2:] if picture.startswith(_BEGINNING) else picture


def _trouble(error: Exception) -> CameraTrouble:
    log.warning("the camera failed: %s", error)
    return CameraTrouble(meaning(str(error)))


def meaning(error: str) -> Trouble:
    """What stands in the way, by the words of an error."""
    said = error.lower()
    return next((trouble for trouble, words in _MEANING if any(word in said for word in words)), Trouble.BROKEN)
