"""The people who direct or own a business, as they are typed."""

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from app.stores.amounts import decimal_of
from app.stores.days import parse_day, typed_day
from shared.api.onboarding import BeneficialOwnerIn, OfficerIn

WHOLE_BPS = 10_000
_VEIL = "•"
_MARKS = ".,\N{ARABIC DECIMAL SEPARATOR}"


def parse_share(text: str) -> int | None:
    """A percentage in basis points, decimals after a point or a comma; None where it is none from 0 to 100."""
    kept = "".join(decimal_of(char) if char.isdecimal() else "." for char in text if char.isdecimal() or char in _MARKS)
    try:
        share = Decimal(kept) * 100
    except InvalidOperation:
        return None
    return int(share) if share == int(share) and share <= WHOLE_BPS else None


@dataclass(frozen=True)
class Person:
    """Somebody who directs or owns a business, as typed."""

    given_name: str = ""
    family_name: str = ""
    birth_date: str = ""
    nationality: str = ""
    bvn: str = ""
    nin: str = ""
    share: str = ""

    @property
    def name(self) -> str:
        """The whole name; empty where nothing is typed yet."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def share_bps(self) -> int | None:
        """The share in basis points."""
        return parse_share(self.share)

    @property
    def is_complete(self) -> bool:
        """Whether everything is there that a director needs."""
        told = self.given_name.strip() and self.family_name.strip() and self.nationality
        return bool(told) and parse_day(self.birth_date) is not None

    @classmethod
    def of(cls, known: OfficerIn) -> "Person":
        """Somebody as they were given before."""
        share = Decimal(known.share_bps) / 100 if isinstance(known, BeneficialOwnerIn) else None
        return cls(
            given_name=known.given_name,
            family_name=known.family_name,
            birth_date=typed_day(known.birth_date),
            nationality=known.nationality,
            bvn=known.bvn or "",
            nin=known.nin or "",
            share="" if share is None else f"{share.normalize():f}",
        )

    def without_secrets(self) -> "Person":
        """The same without national identifiers, unless no more than their last figures show."""
        bvn, nin = (each if each.startswith(_VEIL) else "" for each in (self.bvn, self.nin))
        return replace(self, bvn=bvn, nin=nin)

    def with_numbers_of(self, before: "Person | None") -> "Person":
        """The same with the identifiers of `before` where this one has none."""
        return replace(self, bvn=self.bvn or before.bvn, nin=self.nin or before.nin) if before is not None else self

    def officer(self) -> dict[str, Any]:
        """What the platform takes of a director."""
        return {
            "given_name": self.given_name.strip(),
            "family_name": self.family_name.strip(),
            "birth_date": parse_day(self.birth_date),
            "nationality": self.nationality,
            "bvn": self.bvn.strip() or None,
            "nin": self.nin.strip() or None,
        }
