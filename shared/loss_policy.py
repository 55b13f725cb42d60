"""How a lender judges loans that are late: buckets with what is provided in each, and when income ends."""

from itertools import pairwise
from typing import Annotated

from msgspec import Meta, Struct

MAX_BUCKETS = 20
_Days = Annotated[int, Meta(ge=0, le=3_650)]
_Rate = Annotated[
    int, Meta(ge=0, le=10_000, description="Basis points of what stands in the books; 10000 is all of it")
]


class LossBucket(Struct, frozen=True, kw_only=True):
    """A class of loans by days past due, from `from_days` on up to the next bucket, and the rate provided for it."""

    code: Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9 _-]{1,31}$", examples=["substandard"])]
    from_days: _Days
    provision_bps: _Rate = 0


class LossPolicy(Struct, frozen=True, kw_only=True):
    """Buckets from the least to the most late, and the rule for income of loans that don't perform.

    A loan more than `non_accrual_after_days` past due earns no income any more but what is paid; it does again once
    nothing has been past due for `probation_days` in a row. None takes income however late a loan is.
    """

    buckets: Annotated[tuple[LossBucket, ...], Meta(max_length=MAX_BUCKETS)] = ()
    non_accrual_after_days: _Days | None = None
    probation_days: Annotated[int, Meta(ge=0, le=730)] = 0
    grace_days: Annotated[int, Meta(ge=0, le=60)] = 0  # days past due that no bucket counts

    def __post_init__(self) -> None:
        """Raises ValueError, which reaches a caller of the API as an invalid field."""
        if any(before.from_days >= after.from_days for before, after in pairwise(self.buckets)):
            raise ValueError("delinquency buckets begin later and later")
        if len({bucket.code for bucket in self.buckets}) < len(self.buckets):
            raise ValueError("delinquency buckets have codes of their own")
        if self.probation_days and self.non_accrual_after_days is None:
            raise ValueError("probation ends non-accrual; set non_accrual_after_days")

    def bucket_of(self, days_past_due: int) -> LossBucket | None:
        """The bucket of a loan so many days late, or None where it is too early for the first."""
        counted = max(days_past_due - self.grace_days, 0)
        return next((bucket for bucket in reversed(self.buckets) if bucket.from_days <= counted), None)
