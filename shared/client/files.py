"""Files on their way to and from the API."""

import hashlib
from collections.abc import Mapping
from email.message import Message
from urllib.parse import quote

from msgspec import Struct


class Upload(Struct, frozen=True, kw_only=True):
    """One file to send as multipart/form-data under the form name `field`."""

    filename: str
    content: bytes
    media_type: str
    field: str = "file"


class Download(Struct, frozen=True, kw_only=True):
    """A file received; `filename` as the server suggests it, without any folder."""

    content: bytes
    media_type: str
    filename: str | None = None


def multipart(upload: Upload, fields: Mapping[str, str] | None = None) -> tuple[bytes, str]:
    """The body and its Content-Type (RFC 7578).

    The boundary is derived from the content: the same upload has the same bytes each time, so that a repetition
    under one Idempotency-Key is recognised as the same request.
    """
    digest = hashlib.sha256(upload.content)
    sections: list[bytes] = []
    for name, value in (fields or {}).items():
        digest.update(f"\0{name}\0{value}".encode())
        sections.append(f'Content-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}'.encode())
    disposition = f'form-data; name="{_quoted(upload.field)}"; filename="{_quoted(upload.filename)}"'
    head = f"Content-Disposition: {disposition}\r\nContent-Type: {_one_line(upload.media_type)}\r\n\r\n"
    sections.append(head.encode() + upload.content)
    boundary = f"caas-{digest.hexdigest()}"
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), section) for section in sections)
    return body + b"--%s--\r\n" % boundary.encode(), f"multipart/form-data; boundary={boundary}"


def _quoted(text: str) -> str:
    """Percent-encodes what would end a quoted name, as browsers do (HTML, multipart form data)."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")


def _one_line(text: str) -> str:
    return quote(text, safe="!#$&^_.+-/;= \"'")


def suggested_filename(disposition: str | None) -> str | None:
    """The file name of a Content-Disposition header, stripped of folders; None when there is none."""
    if not disposition:
        return None
    message = Message()
    message["Content-Disposition"] = disposition
    name = message.get_filename()
    if not name:
        return None
    return name.replace("\\", "/").rsplit("/", 1)[-1] or None
