"""Whatever the bytes, they come back whole for their own place and for no other."""

from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.kernel.crypto import CiphertextError, Field, KeyPurpose, Keyring, MasterKeys, hash_code, new_master_key

MASTERS = MasterKeys.parse(new_master_key("m1"))
TENANT = UUID(int=1)
RING = Keyring(TENANT, MASTERS, [MASTERS.new_data_key(TENANT, purpose) for purpose in KeyPurpose])
fields = st.builds(Field, st.text(max_size=8), st.text(max_size=8))


@given(fields, st.binary(max_size=200), st.none() | st.uuids())
def test_what_is_sealed_can_be_opened(field: Field, value: bytes, row: UUID | None) -> None:
    assert RING.decrypt(field, RING.encrypt(field, value, row_id=row), row_id=row) == value


@given(fields, fields, st.binary(max_size=20))
def test_no_two_places_share_a_ciphertext(one: Field, other: Field, value: bytes) -> None:
    assume(one != other)

    with pytest.raises(CiphertextError):
        RING.decrypt(other, RING.encrypt(one, value))


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_no_two_contexts_of_a_code_read_the_same(one: list[bytes], other: list[bytes]) -> None:
    assert (hash_code(b"p", "1", *one) == hash_code(b"p", "1", *other)) == (one == other)
