"""References are unique, and typed ones notice a slip of the finger."""

from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.payments.domain.references import (
    creditor_reference,
    is_creditor_reference,
    order_reference,
    printed,
    read_references,
)

SEED = UUID("0190a000-1111-7222-8333-444455556666")


@given(st.uuids(), st.uuids())
def test_orders_have_the_same_reference_exactly_when_they_are_the_same(one: UUID, other: UUID) -> None:
    same = order_reference("po", one) == order_reference("po", other)

    assert same == (one == other)


@given(st.uuids())
def test_an_order_reference_is_what_rails_accept(order_id: UUID) -> None:
    reference = order_reference("po", order_id)

    assert 16 <= len(reference) <= 50
    assert reference == reference.lower()
    assert set(reference) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.uuids())
def test_a_creditor_reference_passes_its_own_check(seed: UUID) -> None:
    reference = creditor_reference(seed)

    assert len(reference) == 16
    assert is_creditor_reference(reference)


@given(st.uuids(), st.integers(2, 15), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_noticed(seed: UUID, at: int, wrong: str) -> None:
    reference = creditor_reference(seed)
    mistyped = reference[:at] + wrong + reference[at + 1 :]

    assert mistyped == reference or not is_creditor_reference(mistyped)


@given(st.uuids(), st.integers(4, 14))
def test_two_neighbouring_letters_or_digits_swapped_are_noticed(seed: UUID, at: int) -> None:
    reference = creditor_reference(seed)
    assume(reference[at].isdigit() == reference[at + 1].isdigit())
    swapped = reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]

    assert swapped == reference or not is_creditor_reference(swapped)


@pytest.mark.parametrize(
    "narration",
    [
        "{plain}",
        "loan repayment {printed} thank you",
        "TRF/{plain}/ADA OBI",
        "ref: {lower}.",
        "{dashed}",
    ],
)
def test_a_reference_is_read_however_a_bank_prints_it(narration: str) -> None:
    reference = creditor_reference(SEED)
    text = narration.format(
        plain=reference,
        printed=printed(reference),
        lower=reference.lower(),
        dashed=printed(reference).replace(" ", "-"),
    )

    assert read_references(text) == (reference,)


@pytest.mark.parametrize("narration", ["", "school fees", "RF00 0000 0000 0000", "XRF18ABCDEFGHJKMN"])
def test_a_text_without_a_sound_reference_names_nobody(narration: str) -> None:
    assert read_references(narration) == ()


def test_the_reference_of_the_standards_own_example_holds() -> None:
    assert is_creditor_reference("RF18 5390 0754 7034")
