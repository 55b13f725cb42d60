"""Where days past due put a loan: a ladder of buckets, which is data of the lender or of its regulator."""

from itertools import pairwise

from msgspec import Struct

from backend.servicing.domain.errors import TermsNotServiceable


class Bucket(Struct, frozen=True, kw_only=True):
    """A class of loans by days past due, from `from_days` on up to the next bucket; `provision_bps` of the balance."""

    code: str
    from_days: int
    provision_bps: int = 0


class Ladder(Struct, frozen=True, kw_only=True):
    """Buckets from the least to the most late. Raises TermsNotServiceable where they aren't in that order."""

    buckets: tuple[Bucket, ...]
    grace_days: int = 0  # days past due that don't count

    def __post_init__(self) -> None:
        """Raises TermsNotServiceable."""
        if any(before.from_days >= after.from_days for before, after in pairwise(self.buckets)):
            raise TermsNotServiceable(reason="delinquency buckets must begin later and later")
        if len({bucket.code for bucket in self.buckets}) < len(self.buckets):
            raise TermsNotServiceable(reason="delinquency buckets must have codes of their own")

    def bucket_of(self, days_past_due: int) -> Bucket | None:
        """The bucket that holds a loan so many days late, or None where it is too early for the first."""
        counted = max(days_past_due - self.grace_days, 0)
        return next((bucket for bucket in reversed(self.buckets) if bucket.from_days <= counted), None)


# Reserve Bank of India, Master Circular on income recognition, asset classification and provisioning, with the special
# mention accounts of 2014. What is a loss is judged there, not counted; the provisions are those of secured loans.
INDIA_IRACP = Ladder(
    buckets=(
        Bucket(code="SMA-0", from_days=1),
        Bucket(code="SMA-1", from_days=31),
        Bucket(code="SMA-2", from_days=61),
        Bucket(code="substandard", from_days=91, provision_bps=1_500),
        Bucket(code="doubtful", from_days=456, provision_bps=2_500),
    )
)
# Central Bank of Nigeria, Prudential Guidelines for Deposit Money Banks (2010): specific provisions.
NIGERIA_PRUDENTIAL = Ladder(
    buckets=(
        Bucket(code="substandard", from_days=91, provision_bps=1_000),
        Bucket(code="doubtful", from_days=181, provision_bps=5_000),
        Bucket(code="lost", from_days=361, provision_bps=10_000),
    )
)
