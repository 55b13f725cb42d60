"""Schedules right after one disbursement: every row and the totals, to the cent."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from tests.vectors.folder import Folder, vectors_of
from tests.vectors.loans.figures import first_difference, schedule_rows, totals
from tests.vectors.loans.products import contract_of, minor
from tests.vectors.loans.story import Story, tranches_of
from tests.vectors.loans.timelines import is_classic, lent

PREFIXES = ("loan_schedule_basic",)


def differs(vector: dict[str, Any], shared: Folder) -> str | None:
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
    story.as_of = max(day, _days_of_reading(shared).get(_source(vector), day))
    state = story.state
    rows = schedule_rows(state, [*lent(state), *story.undrawn], classic=is_classic(story))
    difference = first_difference(vector["expected_rows"], rows)
    if difference is None and vector["expected_total"]:
        difference = totals(vector["expected_total"], state, sum(fees for _, _, fees in lent(state)))
    return difference


@cache
def _days_of_reading(shared: Folder) -> Mapping[tuple[str, int], date]:
    """When a source first reads a schedule, where its timeline is in the folder too.

    Unpaid instalments earn interest up to that day, which the vectors of this kind leave out. Where there is no
    timeline, it is the day of disbursement.
    """
    days: dict[tuple[str, int], date] = {}
    for path in shared.files():
        if path.name.startswith("loan_timeline"):
            for vector in vectors_of(path):
                day = _first_reading(vector["timeline"])
                if day is not None:
                    days[_source(vector)] = day
    return days


def _first_reading(timeline: list[dict[str, Any]]) -> date | None:
    day: date | None = None
    for entry in timeline:
        if entry.get("op") == "set_date":
            day = date.fromisoformat(entry["date"])
        if entry.get("expect") == "schedule":
            return day
    return None


def _source(vector: dict[str, Any]) -> tuple[str, int]:
    return vector["source"]["path"], vector["source"]["line"]
