"""Equal instalments over a declining balance: the level, and which of its neighbours the terms prefer."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from backend.servicing.domain.cost import Meter
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.periods import Period
from backend.servicing.domain.portion import Portion, step_minor, stepped
from shared.rounding import to_minor
from shared.terms import LastInstalment, LoanTerms, Remainder

Spread = Callable[[int], list[Portion]]


def level_instalments(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """One portion a period, all of one level but those in grace and the one that takes what rounding left.

    With `fixed_instalment_minor` there are only as many portions as it takes. Raises TermsNotServiceable where that
    amount doesn't pay the interest.
    """
    if terms.fixed_instalment_minor:
        return _fixed(terms, principal_minor, periods)
    level, spread = _levelled(terms, principal_minor, periods)
    if terms.remainder is Remainder.FIRST:
        return _first_taking_the_rest(terms, principal_minor, periods, level)
    return spread(level)


def level_minor(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> int:
    """The instalment that repays `principal_minor` over `periods`, chosen as the terms prefer."""
    return _levelled(terms, principal_minor, periods)[0]


def _levelled(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> tuple[int, Spread]:
    """The level, and the portions at any level, each computed once."""
    rates = [period.rate for period in periods[terms.principal_grace :]]
    level = stepped(terms, exact_instalment(principal_minor, rates))
    known: dict[int, list[Portion]] = {}

    def spread(level: int) -> list[Portion]:
        if level not in known:
            known[level] = _spread(terms, principal_minor, periods, level)
        return known[level]

    if len(rates) > 1:
        smoothed = terms.last_instalment is LastInstalment.SMOOTHED
        level = _smoothed(terms, spread, level, len(rates)) if smoothed else _preferred(terms, spread, level)
    return level, spread


def exact_instalment(principal_minor: int, rates: Sequence[Decimal]) -> Decimal:
    """The level instalment before rounding: P * prod(1+r_i) / fn, with fn_1 = 1 and fn_i = 1 + fn_(i-1) * (1+r_i).

    The annuity formula for periods of unequal rates; with equal ones it is P * r / (1 - (1+r)**-n).
    """
    growth, divisor = Decimal(1), Decimal(0)
    for rate in rates:
        growth *= 1 + rate
        divisor = 1 + divisor * (1 + rate)
    return principal_minor * growth / divisor


def _spread(
    terms: LoanTerms, principal_minor: int, periods: Sequence[Period], level: int, *, more_at_first: int = 0
) -> list[Portion]:
    """The portions at `level`; the last repays what is left."""
    charge, portions, balance, owed = Meter(terms).charge, [], principal_minor, 0
    last, principal_grace, interest_grace = len(periods) - 1, terms.principal_grace, terms.interest_grace
    for index, period in enumerate(periods):
        interest = owed + charge(balance, period)
        if index < interest_grace:
            interest, owed = 0, interest
        else:
            owed = 0
        if index == last:
            principal = balance
        elif index < principal_grace:
            principal = 0
        else:
            # A coarse step may round the level below the interest or above the balance.
            wanted = level - interest + (more_at_first if index == principal_grace else 0)
            principal = min(max(wanted, 0), balance)
        portions.append(Portion(principal, interest))
        balance -= principal
    return portions


def _smoothed(terms: LoanTerms, spread: Spread, level: int, count: int) -> int:
    """One step moves the level so that the last instalment differs less from the others."""
    if terms.instalment_step_minor > 1:
        return level
    gap = _gap(spread, level)
    nudge = to_minor(Decimal(gap) / count, terms.rounding, step=terms.amount_step_minor)
    return level + nudge if nudge and abs(_gap(spread, level + nudge)) < abs(gap) else level


def _preferred(terms: LoanTerms, spread: Spread, level: int) -> int:
    """The level next to the exact one on the side that the terms prefer."""
    step = step_minor(terms)
    lower = _lowest_with_a_lower_last(spread, level, step)
    if terms.last_instalment is LastInstalment.LOWER:
        return lower
    below = max(lower - step, step)
    if terms.last_instalment is LastInstalment.HIGHER:
        return lower if _gap(spread, lower) == 0 else below
    less, more = -_gap(spread, lower), _gap(spread, below)
    return lower if less <= len(spread(lower)) * step or less <= more else below


def _lowest_with_a_lower_last(spread: Spread, level: int, step: int) -> int:
    """The lowest level at which the last instalment is no higher than the others; it falls as the level rises.

    Rarely more than a step from the exact level: only where interest alone is more than that in some period.
    """
    stride = step
    while _gap(spread, level) > 0:
        level += stride
        stride *= 2
    high, low, stride = level, level - step, step
    while low > 0 and _gap(spread, low) <= 0:
        stride *= 2
        high, low = low, low - stride
    low = max(low, 0)
    while high - low > step:
        middle = low + (high - low) // step // 2 * step
        low, high = (low, middle) if _gap(spread, middle) <= 0 else (middle, high)
    return high


def _gap(spread: Spread, level: int) -> int:
    """How much higher the last instalment is than the others."""
    return spread(level)[-1].total_minor - level


def _first_taking_the_rest(
    terms: LoanTerms, principal_minor: int, periods: Sequence[Period], level: int
) -> list[Portion]:
    """The first instalment takes what rounding left, as nearly as whole minor units allow."""
    growth = Decimal(1)
    for period in periods[terms.principal_grace + 1 :]:
        growth *= 1 + period.rate

    def spread(more: int) -> list[Portion]:
        return _spread(terms, principal_minor, periods, level, more_at_first=more)

    near = to_minor(Decimal(spread(0)[-1].total_minor - level) / growth, terms.rounding)
    return min((spread(near + off) for off in (0, -1, 1)), key=lambda portions: abs(portions[-1].total_minor - level))


def _fixed(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """As many instalments of the agreed amount as it takes, the last for what is left."""
    portions = _spread(terms, principal_minor, periods, terms.fixed_instalment_minor)
    needed = len(portions)
    balance = principal_minor
    for index, portion in enumerate(portions):
        balance -= portion.principal_minor
        if balance == 0:
            needed = index + 1
            break
    if needed == len(portions) and portions[-1].total_minor > terms.fixed_instalment_minor:
        raise TermsNotServiceable(reason=f"{len(periods)} instalments of fixed_instalment_minor don't repay the loan")
    return portions[:needed]
