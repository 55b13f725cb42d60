"""Holds what an applicant gave against itself: the document's zone against the details typed in."""

from datetime import date

from backend.onboarding.domain.countries import alpha_2_of
from backend.onboarding.domain.errors import DocumentExpired, UnreadableMrz
from backend.onboarding.domain.matching import match_names
from backend.onboarding.domain.mrz import Mrz, parse_mrz
from backend.onboarding.domain.verdicts import Concern
from shared.api.onboarding import IdentityDetailsIn, IdentityDocumentIn, IdentityDocumentKind


def read_zone(document: IdentityDocumentIn, on: date) -> Mrz | None:
    """The document's zone, or None where it has none. Raises UnreadableMrz, also for a passport that comes without."""
    if document.mrz:
        return parse_mrz(document.mrz, on=on)
    if document.kind is IdentityDocumentKind.PASSPORT:
        raise UnreadableMrz(reason="a passport has two lines of 44 characters below the portrait")
    return None


def expiry_of(document: IdentityDocumentIn, zone: Mrz | None) -> date | None:
    """The day on which the document runs out: as its zone says, or else as typed in."""
    return zone.expires_on if zone and zone.expires_on else document.expires_on


def number_of(document: IdentityDocumentIn, zone: Mrz | None) -> str | None:
    """The document's number in one form: as its zone says, or else as typed in."""
    number = zone.document_number if zone else document.number
    return "".join(char for char in number.upper() if char.isalnum()) if number else None


def require_current(document: IdentityDocumentIn, zone: Mrz | None, on: date) -> None:
    """Raises DocumentExpired when the document has run out by `on`."""
    expires_on = expiry_of(document, zone)
    if expires_on is not None and expires_on < on:
        raise DocumentExpired(expires_on=expires_on)


def full_name(details: IdentityDetailsIn) -> str:
    """The name in the order given, family, middle."""
    return " ".join(part for part in (details.given_name, details.middle_names, details.family_name) if part)


def contradictions(details: IdentityDetailsIn, zone: Mrz | None) -> tuple[Concern, ...]:
    """Where zone and details disagree, and whether the zone itself is wrong."""
    if zone is None:
        return ()
    found = []
    if not zone.valid:
        found.append(Concern.MRZ_INVALID)
    names = match_names(
        f"{zone.given_names} {zone.surname}", full_name(details), document_truncated=zone.names_truncated
    )
    if not names.acceptable:
        found.append(Concern.NAME_DIFFERS)
    if zone.birth_date is not None and zone.birth_date != details.birth_date:
        found.append(Concern.BIRTH_DATE_DIFFERS)
    if alpha_2_of(zone.nationality) not in {None, details.nationality}:
        found.append(Concern.NATIONALITY_DIFFERS)
    return tuple(found)
