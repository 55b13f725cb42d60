"""Cost of credit: the rate of cash flows, by the regime and the timing rule that the vector names."""

from decimal import Decimal

from backend.servicing.domain.apr import Flow, effective_apr_pct, effective_rate, rounded_pct, unit_period_rate
from shared.rounding import Rounding, to_places
from tests.vectors.figures import day, minor, places
from tests.vectors.folder import Folder, Vector

PREFIXES = ("apr_",)


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where our rate is the published one to all its digits; a disputed one is not judged."""
    if vector.get("disputed"):
        return None
    found = rate_pct(vector)
    if found is None:
        return f"no rate, not {vector['expected_apr_pct']}"
    expected = Decimal(vector["expected_apr_pct"])
    rounded = rounded_pct(found, vector.get("decimals", places(expected)))
    # Where a source doesn't say to how many decimals it rounds, it may have cut what its solver showed.
    cut = rounded if "decimals" in vector else to_places(found, places(expected), Rounding.DOWN)
    return None if expected in {rounded, cut} else f"{rounded} ({found:.8f}), not {expected}"


def rate_pct(vector: Vector) -> Decimal | None:
    """Ours, unrounded."""
    payments = vector["payments"]
    if "amount_financed" in vector:
        timed = [(0, Decimal(0), -Decimal(vector["amount_financed"]))]
        timed += [(paid["whole_unit_periods"], Decimal(paid["fraction"]), Decimal(paid["amount"])) for paid in payments]
        rate = unit_period_rate(timed)
        return None if rate is None else rate * Decimal(vector["unit_periods_per_year"]) * 100
    if "t_years" in payments[0]:
        spread = [(Decimal(0), -Decimal(vector["amount"]))]
        spread += [(Decimal(paid["t_years"]), Decimal(paid["amount"])) for paid in payments]
        rate = effective_rate(spread)
        return None if rate is None else rate * 100
    flows = [Flow(day(vector["start"]), advance_minor=minor(vector["amount"]))]
    flows += [Flow(day(paid["date"]), payment_minor=minor(paid["amount"])) for paid in payments]
    return effective_apr_pct(flows)
