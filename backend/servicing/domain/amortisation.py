"""How principal and interest are spread over the periods of a loan, one function a method."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from backend.servicing.domain.periods import Period
from shared.rounding import to_minor
from shared.terms import InterestKind, LoanTerms, RepaymentMethod


class Portion(Struct, frozen=True):
    """Principal and interest of one period, in minor units."""

    principal_minor: int
    interest_minor: int


def amortise(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """One part a period; principal adds up to `principal_minor` exactly, whatever rounding left goes to the last."""
    assert periods, "a loan has at least one period"
    if terms.method is RepaymentMethod.INTEREST_ONLY or terms.method is RepaymentMethod.BULLET:
        return _interest_only(terms, principal_minor, periods)
    if terms.method is RepaymentMethod.EQUAL_PRINCIPAL:
        return _equal_principal(terms, principal_minor, periods)
    if terms.method is RepaymentMethod.PAY_IN_N or terms.interest is InterestKind.FLAT:
        return _flat(terms, principal_minor, periods)
    return _equal_instalments(terms, principal_minor, periods)


def exact_instalment(principal_minor: int, rates: Sequence[Decimal]) -> Decimal:
    """The level instalment before rounding: P * prod(1+r_i) / fn, with fn_1 = 1 and fn_i = 1 + fn_(i-1) * (1+r_i).

    The annuity formula for periods of unequal rates; with equal ones it is P * r / (1 - (1+r)**-n).
    """
    growth, divisor = Decimal(1), Decimal(0)
    for rate in rates:
        growth *= 1 + rate
        divisor = 1 + divisor * (1 + rate)
    return principal_minor * growth / divisor


def _equal_instalments(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """Level instalments; one step moves the level so that the last differs least from the others."""
    instalment = _stepped(terms, exact_instalment(principal_minor, [period.rate for period in periods]))
    portions = _level(terms, principal_minor, periods, instalment)
    count = len(periods)
    if count == 1 or terms.instalment_step_minor > 1:
        return portions
    gap = _total(portions[-1]) - instalment
    nudge = to_minor(Decimal(gap) / count, terms.rounding)
    if nudge == 0:
        return portions
    smoothed = _level(terms, principal_minor, periods, instalment + nudge)
    return smoothed if abs(_total(smoothed[-1]) - instalment - nudge) < abs(gap) else portions


def _level(terms: LoanTerms, principal_minor: int, periods: Sequence[Period], instalment: int) -> list[Portion]:
    portions: list[Portion] = []
    balance = principal_minor
    for period in periods:
        interest = to_minor(balance * period.rate, terms.rounding)
        last = period is periods[-1]
        # A coarse instalment_step may round the level below the interest or above the balance.
        principal = balance if last else min(max(instalment - interest, 0), balance)
        portions.append(Portion(principal, interest))
        balance -= principal
    return portions


def _stepped(terms: LoanTerms, raw: Decimal) -> int:
    """`raw` as a whole multiple of the step; one step at least, or nothing would be repaid before the last period."""
    step = terms.instalment_step_minor
    return max(to_minor(raw, terms.rounding, step=step), step)


def _total(portion: Portion) -> int:
    return portion.principal_minor + portion.interest_minor


def _flat(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """Interest on the first principal throughout; instalments are level, so principal fills what interest leaves."""
    interests = _flat_interest(terms, principal_minor, periods)
    instalment = _stepped(terms, Decimal(principal_minor + sum(interests)) / len(periods))
    portions: list[Portion] = []
    balance = principal_minor
    for interest in interests[:-1]:
        principal = min(max(instalment - interest, 0), balance)
        portions.append(Portion(principal, interest))
        balance -= principal
    return [*portions, Portion(balance, interests[-1])]


def _flat_interest(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[int]:
    return [to_minor(principal_minor * period.rate, terms.rounding) for period in periods]


def _equal_principal(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    share = _stepped(terms, Decimal(principal_minor) / len(periods))
    flat = terms.interest is InterestKind.FLAT
    portions: list[Portion] = []
    balance = principal_minor
    for period in periods:
        interest = to_minor((principal_minor if flat else balance) * period.rate, terms.rounding)
        principal = balance if period is periods[-1] else min(share, balance)
        portions.append(Portion(principal, interest))
        balance -= principal
    return portions


def _interest_only(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    interests = _flat_interest(terms, principal_minor, periods)
    return [*(Portion(0, interest) for interest in interests[:-1]), Portion(principal_minor, interests[-1])]
