"""How a loan is judged by the policy on losses that it was lent under, as the API gives it to the tenant's staff."""

from datetime import date

from msgspec import Struct

from shared.money import Money


class ClassificationOut(Struct, frozen=True, kw_only=True):
    """Where the last close of business put a loan, and what that means in the books."""

    bucket: str | None
    non_accrual_since: date | None
    in_suspense: Money  # earned, unpaid and not taken as income
    loss_allowance: Money  # provided for its loss
