"""Sets documents with Typst: bundled fonts only, no network, and data that is never read as markup."""

from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typst

from backend.agreements.domain.page import Page
from shared.api.agreements import DocumentKind

if TYPE_CHECKING:
    from typst import PDFStandard  # the package names its types in its stub only

_HERE = Path(__file__).resolve()
# In a wheel the assets lie inside the package, in a checkout at the root.
_PLACES = (_HERE.parents[2] / "assets", _HERE.parents[3] / "assets")
_TEMPLATES = {DocumentKind.KEY_FACTS: "key_facts.typ", DocumentKind.CONTRACT: "contract.typ"}
# Archival and accessible: ISO 19005 (fonts and colours inside, nothing fetched) and ISO 14289 (tagged, language set).
_STANDARDS: list["PDFStandard"] = ["a-2a", "ua-1"]


class TypstTypesetter:
    """The production typesetter."""

    def render(self, kind: DocumentKind, page: Page) -> bytes:
        """The PDF of `page`.

        A page with letters that no bundled font has, or with a logo that can't be decoded, is still set: without the
        claim to the archival standards, or without the logo.
        """
        try:
            return self._compile(kind, page, _STANDARDS)
        except typst.TypstError as error:
            if "image" in error.message and page.brand.logo is not None:
                return self.render(
                    kind, msgspec.structs.replace(page, brand=msgspec.structs.replace(page.brand, logo=None))
                )
            if "could not be displayed" not in error.message:
                raise
            return self._compile(kind, page, [])

    def _compile(self, kind: DocumentKind, page: Page, standards: list["PDFStandard"]) -> bytes:
        root = _assets()
        return typst.compile(
            root / "documents" / _TEMPLATES[kind],
            root=root / "documents",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": msgspec.json.encode(page).decode()},
            pdf_standards=standards,
            # Typst would stamp the present time into the file; the bytes are to be a function of the page alone.
            timestamp=datetime.combine(page.drawn_up_on, time(), UTC),
        )


@cache
def _assets() -> Path:
    for place in _PLACES:
        if (place / "documents" / "layout.typ").is_file():
            return place
    raise FileNotFoundError(f"No document templates: put assets/ in one of {', '.join(map(str, _PLACES))}.")


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_assets() / "fonts")])
