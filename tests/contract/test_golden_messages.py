"""Nobody who speaks an older version of our API or events is left behind."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta, Struct

from tests.contract import golden

STORED = [
    (module, name, form)
    for module in sorted(path.stem for path in golden.HERE.glob("*.json"))
    for name in golden.stored(module)
    for form in ("full", "least")
]


@pytest.mark.parametrize(("module", "name", "form"), STORED)
def test_what_was_published_is_still_understood(module: str, name: str, form: str) -> None:
    old = golden.stored(module)[name][form]
    kind = golden.published().get(module, {}).get(name)

    assert kind is not None, f"{module}.{name} was published and is gone"
    assert not list(golden.losses(old, golden.read(old, kind)))


@pytest.mark.skipif(not STORED, reason="nothing was published yet")
def test_everything_published_has_its_golden_json() -> None:
    missing = [
        f"{module}.{name}"
        for module, structs in golden.published().items()
        for name in structs.keys() - golden.stored(module).keys()
    ]

    assert not missing, f"run `python -m tests.contract.golden`: {missing}"


def test_each_published_struct_can_be_sampled() -> None:
    for structs in golden.published().values():
        for kind in structs.values():
            for full in (True, False):
                value = golden.sample(kind, full=full)
                assert not list(golden.losses(value, golden.read(value, kind)))


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Before(Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    rate_pct: Decimal
    code: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    colours: Annotated[tuple[Colour, ...], Meta(min_length=2)] = ()
    note: str | None = None


class Renamed(Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    rate_pct: Decimal
    currency: str
    note: str | None = None


class Removed(Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    rate_pct: Decimal
    code: str


class Grown(Before, frozen=True, kw_only=True):
    added: int = 0


class Demanding(Before, frozen=True, kw_only=True):
    added: int


def test_a_sample_is_full_or_the_least_that_is_needed() -> None:
    assert set(golden.sample(Before, full=True)) == {"id", "at", "rate_pct", "code", "colours", "note"}
    assert set(golden.sample(Before, full=False)) == {"id", "at", "rate_pct", "code"}
    assert golden.sample(Before, full=True)["colours"] == ["red", "blue"]


def test_a_field_that_was_added_with_a_default_breaks_nothing() -> None:
    for full in (True, False):
        old = golden.sample(Before, full=full)
        assert not list(golden.losses(old, golden.read(old, Grown)))


@pytest.mark.parametrize("kind", [Renamed, Demanding])
def test_a_field_that_is_newly_needed_is_noticed(kind: type[Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        golden.read(golden.sample(Before, full=False), kind)


def test_a_field_that_is_gone_is_noticed() -> None:
    old: dict[str, Any] = golden.sample(Before, full=True)

    assert list(golden.losses(old, golden.read(old, Removed))) == ["$.colours is gone", "$.note is gone"]
