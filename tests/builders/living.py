"""Living loans for tests: an order of its own, and what happens to a loan."""

from datetime import date
from decimal import Decimal

from backend.servicing.domain.living.contract import (
    Build,
    Contract,
    Direction,
    Order,
    Rest,
    Spread,
    Strategy,
    Target,
    Timing,
    Unit,
)
from backend.servicing.domain.living.happenings import ChargeBase, Charged, ChargeTime, Kind, Moved
from backend.servicing.domain.living.state import LoanState
from shared.terms import Part

LENT_ON = date(2024, 1, 31)
USUAL = tuple(
    Target(timing, part) for timing in Timing for part in (Part.PENALTY, Part.FEE, Part.INTEREST, Part.PRINCIPAL)
)


def contract(
    *, spread: Spread = Spread.NEXT, recalculates: bool = False, rate: str = "12", down_payment: str | None = None
) -> Contract:
    """Four months at one per cent each, unless said otherwise: 256.28 a month for 1,000.00."""
    return Contract(
        build=Build.PROGRESSIVE,
        submitted_on=LENT_ON,
        principal_minor=100_000,
        annual_rate_pct=Decimal(rate),
        year_days=360,
        month_days=30,
        every=1,
        unit=Unit.MONTHS,
        instalments=4,
        recalculates=recalculates,
        rest=Rest.DAILY,
        down_payment_pct=None if down_payment is None else Decimal(down_payment),
        direction=Direction.HORIZONTAL,
        strategy=Strategy.BY_ORDER,
        orders={"default": Order(USUAL, spread)},
    )


def moved(seq: int, kind: Kind, day: date, amount: int, of: int | None = None) -> Moved:
    return Moved(seq=seq, on=day, entered_on=day, kind=kind, amount_minor=amount, of=of)


def fee(seq: int, day: date, amount: int, *, penalty: bool = False) -> Charged:
    return Charged(
        seq=seq,
        on=day,
        entered_on=day,
        name="fee",
        time=ChargeTime.ON_DATE,
        base=ChargeBase.FLAT,
        value=Decimal(amount),
        penalty=penalty,
    )


def legs(state: LoanState, leg: int) -> list[int]:
    return [row.charged[leg] for row in state.rows if not row.down_payment]
