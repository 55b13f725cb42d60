"""Money: exact, of one currency, rounded in one place; currencies by ISO 4217."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.currency import ACTIVE_CODES, exponent_of
from shared.errors import CurrencyMismatch, UnknownCurrency
from shared.ids import new_id
from shared.money import MAX_MINOR, Money, total
from shared.rounding import Rounding, to_minor

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "iso4217_shared.json"
minors = st.integers(-MAX_MINOR // 1000, MAX_MINOR // 1000)
codes = st.sampled_from(sorted(ACTIVE_CODES))


@given(minors, minors, codes)
def test_adding_and_taking_away_are_exact(left: int, right: int, code: str) -> None:
    a, b = Money.of(left, code), Money.of(right, code)

    assert (a + b) - b == a
    assert total([a, b], code) == a + b
    assert a + -a == Money.zero(code)
    assert (a < b) == (left < right)


@given(minors, codes)
def test_major_units_and_back_lose_nothing(minor: int, code: str) -> None:
    money = Money.of(minor, code)

    assert Money.from_major(money.major, code) == money


@given(minors, codes, codes)
def test_two_currencies_never_mix(minor: int, left: str, right: str) -> None:
    if left == right:
        return
    with pytest.raises(CurrencyMismatch):
        Money.of(minor, left) + Money.of(minor, right)
    with pytest.raises(CurrencyMismatch):
        _ = Money.of(minor, left) < Money.of(minor, right)


@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(list(Rounding)), st.integers(1, 1000))
def test_rounding_ends_on_the_step_and_within_one_step(exact: Decimal, mode: Rounding, step: int) -> None:
    rounded = to_minor(exact, mode, step=step)

    assert rounded % step == 0
    assert abs(rounded - exact) < step or (abs(rounded - exact) == step and exact % step == 0)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Rounding.HALF_EVEN, (2, 4, -2)),
        (Rounding.HALF_UP, (3, 4, -3)),
        (Rounding.HALF_DOWN, (2, 3, -2)),
        (Rounding.UP, (3, 4, -3)),
        (Rounding.DOWN, (2, 3, -2)),
        (Rounding.CEILING, (3, 4, -2)),
        (Rounding.FLOOR, (2, 3, -3)),
    ],
)
def test_each_mode_breaks_ties_in_its_own_way(mode: Rounding, expected: tuple[int, int, int]) -> None:
    assert tuple(to_minor(Decimal(exact), mode) for exact in ("2.5", "3.5", "-2.5")) == expected


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors lie beside the project")
def test_exponents_are_those_of_the_standard() -> None:
    for vector in json.loads(VECTORS.read_text())["vectors"]:
        if vector["minor_units"].isdigit():
            assert exponent_of(vector["code"]) == int(vector["minor_units"]), vector["code"]
        else:
            with pytest.raises(UnknownCurrency):
                exponent_of(vector["code"])


def test_ids_sort_by_the_time_of_their_making() -> None:
    made = [new_id() for _ in range(2_000)]

    assert len(set(made)) == len(made)
    assert {each.version for each in made} == {7}
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)
