"""People who direct or own a business: who of them is the same, so that a veiled identifier finds its own."""

from collections.abc import Iterable
from typing import TypeVar

from backend.onboarding.domain.veil import lifted
from shared.api.onboarding import OfficerIn

P = TypeVar("P", bound=OfficerIn)


def unveiled(person: P, known: Iterable[OfficerIn]) -> P:
    """`person` with the identifiers that they were given with before, where they come veiled.

    The same person is of the same name and birthday.
    """
    return lifted(person, [each for each in known if _is_same(each, person)])


def _is_same(one: OfficerIn, other: OfficerIn) -> bool:
    return (one.given_name, one.family_name, one.birth_date) == (other.given_name, other.family_name, other.birth_date)
