"""People who direct or own a business, as they are shown to its owners: their national identifiers veiled.

What comes back veiled stands for what was given before, so that a list is changed without anybody reading the numbers
of others.
"""

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from shared.api.onboarding import OfficerIn

P = TypeVar("P", bound=OfficerIn)
_VEIL, _SHOWN = "•", 4


def veiled(person: P) -> P:
    """`person` with the last four figures of each identifier alone."""
    return replace(person, bvn=_veil(person.bvn), nin=_veil(person.nin))


def unveiled(person: P, known: Iterable[OfficerIn]) -> P:
    """`person` with the identifiers that they were given with before, where they come veiled.

    The same person is of the same name and birthday. A veil that fits nobody stays, and is no identifier.
    """
    same = [each for each in known if _is_same(each, person)]
    return replace(
        person,
        bvn=_lift(person.bvn, [each.bvn for each in same]),
        nin=_lift(person.nin, [each.nin for each in same]),
    )


def _veil(identifier: str | None) -> str | None:
    return identifier and _VEIL * (len(identifier) - _SHOWN) + identifier[-_SHOWN:]


def _lift(given: str | None, known: list[str | None]) -> str | None:
    if given is None or not given.startswith(_VEIL):
        return given
    return next((each for each in known if each is not None and _veil(each) == given), given)


def _is_same(one: OfficerIn, other: OfficerIn) -> bool:
    return (one.given_name, one.family_name, one.birth_date) == (other.given_name, other.family_name, other.birth_date)
