"""Files that the borrower hands in: chosen on the device, sent, known by the id that the platform gave them."""

from collections.abc import Awaitable, Callable

import flet as ft

from app.platform.port import MAX_FILE_BYTES, Picked
from app.stores.problem import Kind, Problem
from app.stores.root import Store
from shared.client import Upload

PICTURES = ("jpg", "jpeg", "png", "webp", "pdf")
_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "ofx": "application/x-ofx",
    "qfx": "application/x-ofx",
}


def upload_of(picked: Picked) -> Upload:
    """A file that was chosen, as it is sent."""
    extension = picked.name.rpartition(".")[2].lower()
    media_type = _TYPES.get(extension, "application/octet-stream")
    return Upload(filename=picked.name, content=picked.content, media_type=media_type)


class Handover(ft.Observable):
    """One place for a file. `name` is what was sent last; `action` says how the sending goes."""

    def __init__(self, store: Store, send: Callable[[Upload], Awaitable[object]], extensions: tuple[str, ...]) -> None:
        self._store = store
        self._send = send
        self.extensions = extensions
        self.action = store.action()
        self.name = ""

    async def choose(self) -> None:
        """Has the borrower choose a file, and sends it."""
        self.action.clear()
        try:
            picked = await self._store.platform.pick_file(self.extensions)
        except ValueError:
            self._refuse()
            return
        if picked is not None:
            await self.send(picked)

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture from the camera would do, and could be taken."""
        return "jpg" in self.extensions and self._store.platform.has_camera

    async def take(self, picture: bytes) -> None:
        """Sends a picture, a JPEG, that the camera has just taken."""
        self.action.clear()
        if len(picture) > MAX_FILE_BYTES:
            self._refuse()
            return
        await self.send(Picked(name="photo.jpg", content=picture))

    def _refuse(self) -> None:
        too_large = self._store.words.say("The file is larger than 10 MB. Choose a smaller one.")
        self.action.fail(Problem(kind=Kind.REFUSED, code="file_too_large", detail=too_large))

    async def send(self, picked: Picked) -> None:
        """Sends a file that was chosen."""
        upload = upload_of(picked)
        if await self.action.run(lambda: self._send(upload)) is not None:
            self.name = picked.name
