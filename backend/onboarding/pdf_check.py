"""Refuses PDFs that can act: scripts, launched programs, embedded files, forms that send. Pages are left untouched."""

import re
import zlib
from typing import Final

from backend.onboarding.errors import FileRefused

_HEADER: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n")
# An object stream opens with pairs of numbers: object and offset (ISO 32000-2, 7.5.7).
_OBJECT_STREAM_HEAD: Final = re.compile(rb"\s*\d+\s+\d+[\s\d]")
_ACTIVE: Final = (
    b"/JavaScript",
    b"/Launch",
    b"/EmbeddedFile",
    b"/RichMedia",
    b"/XFA",
    b"/SubmitForm",
    b"/ImportData",
    b"/GoToE",
    b"/GoToR",
    b"/Rendition",
)
_HEAD_BYTES: Final = 64
_PIECE_BYTES: Final = 4096
_MAX_STREAMS: Final = 20_000
_MAX_INFLATED_BYTES: Final = 64 * 1024 * 1024
_TRAILER_WINDOW_BYTES: Final = 2048


def check_pdf(content: bytes) -> None:
    """Passes a PDF of versions 1.0 to 2.0 that is whole, not encrypted and passive. Raises FileRefused otherwise.

    Names are read with their `#xx` escapes, and inside compressed object streams. What can't be looked into is refused.
    """
    if not _HEADER.match(content):
        raise FileRefused(reason="its PDF version is not known")
    if b"%%EOF" not in content[-_TRAILER_WINDOW_BYTES:]:
        raise FileRefused(reason="the PDF is incomplete; export it again")
    text = _plain(content)
    if b"/Encrypt" in text:
        raise FileRefused(reason="the PDF is protected; save it without a password")
    _refuse_active(text)
    for objects in _object_streams(content):
        _refuse_active(_plain(objects))


def _plain(text: bytes) -> bytes:
    """`text` with the escapes of PDF names resolved."""
    return _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), text)


def _refuse_active(text: bytes) -> None:
    found = [name.decode() for name in _ACTIVE if name in text]
    if found:
        raise FileRefused(reason=f"the PDF has active content ({', '.join(found)}); print it to a new PDF")


def _object_streams(content: bytes) -> list[bytes]:
    """The inflated object streams. Other filters than plain deflate hide what the stream holds, and are refused."""
    streams = [match.end() for match in _STREAM.finditer(content)]
    if len(streams) > _MAX_STREAMS:
        raise FileRefused(reason="the PDF has too many parts; print it to a new PDF")
    inflated, budget = [], _MAX_INFLATED_BYTES
    for start in streams:
        head = _inflate(content, start, _HEAD_BYTES)
        if head is None or not _OBJECT_STREAM_HEAD.match(head):
            continue
        whole = _inflate(content, start, budget) or b""
        budget -= len(whole)
        if budget <= 0:
            raise FileRefused(reason="the PDF unpacks to too much; print it to a new PDF")
        inflated.append(whole)
    declared = len(re.findall(rb"/ObjStm\b", _plain(content)))
    if declared > len(inflated):
        raise FileRefused(reason="parts of the PDF can't be looked into; print it to a new PDF")
    return inflated


def _inflate(content: bytes, start: int, limit: int) -> bytes | None:
    """At most `limit` bytes of the deflated stream at `start`, or None when it is not one."""
    decoder, parts, left = zlib.decompressobj(), [], limit
    try:
        # In small pieces: the decoder copies what it was given and did not use.
        for at in range(start, len(content), _PIECE_BYTES):
            parts.append(decoder.decompress(content[at : at + _PIECE_BYTES], left))
            left -= len(parts[-1])
            if decoder.eof or left <= 0:
                break
    except zlib.error:
        return None
    return b"".join(parts)
