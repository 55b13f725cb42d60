"""Where each field of a machine-readable zone stands, by size of document (ICAO Doc 9303-4 to -7)."""

from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace


class MrzFormat(StrEnum):
    """The sizes of ICAO 9303: cards (TD1, TD2), passports (TD3) and visas (MRV)."""

    TD1 = "td1"
    TD2 = "td2"
    TD3 = "td3"
    MRV_A = "mrv_a"
    MRV_B = "mrv_b"


Span = tuple[int, int, int]  # line, first column and one past the last


class Layout(Struct, frozen=True, kw_only=True):
    """The fields of one size. Each of number, birth and expiry is followed by its check digit."""

    codes: str  # first letters that a document of this size may have
    names: Span
    number: Span
    nationality: Span
    birth: Span
    sex: Span
    expiry: Span
    optional: tuple[Span, ...]
    personal_digit: Span | None = None
    composite: tuple[Span, ...] = ()
    composite_digit: Span | None = None
    long_number: bool = False  # a number of more than nine characters runs on into the first optional field


_MRV_B: Final = Layout(
    codes="V",
    names=(0, 5, 36),
    number=(1, 0, 9),
    nationality=(1, 10, 13),
    birth=(1, 13, 19),
    sex=(1, 20, 21),
    expiry=(1, 21, 27),
    optional=((1, 28, 36),),
)
_MRV_A: Final = replace(_MRV_B, names=(0, 5, 44), optional=((1, 28, 44),))
LAYOUTS: Final = {
    MrzFormat.TD1: Layout(
        codes="ACI",
        number=(0, 5, 14),
        optional=((0, 15, 30), (1, 18, 29)),
        birth=(1, 0, 6),
        sex=(1, 7, 8),
        expiry=(1, 8, 14),
        nationality=(1, 15, 18),
        names=(2, 0, 30),
        composite=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
        composite_digit=(1, 29, 30),
        long_number=True,
    ),
    MrzFormat.TD2: replace(
        _MRV_B,
        codes="ACI",
        optional=((1, 28, 35),),
        composite=((1, 0, 10), (1, 13, 20), (1, 21, 35)),
        composite_digit=(1, 35, 36),
        long_number=True,
    ),
    MrzFormat.TD3: replace(
        _MRV_A,
        codes="P",
        optional=((1, 28, 42),),
        personal_digit=(1, 42, 43),
        composite=((1, 0, 10), (1, 13, 20), (1, 21, 43)),
        composite_digit=(1, 43, 44),
    ),
    MrzFormat.MRV_A: _MRV_A,
    MrzFormat.MRV_B: _MRV_B,
}
_BY_SIZE: Final = {
    (3, 30): (MrzFormat.TD1, MrzFormat.TD1),
    (2, 36): (MrzFormat.TD2, MrzFormat.MRV_B),
    (2, 44): (MrzFormat.TD3, MrzFormat.MRV_A),
}
SIZES: Final = tuple(_BY_SIZE)


def format_of(lines: list[str]) -> MrzFormat | None:
    """The format of a zone by the number and width of its lines, and by its letter V if it is a visa."""
    widths = {len(line) for line in lines}
    document_or_visa = _BY_SIZE.get((len(lines), min(widths))) if len(widths) == 1 else None
    return document_or_visa[lines[0].startswith("V")] if document_or_visa else None
