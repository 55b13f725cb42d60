"""What a lender gives up of what a loan owes, part by part: waived to the borrower's good, or written off as lost."""

from msgspec import Struct
from msgspec.structs import replace

from shared.terms import Part


class Forgone(Struct, frozen=True, kw_only=True):
    """Amounts given up, in minor units."""

    principal_minor: int = 0
    interest_minor: int = 0
    fee_minor: int = 0
    penalty_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All parts."""
        return self.principal_minor + self.interest_minor + self.fee_minor + self.penalty_minor

    def added(self, other: "Forgone") -> "Forgone":
        """With `other` on top."""
        if other is NOTHING:
            return self
        return Forgone(
            principal_minor=self.principal_minor + other.principal_minor,
            interest_minor=self.interest_minor + other.interest_minor,
            fee_minor=self.fee_minor + other.fee_minor,
            penalty_minor=self.penalty_minor + other.penalty_minor,
        )

    def plus(self, part: Part, amount_minor: int) -> "Forgone":
        """With `amount_minor` more of `part`."""
        if part is Part.PRINCIPAL:
            return replace(self, principal_minor=self.principal_minor + amount_minor)
        if part is Part.INTEREST:
            return replace(self, interest_minor=self.interest_minor + amount_minor)
        if part is Part.FEE:
            return replace(self, fee_minor=self.fee_minor + amount_minor)
        return replace(self, penalty_minor=self.penalty_minor + amount_minor)


NOTHING = Forgone()
