"""What is provided for the loss of a loan: the rate of its bucket on what stands in the books for it.

A provision matrix as IFRS 9 B5.5.35 allows it: buckets by days past due, each with its expected loss in per cent; the
lender's rates carry whether that is the loss of twelve months or of the loan's life (5.5.3, 5.5.5). The specific
provisions of regulators have the same shape. Interest is counted once it is past due: what a running period has earned
is not, so that the allowance moves with events and with the calendar of arrears, never from day to day.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from backend.servicing.domain.instalment import Instalment
from backend.servicing.domain.status import days_past_due
from backend.servicing.domain.suspense import Suspense, next_judged, oldest_due, unpaid
from shared.loss_policy import LossBucket, LossPolicy
from shared.rounding import Rounding, to_minor

_DAY = timedelta(days=1)


def bucket_of(rows: Sequence[Instalment], suspense: Suspense, policy: LossPolicy | None) -> LossBucket | None:
    """The loan's bucket on the day that `suspense` was judged on.

    A loan that is non-accrual stays in the bucket in which it became so, however little of its arrears is left.
    """
    if policy is None:
        return None
    days = days_past_due(rows, suspense.seen_on)
    if suspense.since is not None and policy.non_accrual_after_days is not None:
        days = max(days, policy.non_accrual_after_days + 1)
    return policy.bucket_of(days)


def exposure_minor(rows: Sequence[Instalment], credit_minor: int, suspense: Suspense) -> int:
    """What the lender's books stand to lose: principal, and the income that is past due and not in suspense."""
    principal = sum(row.owed_principal_minor for row in rows) + max(-credit_minor, 0)
    if suspense.since is not None:
        return principal
    return principal + unpaid(row for row in rows if row.due_on < suspense.seen_on).total_minor


def allowance_minor(exposure: int, bucket: LossBucket | None, rounding: Rounding) -> int:
    """The bucket's share of the exposure, in minor units."""
    return to_minor(Decimal(exposure * bucket.provision_bps) / 10_000, rounding) if bucket else 0


def changes(rows: Iterable[Instalment], suspense: Suspense, policy: LossPolicy) -> Iterator[date]:
    """The days to come, if nothing is paid, on which the loan may be judged otherwise."""
    oldest = oldest_due(rows)
    if oldest is None:
        return
    days = [oldest + (bucket.from_days + policy.grace_days) * _DAY for bucket in policy.buckets]
    days.append(next_judged(suspense, policy, oldest) or suspense.seen_on)
    yield from (day for day in days if day > suspense.seen_on)
