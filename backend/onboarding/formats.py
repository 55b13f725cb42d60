"""Checks the shape of what applicants give, and says what is expected where it is wrong."""

from datetime import date
from typing import Final

from backend.onboarding.domain.national_ids import NationalId, normalise_id
from backend.onboarding.errors import BirthDateImplausible, IdentifierMalformed, UnknownCountry, WrongFile
from backend.onboarding.records import DocumentRecord
from shared import countries
from shared.api.onboarding import DocumentPurpose

_EARLIEST_BIRTH: Final = date(1900, 1, 1)
_EXPECTED: Final = {
    NationalId.BVN: "eleven digits",
    NationalId.NIN: "eleven digits",
    NationalId.CAC: "RC, BN, IT, LP or LLP and a number, such as RC 1234567",
}


def identifier(kind: NationalId, text: str) -> str:
    """`text` in the form we keep. Raises IdentifierMalformed."""
    kept = normalise_id(kind, text)
    if kept is None:
        raise IdentifierMalformed(kind=kind.upper(), expected=_EXPECTED[kind], fields={kind.value: _EXPECTED[kind]})
    return kept


def optional_identifier(kind: NationalId, text: str | None) -> str | None:
    """`identifier`, where one was given."""
    return None if text is None else identifier(kind, text)


def require_country(code: str) -> None:
    """Raises UnknownCountry."""
    if code not in countries.CODES:
        raise UnknownCountry(country=code)


def require_birth_date(birth_date: date, on: date) -> None:
    """Raises BirthDateImplausible."""
    if not _EARLIEST_BIRTH <= birth_date <= on:
        raise BirthDateImplausible


def require_purpose(file: DocumentRecord, wanted: DocumentPurpose) -> None:
    """Raises WrongFile when the file was uploaded as something else."""
    if file.purpose is not wanted:
        raise WrongFile(given=file.purpose, wanted=wanted)
