"""A language that nobody speaks: every message marked at both ends, in letters of its own, and half as long again."""

import re
from gettext import NullTranslations

OPENS, CLOSES = "⟦", "⟧"
_LETTERS = str.maketrans(
    "aceginosuyzACEGINOSUYZdlrtDLRT",
    "àçéğîñöšûýžÀÇÉĞÎÑÖŠÛÝŽđľřťĐĽŘŤ",
)
_PLACES = re.compile(r"(\{[^}]*\})")
_GROWTH = 0.4  # what translations of short texts need


class PseudoTranslations(NullTranslations):
    """Stands in for a catalog: whatever is said by it can be told from what is not."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def pgettext(self, context: str, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)


def pseudo(message: str) -> str:
    """`message` in the language; its places stay as they are."""
    growth = "·" * int(len(message) * _GROWTH)
    return f"{OPENS}{in_letters(message)}{growth}{CLOSES}"


def in_letters(message: str) -> str:
    """A part of a message as it shows in the language."""
    return "".join(part if part.startswith("{") else part.translate(_LETTERS) for part in _PLACES.split(message))


def outside(shown: str) -> str:
    """What of `shown` no message said."""
    depth, left = 0, []
    for letter in shown:
        depth += letter == OPENS
        if not depth:
            left.append(letter)
        depth -= letter == CLOSES
    return "".join(left)
