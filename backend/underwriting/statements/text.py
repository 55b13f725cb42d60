"""Turns an uploaded file into text, and text into words."""

import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from backend.underwriting.errors import StatementNotRecognised

MAX_DESCRIPTION = 500


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by its mark, else UTF-8, else Windows-1252.

    Raises StatementNotRecognised for anything else, and for text with NUL characters.
    """
    if content.startswith(BOM_UTF8):
        candidates: tuple[str, ...] = ("utf-8-sig",)
    elif content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        candidates = ("utf-16",)
    else:
        candidates = ("utf-8", "cp1252")
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise StatementNotRecognised(problem="it is not text in UTF-8, UTF-16 or Windows-1252")


def tidy(description: str) -> str:
    """`description` on one line, without control characters, at most MAX_DESCRIPTION characters."""
    printable = "".join(character if character.isprintable() else " " for character in description)
    return " ".join(printable.split())[:MAX_DESCRIPTION]


def words(text: str) -> str:
    """`text` as lower-case words without accents or punctuation, one blank around each, for matching whole words."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(
        character if character.isalnum() else " " for character in plain if not unicodedata.combining(character)
    )
    return f" {' '.join(kept.split())} "
