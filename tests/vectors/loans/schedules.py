"""Schedules right after one disbursement: every row and the totals, to the cent."""

from datetime import date
from typing import Any

from tests.vectors.loans.figures import first_difference, schedule_rows, totals
from tests.vectors.loans.products import contract_of, minor
from tests.vectors.loans.story import Story, tranches_of
from tests.vectors.loans.timelines import is_classic, lent

PREFIXES = ("loan_schedule_basic",)


def differs(vector: dict[str, Any], shared: Any) -> str | None:
    """The first row or total that is not the expected one."""
    paid_out = vector["disbursement"]
    day = date.fromisoformat(paid_out["date"])
    product = {**shared.products[vector["product"]], **vector["product_params"]}
    loan = {"submitted_on": paid_out["date"], **vector["loan"]}
    story = Story(shared)
    story.today = day
    story.product = product
    story.contract = contract_of(product, loan, {})
    story.add_product_charges()
    story.tranches = tranches_of(loan)
    story.draw(day, minor(paid_out["amount"]))
    state = story.state
    difference = first_difference(vector["expected_rows"], schedule_rows(state, [*lent(state), *story.undrawn], classic=is_classic(story)))
    if difference is None and vector["expected_total"]:
        difference = totals(vector["expected_total"], state, sum(fees for _, _, fees in lent(state)))
    return difference
