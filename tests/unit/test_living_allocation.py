"""Where a payment ahead of its time goes: figures worked out by hand."""

from datetime import timedelta

from msgspec.structs import replace

from backend.servicing.domain.living.contract import Direction
from backend.servicing.domain.living.happenings import Kind
from backend.servicing.domain.living.replay import replay
from backend.servicing.domain.living.rows import INTEREST, PRINCIPAL
from backend.servicing.domain.living.state import Standing
from tests.builders.living import LENT_ON, contract, legs, moved


def test_what_a_row_earns_after_its_principal_was_paid_is_paid_as_interest() -> None:
    terms = replace(
        contract(recalculates=True, rate="22.71"),
        principal_minor=67_416,
        year_days=None,
        month_days=None,
        instalments=12,
        every=2,
        direction=Direction.VERTICAL,
    )
    events = (
        moved(1, Kind.DISBURSEMENT, LENT_ON, 67_416),
        moved(2, Kind.REPAYMENT, LENT_ON + timedelta(days=1), 6_681),
        moved(3, Kind.REPAYMENT, LENT_ON + timedelta(days=2), 66_776),
    )

    state = replay(terms, events, LENT_ON + timedelta(days=2))

    # A day of 366 on 674.16, then one on the 607.77 that are left.
    assert sum(legs(state, INTEREST)) == 42 + 38
    assert sum(legs(state, PRINCIPAL)) == 67_416
    assert state.credit == 6_681 + 66_776 - 67_416 - 80
    assert state.standing is Standing.OVERPAID
