"""A copy of somebody's data: how often it may be asked for, how long it can be had, how it is packed."""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from shared.api.compliance import ExportStatus

KEPT = timedelta(days=7)
LINK_LIVES = timedelta(minutes=10)
A_DAY = 3
MAX_BYTES = 64 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP can say: the same data makes the same bytes


class Export(Struct, frozen=True, kw_only=True):
    """One copy."""

    id: UUID
    user_id: UUID
    status: ExportStatus
    requested_at: datetime
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    size: int | None = None
    sha256: bytes | None = None

    def standing(self, now: datetime) -> ExportStatus:
        """Where it stands: a copy whose time is over has expired, whoever has noticed."""
        over = self.expires_at is not None and now >= self.expires_at
        return ExportStatus.EXPIRED if self.status is ExportStatus.READY and over else self.status


class Packed(Struct, frozen=True, kw_only=True):
    """A ZIP, with its SHA-256, and the files that it had no room for."""

    content: bytes
    sha256: bytes
    left_out: tuple[str, ...]


def packed(parts: Iterable[tuple[str, bytes]], *, max_bytes: int = MAX_BYTES) -> Packed:
    """Packs files into a ZIP. Those that would make it too large are left out, and named in it."""
    room, left_out = max_bytes, []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(parts):
            if len(content) > room:
                left_out.append(path)
                continue
            room -= len(content)
            _write(archive, path, content)
        _write(archive, "left-out.json", msgspec.json.format(msgspec.json.encode(left_out)))
    content = buffer.getvalue()
    return Packed(content=content, sha256=hashlib.sha256(content).digest(), left_out=tuple(left_out))


def _write(archive: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
