"""Day counts: the part of a year, or the unit-periods, between two dates."""

import re
from decimal import Decimal
from fractions import Fraction

from backend.servicing.domain.annual_time import TimeRule, years_between
from backend.servicing.domain.daycount import year_fraction
from backend.servicing.domain.unit_period import UnitPeriod
from shared.terms import DayCount
from tests.vectors.figures import day
from tests.vectors.folder import Folder, Vector

PREFIXES = ("daycount_",)
# The source's figures are binary floats with sixteen digits.
CLOSE = Decimal("1e-14")

CONVENTIONS = {
    "ACT/360": DayCount.ACTUAL_360,
    "ACT/365F": DayCount.ACTUAL_365,
    "ACT/ACT-ISDA": DayCount.ACTUAL_ACTUAL_ISDA,
    "BRAZIL-CET": DayCount.ACTUAL_365,
    "30E/360": DayCount.THIRTY_E_360,
    "30/360-US(basic)": DayCount.THIRTY_360,
    "30U/360": DayCount.THIRTY_U_360,
}
UNITS = {
    "week": UnitPeriod(days=7),
    "fortnight": UnitPeriod(days=14),
    "month": UnitPeriod(months=1),
    "quarter": UnitPeriod(months=3),
    "halfYear": UnitPeriod(months=6),
    "year": UnitPeriod(months=12),
}


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where both fractions are equal, to the digits that a float holds."""
    found = fractions(vector)
    for name, value in zip(("primary_fraction", "partial_fraction"), found, strict=True):
        if value is None or vector[name] is None:
            if value is not vector[name]:
                return f"{name} {value}, not {vector[name]}"
            continue
        expected = Decimal(vector[name])
        if abs(_decimal(value) - expected) > CLOSE * max(Decimal(1), abs(expected)):
            return f"{name} {_decimal(value):.12f} ({value}), not {expected}"
    return None


def fractions(vector: Vector) -> tuple[Fraction, Fraction | None]:
    """Ours for the vector's convention and dates; the second is the odd part of a unit-period, where those count."""
    convention, start, end = vector["convention"], day(vector["start"]), day(vector["end"])
    unit = _unit(vector["settings"])
    if convention == "US-APPENDIX-J":
        if unit == "day":  # the source counts years by days here, and has no unit-periods
            return Fraction(0), year_fraction(DayCount.ACTUAL_365, start, end)
        whole, part = UNITS[unit].count(start, end)
        return Fraction(whole), part
    if convention == "EU-2008/48/EC":
        return years_between(start, end, TimeRule[f"{unit.upper()}S"]), None
    if convention == "UK-CONC-APP":
        # A loan secured on land that is repaid at once is counted in months whatever else is said.
        single = "isSecuredOnLand: true" in vector["settings"] and "hasSinglePayment: true" in vector["settings"]
        weeks = unit == "week" and not single
        return years_between(start, end, TimeRule.CONC_WEEKS if weeks else TimeRule.CONC_MONTHS), None
    return year_fraction(CONVENTIONS[convention], start, end), None


def _unit(settings: str) -> str:
    """The `DayCountTimePeriod` of the settings; a month where they name none."""
    named = re.search(r"DayCountTimePeriod\.(\w+)", settings)
    return named[1] if named else "month"


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
