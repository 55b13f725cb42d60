"""Whatever bytes come as a file, it is cleaned or refused."""

import contextlib
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backend.onboarding.errors import FileRefused
from backend.onboarding.imaging import clean_file


def picture(kind: str) -> bytes:
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 40), "red").save(buffer, kind, exif=exif)
    return buffer.getvalue()


PDF = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n<< /Length 3 >>\nstream\nabc\nendstream\ntrailer\n<< >>\n%%EOF\n"
)
SEEDS = [picture("JPEG"), picture("PNG"), picture("WEBP"), PDF]
CHANGES = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(seed=st.sampled_from(SEEDS), changes=CHANGES, length=st.integers(0, 2_000))
def test_damaged_files_are_cleaned_or_refused(seed: bytes, changes: list[tuple[int, int]], length: int) -> None:
    content = bytearray(seed[: max(length, 8)])
    for place, value in changes:
        content[place % len(content)] = value

    try:
        clean = clean_file(bytes(content))
    except FileRefused:
        return
    assert clean.media_type in {"image/jpeg", "application/pdf"}
    if clean.media_type == "image/jpeg":
        assert not dict(Image.open(BytesIO(clean.content)).getexif())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_cleaned_or_refused(content: bytes) -> None:
    with contextlib.suppress(FileRefused):
        clean_file(content)
