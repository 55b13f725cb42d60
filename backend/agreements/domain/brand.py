"""Makes any tenant's colour and logo fit for a document."""

import re

from backend.agreements.domain.facts import Brand
from backend.agreements.domain.page import PageBrand
from shared.i18n import plain

_INK = "#14171c"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LOGO_HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
MAX_LOGO_BYTES = 256 * 1024


def page_brand(brand: Brand) -> PageBrand:
    """The brand as a template takes it: a valid colour, a readable one for text, a PNG or JPEG logo or none."""
    accent = brand.accent.lower() if _COLOUR.fullmatch(brand.accent) else _INK
    logo = brand.logo
    if logo is not None and (len(logo) > MAX_LOGO_BYTES or not logo.startswith(_LOGO_HEADS)):
        logo = None
    return PageBrand(
        name=plain(brand.name),
        accent=accent,
        accent_text=accent if _reads_on_white(accent) else _INK,
        logo=None if logo is None else tuple(logo),
    )


def _reads_on_white(colour: str) -> bool:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), in whole numbers with a gamma of 2 for sRGB's 2.2 or so."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    luminance = 2126 * red**2 + 7152 * green**2 + 722 * blue**2  # of 10 000 * 255²
    # Against white, that contrast is a relative luminance of 0.1833 at most.
    return luminance * 10_000 <= 1833 * 10_000 * 255**2
