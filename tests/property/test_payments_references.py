"""References for a rail are unique, and what rails accept."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from backend.payments.domain.references import order_reference


@given(st.uuids(), st.uuids())
def test_orders_have_the_same_reference_exactly_when_they_are_the_same(one: UUID, other: UUID) -> None:
    same = order_reference("po", one) == order_reference("po", other)

    assert same == (one == other)


@given(st.uuids())
def test_an_order_reference_is_what_rails_accept(order_id: UUID) -> None:
    reference = order_reference("po", order_id)

    assert 16 <= len(reference) <= 50
    assert set(reference) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
