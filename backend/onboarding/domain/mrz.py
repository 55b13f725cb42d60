"""Reads the machine-readable zone of passports, identity cards and visas and checks every digit (ICAO Doc 9303-3)."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct

from backend.onboarding.domain.countries import is_mrz_state
from backend.onboarding.domain.errors import UnreadableMrz
from backend.onboarding.domain.mrz_layout import LAYOUTS, SIZES, MrzFormat, Span, format_of

_FILLER: Final = "<"
_WEIGHTS: Final = (7, 3, 1)
_VALUES: Final = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {_FILLER: 0}
_ZONE: Final = re.compile(r"[0-9A-Z<]+")
_NAMES: Final = re.compile(r"[A-Z]*(<[A-Z]+)*(<<[A-Z]+(<[A-Z]+)*)?<*")
_DATE: Final = re.compile(r"[0-9]{6}")
_OPEN_DATE: Final = re.compile(r"([0-9]{4}<<|[0-9]{2}<<<<|<{6})")
# How far an expiry date may lie from the day of reading before its two-digit year means another century.
_EXPIRY_WINDOW_YEARS: Final = 50


class MrzCheck(StrEnum):
    """What can be wrong with a zone that could be read."""

    DOCUMENT_CODE = "document_code"
    ISSUING_STATE = "issuing_state"
    NATIONALITY = "nationality"
    NAMES = "names"
    SEX = "sex"
    DOCUMENT_NUMBER = "document_number"
    DOCUMENT_NUMBER_DIGIT = "document_number_digit"
    BIRTH_DATE = "birth_date"
    BIRTH_DATE_DIGIT = "birth_date_digit"
    EXPIRY_DATE = "expiry_date"
    EXPIRY_DATE_DIGIT = "expiry_date_digit"
    PERSONAL_NUMBER_DIGIT = "personal_number_digit"
    COMPOSITE_DIGIT = "composite_digit"


class Sex(StrEnum):
    """As printed in the zone."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


_SEXES: Final = {"F": Sex.FEMALE, "M": Sex.MALE, _FILLER: Sex.UNSPECIFIED}


class Mrz(Struct, frozen=True, kw_only=True):
    """What the zone says, and which of its checks failed. A date that the zone leaves open or gets wrong is None."""

    format: MrzFormat
    document_code: str
    issuing_state: str
    nationality: str
    surname: str
    given_names: str
    names_truncated: bool  # the names fill their field, so that more may have been cut off
    document_number: str
    document_number_digit: str
    birth_date: date | None
    birth_date_digit: str
    sex: Sex
    expires_on: date | None
    expiry_date_digit: str
    personal_number: str  # of passports: the personal number; of cards and visas: the issuer's optional data
    composite_digit: str | None  # visas have none
    failed: tuple[MrzCheck, ...]

    @property
    def valid(self) -> bool:
        """Whether every check passed. Says nothing about expiry: compare `expires_on` with the business date."""
        return not self.failed


def check_digit(text: str) -> int:
    """The check digit of `text`: weights 7, 3, 1 over 0-9, A-Z as 10-35, the filler as 0; modulo 10 (9303-3, 4.9).

    Raises UnreadableMrz for any other character.
    """
    if not _ZONE.fullmatch(text):
        raise UnreadableMrz(reason="only A to Z, 0 to 9 and < may stand in it")
    return sum(_VALUES[char] * _WEIGHTS[place % 3] for place, char in enumerate(text)) % 10


def parse_mrz(lines: Sequence[str] | str, *, on: date) -> Mrz:
    """Reads the zone's lines (or one text with line breaks); `on` is the day of reading, which settles the centuries.

    Every check that fails is named in the result. Raises UnreadableMrz when the size is none of ICAO's.
    """
    return _Reader(_clean(lines), on).read()


class _Reader:
    """One reading of one zone; collects the checks that fail."""

    def __init__(self, zone: list[str], on: date) -> None:
        kind = format_of(zone)
        if kind is None:
            sizes = ", ".join(f"{count} lines of {width}" for count, width in SIZES)
            raise UnreadableMrz(reason=f"its size is not one of {sizes}")
        self._kind, self._layout, self._zone, self._on = kind, LAYOUTS[kind], zone, on
        self._failed: list[MrzCheck] = []

    def read(self) -> Mrz:
        layout = self._layout
        code, state = self._zone[0][0:2], self._zone[0][2:5].rstrip(_FILLER)
        nationality, sex = self._at(layout.nationality).rstrip(_FILLER), self._at(layout.sex)
        self._want(MrzCheck.DOCUMENT_CODE, code[0] in layout.codes and not code[1].isdigit())
        self._want(MrzCheck.ISSUING_STATE, is_mrz_state(state))
        self._want(MrzCheck.NATIONALITY, is_mrz_state(nationality))
        self._want(MrzCheck.SEX, sex in _SEXES)
        surname, given_names, truncated = self._names()
        number, number_digit, optional = self._number()
        return Mrz(
            format=self._kind,
            document_code=code.rstrip(_FILLER),
            issuing_state=state,
            nationality=nationality,
            surname=surname,
            given_names=given_names,
            names_truncated=truncated,
            document_number=number,
            document_number_digit=number_digit,
            birth_date=self._birth_date(),
            birth_date_digit=self._digit_after(layout.birth, MrzCheck.BIRTH_DATE_DIGIT),
            sex=_SEXES.get(sex, Sex.UNSPECIFIED),
            expires_on=self._expiry_date(),
            expiry_date_digit=self._digit_after(layout.expiry, MrzCheck.EXPIRY_DATE_DIGIT),
            personal_number=self._personal_number(optional),
            composite_digit=self._composite_digit(),
            failed=tuple(self._failed),
        )

    def _at(self, span: Span) -> str:
        line, start, stop = span
        return self._zone[line][start:stop]

    def _want(self, check: MrzCheck, holds: bool) -> None:  # noqa: FBT001
        if not holds:
            self._failed.append(check)

    def _digit_after(self, span: Span, check: MrzCheck) -> str:
        line, _, stop = span
        digit = self._zone[line][stop]
        self._want(check, digit == str(check_digit(self._at(span))))
        return digit

    def _names(self) -> tuple[str, str, bool]:
        """Surname and given names: two fillers part them, one stands for a space (9303-3, 4.6)."""
        field = self._at(self._layout.names)
        self._want(MrzCheck.NAMES, bool(_NAMES.fullmatch(field)) and any(map(str.isalpha, field)))
        surname, _, given_names = field.partition(_FILLER * 2)
        return _spaced(surname), _spaced(given_names), not field.endswith(_FILLER)

    def _number(self) -> tuple[str, str, str]:
        """Document number, its check digit and the optional data that is left.

        A number of more than nine characters has a filler for its digit; the rest of it, then the digit, then a filler
        open the optional data (9303-5 and -6, note j). Issuers differ on whether the digit counts that filler: both do.
        """
        layout = self._layout
        field = self._at(layout.number)
        line, _, stop = layout.number
        digit, optional = self._zone[line][stop], "".join(self._at(span) for span in layout.optional)
        bodies = {field}
        if layout.long_number and digit == _FILLER:
            rest, _, optional = optional.partition(_FILLER)
            tail, digit = rest[:-1], rest[-1:]
            bodies = {field + tail, field + _FILLER + tail}
            field += tail
        self._want(MrzCheck.DOCUMENT_NUMBER, bool(field.strip(_FILLER)))
        self._want(MrzCheck.DOCUMENT_NUMBER_DIGIT, digit in {str(check_digit(body)) for body in bodies})
        return _spaced(field), digit, optional

    def _birth_date(self) -> date | None:
        """The latest date of that year, month and day not after the day of reading; unknown parts may be fillers."""
        printed = self._at(self._layout.birth)
        candidates = [day for century in (20, 19) if (day := _day(century, printed)) and day <= self._on]
        self._want(MrzCheck.BIRTH_DATE, bool(candidates) or bool(_OPEN_DATE.fullmatch(printed)))
        return candidates[0] if candidates else None

    def _expiry_date(self) -> date | None:
        printed = self._at(self._layout.expiry)
        candidates = [day for century in (19, 20, 21) if (day := _day(century, printed))]
        near = [day for day in candidates if abs(day.year - self._on.year) <= _EXPIRY_WINDOW_YEARS]
        self._want(MrzCheck.EXPIRY_DATE, bool(near))
        return max(near, default=None)

    def _personal_number(self, optional: str) -> str:
        span = self._layout.personal_digit
        if span is not None:
            blank = not optional.strip(_FILLER)
            allowed = {str(check_digit(optional))} | ({_FILLER} if blank else set())
            self._want(MrzCheck.PERSONAL_NUMBER_DIGIT, self._at(span) in allowed)
        return _spaced(optional)

    def _composite_digit(self) -> str | None:
        span = self._layout.composite_digit
        if span is None:
            return None
        body = "".join(self._at(part) for part in self._layout.composite)
        self._want(MrzCheck.COMPOSITE_DIGIT, self._at(span) == str(check_digit(body)))
        return self._at(span)


def _clean(lines: Sequence[str] | str) -> list[str]:
    """The lines in capitals, without the spaces and empty lines that scanners and typing leave around them."""
    given = lines.split("\n") if isinstance(lines, str) else lines
    zone = [line.replace(" ", "").strip().upper() for line in given if line.strip()]
    if not all(_ZONE.fullmatch(line) for line in zone):
        raise UnreadableMrz(reason="only A to Z, 0 to 9 and < may stand in it")
    return zone


def _spaced(field: str) -> str:
    return field.replace(_FILLER, " ").strip()


def _day(century: int, printed: str) -> date | None:
    if not _DATE.fullmatch(printed):
        return None
    try:
        return date.fromisoformat(f"{century}{printed}")
    except ValueError:
        return None
