"""Equal instalments over a declining balance: the level, and which of its neighbours the terms prefer."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from backend.servicing.domain.cost import Meter
from backend.servicing.domain.errors import TermsNotServiceable
from backend.servicing.domain.periods import Period
from backend.servicing.domain.portion import Portion, step_minor, stepped
from shared.rounding import Rounding, to_minor
from shared.terms import LastInstalment, LoanTerms, Remainder

MAX_STEPS = 1_000

Spread = Callable[[int], list[Portion]]


def level_instalments(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> list[Portion]:
    """One portion a period, all of one level but those in grace and the one that takes what rounding left.

    With `fixed_instalment_minor` there are only as many portions as it takes. Raises TermsNotServiceable where that
    amount doesn't pay the interest.
    """
    if terms.fixed_instalment_minor:
        return _fixed(terms, principal_minor, periods)
    level = level_minor(terms, principal_minor, periods)
    if terms.remainder is Remainder.FIRST:
        return _first_taking_the_rest(terms, principal_minor, periods, level)
    return _spread(terms, principal_minor, periods, level)


def level_minor(terms: LoanTerms, principal_minor: int, periods: Sequence[Period]) -> int:
    """The instalment that repays `principal_minor` over `periods`, chosen as the terms prefer."""
    rates = [period.rate for period in periods[terms.principal_grace :]]
    exact, weight = _annuity(principal_minor, rates)
    level = stepped(terms, exact)

    def spread(level: int) -> list[Portion]:
        return _spread(terms, principal_minor, periods, level)

    if len(rates) == 1:
        return level
    if terms.last_instalment is LastInstalment.SMOOTHED:
        return _smoothed(terms, spread, level, len(rates))
    return _preferred(terms, spread, level, weight)


def exact_instalment(principal_minor: int, rates: Sequence[Decimal]) -> Decimal:
    """The level instalment before rounding: P * prod(1+r_i) / fn, with fn_1 = 1 and fn_i = 1 + fn_(i-1) * (1+r_i).

    The annuity formula for periods of unequal rates; with equal ones it is P * r / (1 - (1+r)**-n).
    """
    return _annuity(principal_minor, rates)[0]


def _annuity(principal_minor: int, rates: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The exact level, and fn: how much less the last instalment is for each unit that the level is more."""
    growth, divisor = Decimal(1), Decimal(0)
    for rate in rates:
        growth *= 1 + rate
        divisor = 1 + divisor * (1 + rate)
    return principal_minor * growth / divisor, divisor


def _spread(
    terms: LoanTerms, principal_minor: int, periods: Sequence[Period], level: int, *, more_at_first: int = 0
) -> list[Portion]:
    """The portions at `level`; the last repays what is left."""
    meter, portions, balance, owed = Meter(terms), [], principal_minor, 0
    last = len(periods) - 1
    for index, period in enumerate(periods):
        earned = owed + meter.charge(balance, period)
        interest, owed = (0, earned) if index < terms.interest_grace else (earned, 0)
        if index == last:
            principal = balance
        elif index < terms.principal_grace:
            principal = 0
        else:
            # A coarse step may round the level below the interest or above the balance.
            more = more_at_first if index == terms.principal_grace else 0
            principal = min(max(level + more - interest, 0), balance)
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


def _preferred(terms: LoanTerms, spread: Spread, level: int, weight: Decimal) -> int:
    """The level next to the exact one on the side that the terms prefer; the last instalment falls as it rises."""
    step = step_minor(terms)
    level += to_minor(Decimal(_gap(spread, level)) / weight, Rounding.UP, step=step)
    for _ in range(MAX_STEPS):
        if _gap(spread, level) <= 0:
            break
        level += step
    for _ in range(MAX_STEPS):
        if level <= step or _gap(spread, level - step) > 0:
            break
        level -= step
    # Here the last is no higher than the others, and one step less would make it so.
    if terms.last_instalment is LastInstalment.LOWER:
        return level
    below = max(level - step, step)
    if terms.last_instalment is LastInstalment.HIGHER:
        return level if _gap(spread, level) == 0 else below
    lower, higher = -_gap(spread, level), _gap(spread, below)
    return level if lower <= len(spread(level)) * step or lower <= higher else below


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
