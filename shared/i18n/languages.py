"""The eight languages that the platform speaks."""

from enum import StrEnum
from functools import cached_property
from typing import Self

from babel import Locale


class Language(StrEnum):
    """A language by its BCP 47 tag."""

    ENGLISH = "en"
    FRENCH = "fr"
    HAUSA = "ha"
    YORUBA = "yo"
    IGBO = "ig"
    SWAHILI = "sw"
    ARABIC = "ar"
    PORTUGUESE_BRAZIL = "pt-BR"

    @classmethod
    def match(cls, tag: str | None) -> Self:
        """The language nearest to a BCP 47 or POSIX tag (`pt_PT`, `ar-EG`, `FR`); English where there is none."""
        wanted = (tag or "").replace("_", "-").lower()
        primary = wanted.partition("-")[0]
        for language in cls:
            if language.lower() == wanted:
                return language
        for language in cls:
            if language.partition("-")[0] == primary:
                return language
        return cls("en")

    @cached_property
    def locale(self) -> Locale:
        """Babel's data for the language; for English the world's (day before month), not that of the United States."""
        return Locale.parse("en_001" if self is Language.ENGLISH else self.folder)

    @property
    def folder(self) -> str:
        """The name that gettext gives to the language: `pt_BR`."""
        return self.replace("-", "_")

    @property
    def is_rtl(self) -> bool:
        """Whether the language is written from right to left."""
        return self.locale.text_direction == "rtl"

    @property
    def endonym(self) -> str:
        """The language's name in itself: `Kiswahili`."""
        named = Locale.parse("en") if self is Language.ENGLISH else self.locale
        return named.get_display_name() or self.value
