"""How a body that does not fit is told of, and what an example of a body is made of."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Struct

from backend.kernel.bodies import told
from backend.kernel.json_schema import describe, example_of


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a whole.

    It has an instant.
    """

    share_pct: Decimal
    at: datetime | None = None


class Whole(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What parts are of."""

    amount_minor: Annotated[int, Meta(ge=5)]
    parts: Annotated[tuple[Part, ...], Meta(min_length=1)]
    pair: tuple[int, bool]
    notes: Annotated[dict[str, Annotated[str, Meta(min_length=6)]], Meta(min_length=1)]
    seen_at: datetime


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"{}", {"amount_minor": "is required"}),
        (b'{"more": 1}', {"more": "is not known here"}),
        (b'{"amount_minor": "7"}', {"amount_minor": "Expected `int`, got `str`"}),
        (b'{"amount_minor": 1}', {"amount_minor": "Expected `int` >= 5"}),
        (b'{"parts": [{}]}', {"parts[0].share_pct": "is required"}),
        (b'{"parts": [{"share_pct": "1", "of": 2}]}', {"parts[0].of": "is not known here"}),
        (b'{"pair": [1, 0]}', {"pair[1]": "Expected `bool`, got `int`"}),
        (b"[]", {"body": "Expected `object`, got `array`"}),
    ],
)
def test_a_refusal_names_the_field_and_what_is_wrong_with_it(body: bytes, errors: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError) as refusal:
        msgspec.json.decode(body, type=Whole)

    assert told(str(refusal.value)) == errors


def test_a_struct_is_described_by_what_its_decoder_enforces() -> None:
    (schema,), components = describe([Whole])

    assert schema == {"$ref": "#/components/schemas/Whole"}
    assert components["Whole"]["additionalProperties"] is False
    assert components["Whole"]["properties"]["amount_minor"] == {"type": "integer", "minimum": 5}
    assert components["Part"]["description"] == "A part of a whole.\n\nIt has an instant."
    assert components["Part"]["properties"]["at"]["anyOf"][0] == {"type": "string", "format": "date-time"}
    assert components["Whole"]["properties"]["seen_at"]["format"] == "date-time"


def test_an_example_fits_the_struct_that_it_is_made_for() -> None:
    (schema,), components = describe([Whole])

    example: Any = example_of(schema, components)

    assert msgspec.convert(example, Whole).parts[0].share_pct == Decimal("24.5")
