"""Tells what an uploaded file is by its first bytes; neither its name nor what its sender says is believed."""

from enum import StrEnum
from typing import Final

from backend.onboarding.errors import FileRefused

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})


class FileType(StrEnum):
    """The kinds of file that we take, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


def sniff(content: bytes) -> FileType:
    """The type of `content`. Raises FileRefused for an empty, oversized or other file: it says what to send."""
    if not content:
        raise FileRefused(reason="it is empty")
    if len(content) > MAX_FILE_BYTES:
        raise FileRefused(reason=f"it is larger than {MAX_FILE_BYTES // 1024**2} MB")
    if content.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileType.WEBP
    if content.startswith(b"%PDF-"):
        return FileType.PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS | _AVIF_BRANDS:
        raise FileRefused(reason="HEIC and AVIF photos are not supported; send a JPEG (on an iPhone: Most Compatible)")
    raise FileRefused(reason="it is none of JPEG, PNG, WebP and PDF")
