"""Income of a loan that does not perform: earned from the borrower, and not taken before it is paid.

Non-accrual begins on the day on which the loan is more than the policy's days past due, and ends once nothing has been
past due for the days of probation: Central Bank of Nigeria, Prudential Guidelines for Deposit Money Banks (2010), s. 3
(interest on non-performing credit is suspended, and recognised when it is paid); Reserve Bank of India, Master Circular
on income recognition, s. 3 and 4 (income of a non-performing asset on a cash basis, what was accrued and not paid is
reversed), and its clarification of 12 November 2021, par. 10 (upgraded only when all arrears are paid). What the
borrower owes does not depend on it.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backend.servicing.domain.forgone import NOTHING, Forgone
from backend.servicing.domain.instalment import Instalment
from shared.loss_policy import LossPolicy

_DAY = timedelta(days=1)


class Suspense(Struct, frozen=True, kw_only=True):
    """Whether a loan is non-accrual, and what was given up of income while it stood in suspense: it never was income.

    `seen_on` is the last day that was judged.
    """

    seen_on: date
    since: date | None = None
    clean_since: date | None = None  # since when nothing is past due, while non-accrual
    waived: Forgone = NOTHING
    credited: Forgone = NOTHING  # paid by the lender's own goodwill
    written_off: Forgone = NOTHING

    @property
    def never_income(self) -> Forgone:
        """What was earned and given up before it became income."""
        return self.waived.added(self.credited).added(self.written_off)


def unpaid(rows: Iterable[Instalment]) -> Forgone:
    """Interest, fees and penalties that are earned and neither paid nor given up; what is paid ahead does not count."""
    interest = fees = penalties = 0
    for row in rows:
        owed = row.earned()
        interest += max(owed.interest_minor, 0)
        fees += max(owed.fee_minor, 0)
        penalties += max(owed.penalty_minor, 0)
    return Forgone(interest_minor=interest, fee_minor=fees, penalty_minor=penalties)


def released(before: Forgone, after: Forgone, most_minor: int) -> Forgone:
    """What of the income in suspense is there no more, and was given up for it: `most_minor` at most."""
    interest = min(max(before.interest_minor - after.interest_minor, 0), most_minor)
    fees = min(max(before.fee_minor - after.fee_minor, 0), most_minor - interest)
    penalties = min(max(before.penalty_minor - after.penalty_minor, 0), most_minor - interest - fees)
    return Forgone(interest_minor=interest, fee_minor=fees, penalty_minor=penalties)


def oldest_due(rows: Iterable[Instalment]) -> date | None:
    """When the oldest instalment fell or falls due that is not settled; None where all are."""
    return min((row.due_on for row in rows if row.open_minor > 0), default=None)


def judge(suspense: Suspense, policy: LossPolicy | None, oldest: date | None, today: date) -> Suspense:
    """`suspense` moved on to `today`, over days on which nothing was paid: `oldest` was the oldest unpaid due date.

    A loan that owes nothing any more is judged no longer, probation or not.
    """
    if policy is None or policy.non_accrual_after_days is None:
        return suspense
    judged = _cured(suspense, oldest, today, policy.probation_days) if suspense.since else suspense
    if judged.since is None and oldest is not None:
        begins = max(oldest + (policy.non_accrual_after_days + 1) * _DAY, judged.seen_on)
        if begins <= today:
            judged = replace(judged, since=begins, clean_since=None)
    return replace(judged, seen_on=today)


def _cured(suspense: Suspense, oldest: date | None, today: date, probation_days: int) -> Suspense:
    if oldest is None:
        return replace(suspense, since=None, clean_since=None)
    clean_since = suspense.clean_since or (suspense.seen_on if oldest >= suspense.seen_on else None)
    if clean_since is None:
        return suspense
    cured_on = clean_since + probation_days * _DAY
    if cured_on <= min(today, oldest):
        return replace(suspense, since=None, clean_since=None)
    return replace(suspense, clean_since=clean_since if oldest >= today else None)


def next_judged(suspense: Suspense, policy: LossPolicy, oldest: date) -> date | None:
    """The next day, if nothing is paid, on which the loan becomes non-accrual or ceases to be."""
    if policy.non_accrual_after_days is None:
        return None
    if suspense.since is None:
        return oldest + (policy.non_accrual_after_days + 1) * _DAY
    if suspense.clean_since is None:
        return None
    return suspense.clean_since + policy.probation_days * _DAY
