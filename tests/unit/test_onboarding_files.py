import re
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript

from backend.onboarding.errors import FileRefused
from backend.onboarding.file_types import MAX_FILE_BYTES, FileType, sniff
from backend.onboarding.imaging import MAX_STORED_SIDE, clean_file

ORIENTATION, MAKER, GPS, ROTATED_RIGHT = 0x0112, 0x010F, 0x8825, 6


def picture(mode: str = "RGB", size: tuple[int, int] = (60, 40), kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    Image.new(mode, size, options.pop("colour", 0)).save(buffer, kind, **options)
    return buffer.getvalue()


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = ROTATED_RIGHT, "Camera Works"
    exif.get_ifd(GPS).update({1: "N", 2: (6.0, 27.0, 0.0)})
    return picture(exif=exif)


def pdf(*extra: bytes, version: bytes = b"1.7") -> bytes:
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(extra, start=3))
    return b"%%PDF-%s\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%strailer\n<< /Root 1 0 R >>\n%%%%EOF\n" % (
        version,
        objects,
    )


def object_stream(inner: bytes, *, filter_name: bytes = b"/FlateDecode") -> bytes:
    body = zlib.compress(b"7 0 " + inner)
    return b"<< /Type /ObjStm /N 1 /First 4 /Filter %s /Length %d >>\nstream\n%s\nendstream" % (
        filter_name,
        len(body),
        body,
    )


def test_a_photo_is_turned_upright_and_loses_where_and_with_what_it_was_taken() -> None:
    clean = clean_file(photo_with_place())

    assert (clean.media_type, clean.width, clean.height) == (FileType.JPEG, 40, 60)
    assert not dict(Image.open(BytesIO(clean.content)).getexif())
    assert b"Camera Works" not in clean.content
    assert b"Exif" not in clean.content


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_every_picture_becomes_a_jpeg(kind: str, mode: str) -> None:
    mode = "RGB" if kind == "WEBP" and mode in {"L", "P"} else mode

    clean = clean_file(picture(mode, kind=kind))

    assert Image.open(BytesIO(clean.content)).format == "JPEG"
    assert clean.content.startswith(b"\xff\xd8\xff")


def test_what_is_transparent_becomes_white_and_deep_grey_keeps_its_tone() -> None:
    clear = clean_file(picture("RGBA", kind="PNG", colour=(0, 0, 0, 0)))
    deep = clean_file(picture("I;16", kind="PNG", colour=30_000))

    assert Image.open(BytesIO(clear.content)).getpixel((5, 5)) == (255, 255, 255)
    assert Image.open(BytesIO(deep.content)).getpixel((5, 5)) == (117, 117, 117)


def test_a_large_picture_is_reduced_and_keeps_its_shape() -> None:
    clean = clean_file(picture("1", (MAX_STORED_SIDE + 904, 2500), "PNG"))

    assert (clean.width, clean.height) == (MAX_STORED_SIDE, 2048)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + bytes(MAX_FILE_BYTES), "larger than 10 MB"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"GIF89a", "none of JPEG, PNG, WebP and PDF"),
        (b"<svg onload=alert(1)>", "none of"),
        (b"MZ\x90\x00", "none of"),
        (picture()[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "damaged"),
        (picture(size=(60, 20)), "less than 32 pixels"),
        (picture("1", (8000, 7000), "PNG"), "more than 50 megapixels"),
        (picture(kind="WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")]), "moving"),
        (b"RIFF\x00\x00\x00\x00WEBP" + picture(), "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_plain_picture_is_refused_and_told_why(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        clean_file(content)


def test_a_passive_pdf_is_kept_as_it_is() -> None:
    writer, buffer = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(buffer)

    clean = clean_file(buffer.getvalue())

    assert clean.media_type == "application/pdf"
    assert clean.content == buffer.getvalue()
    assert clean_file(pdf(object_stream(b"<< /Type /Page >>"))).width is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "/JavaScript"),
        (pdf(b"<< /S /J#61vaScript /JS (x) >>"), "/JavaScript"),
        (pdf(b"<< /S /Launch /F (calc.exe) >>"), "/Launch"),
        (pdf(b"<< /Type /EmbeddedFile >>"), "/EmbeddedFile"),
        (pdf(object_stream(b"<< /S /JavaScript >>")), "/JavaScript"),
        (pdf(object_stream(b"<< /S /L#61unch >>")), "/Launch"),
        (pdf(b"<< /Type /Obj#53tm /Filter /LZWDecode >>\nstream\n\x80\x0b\x60\nendstream"), "can't be looked into"),
        (pdf(b"<< /Encrypt 5 0 R >>"), "protected"),
        (pdf(version=b"9.9"), "version"),
        (pdf()[:-8], "incomplete"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_pdf_that_can_act_or_hide_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(reason)):
        clean_file(content)


def test_a_script_added_by_a_common_writer_is_found() -> None:
    writer, buffer = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_open_action(JavaScript("app.alert('hello')"))
    writer.write(buffer)

    with pytest.raises(FileRefused, match="/JavaScript"):
        clean_file(buffer.getvalue())


def test_the_type_is_told_by_content_alone() -> None:
    assert sniff(picture()) is FileType.JPEG
    assert sniff(picture(kind="PNG")) is FileType.PNG
    assert sniff(picture(kind="WEBP")) is FileType.WEBP
    assert sniff(pdf()) is FileType.PDF
