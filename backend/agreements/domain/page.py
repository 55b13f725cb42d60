"""What a document template is given: finished strings in the borrower's language, and nothing to decide."""

from datetime import date

from msgspec import Struct


class Figure(Struct, frozen=True, kw_only=True):
    """A figure that stands out."""

    label: str
    value: str


class Row(Struct, frozen=True, kw_only=True):
    """A label and its value."""

    label: str
    value: str
    note: str | None = None
    strong: bool = False


class Section(Struct, frozen=True, kw_only=True):
    """A titled part, in the order paragraphs, steps, rows, closing paragraphs."""

    title: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    after: tuple[str, ...] = ()


class Schedule(Struct, frozen=True, kw_only=True):
    """The repayment schedule as a table of strings."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]


class PageBrand(Struct, frozen=True, kw_only=True):
    """The tenant's look; `accent_text` is dark enough to read on white."""

    name: str
    accent: str
    accent_text: str
    logo: tuple[int, ...] | None = None


class Page(Struct, frozen=True, kw_only=True):
    """One document."""

    title: str
    subtitle: str
    drawn_up: str
    drawn_up_on: date  # the same day for the file's own metadata
    document_label: str
    document_id: str
    page_of: str  # with {page} and {pages} left open: only the typesetter knows them
    language: str
    region: str | None
    rtl: bool
    brand: PageBrand
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    closing: str | None = None
    schedule: Schedule | None = None
