"""Makes uploaded pictures safe to keep: decoded within limits, turned upright, and written anew without metadata."""

import warnings
from io import BytesIO
from typing import Final

from msgspec import Struct
from PIL import Image, ImageOps, UnidentifiedImageError

from backend.onboarding.errors import FileRefused
from backend.onboarding.file_types import FileType, sniff
from backend.onboarding.pdf_check import check_pdf

MAX_PIXELS: Final = 50_000_000
MIN_SIDE: Final = 32  # nothing legible is smaller
MAX_STORED_SIDE: Final = 4096  # print is legible well below; larger pictures are reduced
_JPEG_QUALITY: Final = 90
_DECODERS: Final = {FileType.JPEG: "JPEG", FileType.PNG: "PNG", FileType.WEBP: "WEBP"}


class CleanFile(Struct, frozen=True, kw_only=True):
    """A file as it is stored."""

    content: bytes
    media_type: str
    width: int | None = None  # of pictures, in pixels
    height: int | None = None


def clean_file(content: bytes) -> CleanFile:
    """The picture re-encoded as JPEG, or the PDF as it is once it is known to be passive.

    Takes processor time in proportion to the size of the picture: call it off the event loop. Raises FileRefused.
    """
    kind = sniff(content)
    if kind is FileType.PDF:
        check_pdf(content)
        return CleanFile(content=content, media_type=kind)
    return _reencode(content, _DECODERS[kind])


def _reencode(content: bytes, decoder: str) -> CleanFile:
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs at a size of its own; ours is checked before a pixel is decoded.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=[decoder]) as picture:
                _check_size(picture, still=decoder == "JPEG")
                picture.thumbnail((MAX_STORED_SIDE, MAX_STORED_SIDE))
                picture.load()
                upright = _on_white(ImageOps.exif_transpose(picture))
                fresh = BytesIO()
                upright.save(fresh, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefused(reason="the picture is damaged or incomplete; take it again") from error
    return CleanFile(content=fresh.getvalue(), media_type=FileType.JPEG, width=upright.width, height=upright.height)


def _check_size(picture: Image.Image, *, still: bool) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise FileRefused(reason=f"the picture has more than {MAX_PIXELS // 1_000_000} megapixels")
    if min(picture.size) < MIN_SIDE:
        raise FileRefused(reason=f"the picture is less than {MIN_SIDE} pixels wide or high")
    # A JPEG's further frames are a phone's depth map or preview, and are dropped.
    if not still and getattr(picture, "n_frames", 1) > 1:
        raise FileRefused(reason="moving pictures are not supported; send a photo")


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in plain RGB, transparent parts white, carrying nothing over but its pixels."""
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; a plain conversion would cut instead of scale.
        picture = picture.convert("I").point(lambda grey: grey / 256).convert("L")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        picture = Image.new("RGBA", layered.size, "white")
        picture.alpha_composite(layered)
    plain = picture.convert("RGB")
    plain.info.clear()
    return plain
