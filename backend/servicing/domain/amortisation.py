"""How principal and interest are spread over the periods of a loan, one function a method."""

from collections.abc import Sequence
from decimal import Decimal

from backend.servicing.domain.cost import Meter
from backend.servicing.domain.levelling import exact_instalment, level_instalments
from backend.servicing.domain.periods import Period
from backend.servicing.domain.portion import Portion, deferred, stepped
from shared.terms import InterestKind, LoanTerms, Remainder, RepaymentMethod

__all__ = ["Portion", "amortise", "exact_instalment"]


def amortise(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """One part a period; principal adds up to `principal_minor` exactly, and one row takes whatever rounding left.

    With a fixed instalment there are as many parts as it takes, at most one a period. Raises TermsNotServiceable.
    """
    assert periods, "a loan has at least one period"
    if terms.method is RepaymentMethod.INTEREST_ONLY or terms.method is RepaymentMethod.BULLET:
        return deferred(_interest_only(terms, principal_minor, periods), terms.interest_grace)
    if terms.method is RepaymentMethod.EQUAL_PRINCIPAL:
        return deferred(_equal_principal(terms, principal_minor, periods), terms.interest_grace)
    if terms.method is RepaymentMethod.PAY_IN_N or terms.interest is InterestKind.FLAT:
        return _flat(terms, principal_minor, periods)
    return level_instalments(terms, principal_minor, periods)


def _flat(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """Interest on the first principal throughout; instalments are level, so principal fills what interest leaves."""
    meter, grace = Meter(terms), terms.principal_grace
    charged = [Portion(0, meter.charge(principal_minor, period)) for period in periods]
    interests = [portion.interest_minor for portion in deferred(charged, terms.interest_grace)]
    level = stepped(terms, Decimal(principal_minor + sum(interests[grace:])) / (len(periods) - grace))
    wanted = [max(level - interest, 0) for interest in interests[grace:]]
    principals = [0] * grace + _adding_up(terms, wanted, principal_minor)
    return [Portion(principal, interest) for principal, interest in zip(principals, interests, strict=True)]


def _equal_principal(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """The same principal each time, or the agreed share of all of it; the last repays what is left."""
    repaying = len(periods) - terms.principal_grace
    even = Decimal(principal_minor) / repaying
    share = stepped(terms, Decimal(principal_minor) * terms.principal_share_bps / 10_000 or even)
    principals = [0] * terms.principal_grace + _adding_up(terms, [share] * repaying, principal_minor)
    flat, meter = terms.interest is InterestKind.FLAT, Meter(terms)
    portions: list[Portion] = []
    balance = principal_minor
    for period, principal in zip(periods, principals, strict=True):
        portions.append(Portion(principal, meter.charge(principal_minor if flat else balance, period)))
        balance -= principal
    return portions


def _adding_up(terms: LoanTerms, wanted: Sequence[int], principal_minor: int) -> list[int]:
    """`wanted`, but that together they repay the principal: the last takes what is left, or the first what is over."""
    if terms.remainder is Remainder.FIRST and sum(wanted[1:]) <= principal_minor:
        return [principal_minor - sum(wanted[1:]), *wanted[1:]]
    left = principal_minor
    result: list[int] = []
    for amount in wanted[:-1]:
        result.append(min(amount, left))
        left -= result[-1]
    return [*result, left]


def _interest_only(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    meter = Meter(terms)
    interests = [meter.charge(principal_minor, period) for period in periods]
    return [*(Portion(0, interest) for interest in interests[:-1]), Portion(principal_minor, interests[-1])]
