"""The engine against figures that others published; skipped where the vectors are not at hand."""

from pathlib import Path

import pytest

from tests.vectors.folder import Folder
from tests.vectors.registry import Result, kinds, run

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
# What must agree in per cent; what is still missed, and why, is in docs/loan-engine.md.
FLOORS = {
    "apr": 98,
    "daycount": 97,
    "dpd_buckets": 100,
    "iso4217": 100,
    "loan_classic": 98,
    "loan_emi": 95,
    "loan_journal": 89,
    "loan_schedule_basic": 93,
    "loan_timeline": 90,
    "loan_uk_level_schedules": 98,
}


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    if not VECTORS.is_dir():
        pytest.skip("../shared/vectors is absent")
    return {result.kind: result for result in run(Folder(VECTORS))}


def test_every_kind_has_a_floor() -> None:
    assert sorted(kinds()) == sorted(FLOORS)


@pytest.mark.parametrize("kind", sorted(FLOORS))
def test_published_figures_are_ours(results: dict[str, Result], kind: str) -> None:
    result = results[kind]

    share = 100 * result.passed / result.total

    first = "; ".join(f"{failure.id}: {failure.difference}" for failure in result.failures[:3])
    assert share >= FLOORS[kind], f"{result.passed}/{result.total}, first {first}"
