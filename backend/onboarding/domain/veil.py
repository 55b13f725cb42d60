"""National identifiers as they are shown to whoever gave them: their last four figures.

What comes back veiled stands for what was given before, so that a form is changed without anybody reading the numbers.
"""

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from shared.api.onboarding import IdentityDetailsIn, OfficerIn

Identified = IdentityDetailsIn | OfficerIn
P = TypeVar("P", bound=Identified)
_VEIL, _SHOWN = "•", 4


def veiled(person: P) -> P:
    """`person` with the last four figures of each identifier alone."""
    return replace(person, bvn=_veil(person.bvn), nin=_veil(person.nin))


def lifted(person: P, known: Sequence[Identified]) -> P:
    """`person` with the identifiers of `known`, who are the same person, where they come veiled.

    A veil that fits none of them stays, and is no identifier.
    """
    return replace(
        person,
        bvn=_lift(person.bvn, [each.bvn for each in known]),
        nin=_lift(person.nin, [each.nin for each in known]),
    )


def _veil(identifier: str | None) -> str | None:
    return identifier and _VEIL * (len(identifier) - _SHOWN) + identifier[-_SHOWN:]


def _lift(given: str | None, known: list[str | None]) -> str | None:
    if given is None or not given.startswith(_VEIL):
        return given
    return next((each for each in known if each is not None and _veil(each) == given), given)
