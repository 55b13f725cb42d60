"""Texts that people agree to, and their agreements, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

Locale = Annotated[
    str,
    Meta(pattern="^[a-z]{2,3}(-[A-Z]{2})?$", max_length=6, description="BCP 47 language tag", examples=["en", "pt-BR"]),
]


class ConsentKind(StrEnum):
    """What a person agrees to."""

    TERMS = "terms"
    PRIVACY = "privacy"
    CREDIT_CHECK = "credit_check"
    MARKETING = "marketing"


class ConsentTextIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in one language; a version that was published never changes."""

    kind: ConsentKind
    version: Annotated[str, Meta(min_length=1, max_length=40, examples=["2026-01"])]
    locale: Locale
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    body: Annotated[str, Meta(min_length=1, max_length=20_000)]
    required: bool = True


class ConsentTextOut(Struct, frozen=True, kw_only=True):
    """A text in its current version, in the language that comes closest to the one asked for."""

    kind: ConsentKind
    version: str
    locale: Locale
    title: str
    body: str
    required: bool


class ConsentIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One agreement, to one version of a text; `locale` is the language it was read in, else the person's own."""

    kind: ConsentKind
    version: Annotated[str, Meta(min_length=1, max_length=40, examples=["2026-01"])]
    locale: Locale | None = None


class ConsentOut(Struct, frozen=True, kw_only=True):
    """What a person agreed to, and when; withdrawn ones stay on record."""

    kind: ConsentKind
    version: str
    locale: Locale
    given_at: datetime
    withdrawn_at: datetime | None = None
