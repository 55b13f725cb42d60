"""What a loan charges besides its principal: fees as the terms name them, and interest up to the legal cap."""

from decimal import Decimal

from backend.servicing.domain.periods import Period
from shared.rounding import Rounding, rounder, to_minor
from shared.terms import Fee, FeeWhen, LoanTerms


def fees_minor(terms: LoanTerms, when: FeeWhen) -> int:
    """The fees of `terms` that fall due at `when`, once; shares are of the principal."""
    return sum(_fee_minor(terms, fee) for fee in terms.fees if fee.when is when)


def _fee_minor(terms: LoanTerms, fee: Fee) -> int:
    share = Decimal(terms.principal_minor) * fee.rate_bps / 10_000
    return fee.fixed_minor + to_minor(share, terms.rounding)


class Meter:
    """Charges interest period by period, until the fees and it reach what a loan may cost in all."""

    __slots__ = ("_left", "_round")

    def __init__(self, terms: LoanTerms) -> None:
        """Nothing charged yet."""
        self._round = rounder(terms.rounding, step=terms.amount_step_minor)
        self._left = _headroom_minor(terms)

    def charge(self, balance_minor: int, period: Period) -> int:
        """Interest of one period on `balance_minor`, in minor units."""
        interest = self._round(balance_minor * period.rate)
        if self._left is None:
            return interest
        interest = min(interest, self._left)
        self._left -= interest
        return interest


def _headroom_minor(terms: LoanTerms) -> int | None:
    """What interest may come to in all; None where no law says."""
    if terms.cost_cap is None or terms.cost_cap.total_bps is None:
        return None
    whole = to_minor(Decimal(terms.principal_minor) * terms.cost_cap.total_bps / 10_000, Rounding.DOWN)
    fees = fees_minor(terms, FeeWhen.DISBURSEMENT) + fees_minor(terms, FeeWhen.MATURITY)
    return max(whole - fees - fees_minor(terms, FeeWhen.INSTALMENT) * terms.instalments, 0)
