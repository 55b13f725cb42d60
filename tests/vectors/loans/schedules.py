"""Schedules right after one disbursement: every row and the totals, to the cent."""

from datetime import date
from typing import Any

from backend.servicing.domain.living.happenings import Kind, Moved
from backend.servicing.domain.living.replay import replay
from tests.vectors.loans.figures import first_difference, schedule_rows, totals
from tests.vectors.loans.products import contract_of, minor

PREFIXES = ("loan_schedule_basic",)


def differs(vector: dict[str, Any], shared: Any) -> str | None:
    """The first row or total that is not the expected one."""
    paid_out = vector["disbursement"]
    day = date.fromisoformat(paid_out["date"])
    product = {**shared.products[vector["product"]], **vector["product_params"]}
    loan = {"submitted_on": paid_out["date"], **vector["loan"]}
    contract = contract_of(product, loan, {})
    event = Moved(seq=1, on=day, entered_on=day, kind=Kind.DISBURSEMENT, amount_minor=minor(paid_out["amount"]))
    state = replay(contract, (event,), day)
    rows = schedule_rows(state, [(day, event.amount_minor, 0)])
    return first_difference(vector["expected_rows"], rows) or (
        None if totals(vector["expected_total"], state) is None else totals(vector["expected_total"], state)
    )
