"""Compares a document's name with the name a person gave: tolerant of order, accents and slips, always the same."""

import unicodedata
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

# Letters that do not fall apart into a letter and an accent, as ICAO writes them (9303-3, section 6).
_ICAO_LETTERS: Final = str.maketrans(
    {"Æ": "AE", "Œ": "OE", "Ø": "OE", "Þ": "TH", "Ð": "D", "Đ": "D", "Ħ": "H", "Ł": "L", "Ŋ": "N", "ẞ": "SS"}
)
# Umlauts and rings have two customary spellings; both are compared.
_DIGRAPHS: Final = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA"})
# An apostrophe joins (O'Neil is ONEIL on documents); every other mark parts words.
_JOINING: Final = str.maketrans("", "", "'`\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}")
_PARTICLES: Final = frozenset(
    {"AL", "BIN", "BINT", "DA", "DE", "DEL", "DER", "DI", "DOS", "DU", "EL", "IBN", "LA", "LE", "VAN", "VON"}
)
# Titles of people and legal forms of companies, which one side writes and the other leaves out.
_IGNORED: Final = frozenset(
    {"MR", "MRS", "MS", "MISS", "DR", "PROF", "CHIEF", "ENGR", "BARR", "ALHAJI", "ALHAJA", "HAJIYA"}
    | {"LTD", "LIMITED", "PLC", "LLC", "LLP", "INC", "CORP", "GMBH"}
)
# One slip in a word of this many letters still reads as the same word; shorter words must agree.
_SLIP_FROM_LETTERS: Final = 5
_MAX_WORDS: Final = 12
_MAX_LETTERS: Final = 200


class NameAgreement(StrEnum):
    """How well two names agree, best first."""

    EXACT = "exact"  # the same words, in any order
    CLOSE = "close"  # two words or more answer each other, and only one side has words to spare
    PARTIAL = "partial"  # a word in common: a person must look
    NONE = "none"


class NameMatch(Struct, frozen=True, kw_only=True):
    """The verdict, and the words on either side that found no partner."""

    agreement: NameAgreement
    only_on_document: tuple[str, ...] = ()
    only_given: tuple[str, ...] = ()

    @property
    def acceptable(self) -> bool:
        """Whether the names may pass without a person looking."""
        return self.agreement in {NameAgreement.EXACT, NameAgreement.CLOSE}


def match_names(document: str, given: str, *, document_truncated: bool = False) -> NameMatch:
    """Compares a document's name with a given one; both in any case, order and accents.

    `document_truncated` says that the zone had no room for the whole name, so that its last word may be a beginning.
    """
    best = list(NameAgreement)
    matches = [
        _compare(_words(document, digraphs=one), _words(given, digraphs=other), truncated=document_truncated)
        for one in (False, True)
        for other in (False, True)
    ]
    return min(matches, key=lambda match: best.index(match.agreement))


def _words(name: str, *, digraphs: bool) -> list[str]:
    text = unicodedata.normalize("NFC", name[:_MAX_LETTERS]).translate(_JOINING).upper()
    text = (text.translate(_DIGRAPHS) if digraphs else text).translate(_ICAO_LETTERS)
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    words = "".join(char if char.isalpha() else " " for char in plain).split()
    return [word for word in words if word not in _IGNORED][:_MAX_WORDS]


def _compare(document: list[str], given: list[str], *, truncated: bool) -> NameMatch:
    if document and (sorted(document) == sorted(given) or "".join(document) == "".join(given)):
        return NameMatch(agreement=NameAgreement.EXACT)
    cut = document[-1] if truncated and document else None
    left, right, same = _pair(sorted(document), sorted(given), lambda one, other: one == other)
    whole = sum(len(word) > 1 for word in same)
    left, right, similar = _pair(left, right, lambda one, other: _same_name(one, other, cut=one == cut))
    left, right = ([word for word in side if word not in _PARTICLES] for side in (left, right))
    # One common word is no identity, however alike: Ada Obi and Ada Eze share one.
    close = whole >= 1 and len(same) + len(similar) >= 2 and not (left and right)
    agreement = NameAgreement.CLOSE if close else NameAgreement.PARTIAL if whole or similar else NameAgreement.NONE
    return NameMatch(agreement=agreement, only_on_document=tuple(left), only_given=tuple(right))


def _pair(
    left: list[str], right: list[str], alike: Callable[[str, str], bool]
) -> tuple[list[str], list[str], list[str]]:
    """Pairs each word on the left with the first free one that is `alike`: what is left over, and the words paired."""
    unpaired, free, paired = [], list(right), []
    for word in left:
        partner = next((other for other in free if alike(word, other)), None)
        if partner is None:
            unpaired.append(word)
        else:
            free.remove(partner)
            paired.append(word)
    return unpaired, free, paired


def _same_name(one: str, other: str, *, cut: bool) -> bool:
    """Whether two different words are the same name: an initial, a word cut short, or one slip in a long one."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if cut and other.startswith(one):
        return True
    return min(len(one), len(other)) >= _SLIP_FROM_LETTERS and _one_slip(one, other)


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter was added, dropped, changed, or swapped with its neighbour."""
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[shared:], other[shared:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
