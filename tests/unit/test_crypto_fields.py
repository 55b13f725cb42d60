"""Field encryption: bound to its place, rotated, erased."""

from uuid import UUID

import pytest

from backend.kernel.crypto import (
    CiphertextError,
    DataErased,
    Field,
    KeyPurpose,
    Keyring,
    MasterKeys,
    WrappedKey,
    code_matches,
    hash_code,
    new_master_key,
)
from shared.ids import new_id

PHONE = Field("person", "phone")
TENANT = UUID(int=7)


def masters(*names: str) -> MasterKeys:
    return MasterKeys.parse(",".join(new_master_key(name) for name in names or ("m1",)))


def keys(master: MasterKeys, tenant: UUID = TENANT) -> list[WrappedKey]:
    return [master.new_data_key(tenant, KeyPurpose.FIELD), master.new_data_key(tenant, KeyPurpose.INDEX)]


def ring(master: MasterKeys | None = None, tenant: UUID = TENANT) -> Keyring:
    master = master or masters()
    return Keyring(tenant, master, keys(master, tenant))


def test_a_value_comes_back_only_for_the_place_that_it_was_written_for() -> None:
    keyring, row = ring(), new_id()

    sealed = keyring.encrypt_text(PHONE, "+2348031234567", row_id=row)

    assert b"+2348031234567" not in sealed
    assert keyring.decrypt_text(PHONE, sealed, row_id=row) == "+2348031234567"
    for elsewhere in (Field("person", "email"), Field("lead", "phone"), Field("personp", "hone")):
        with pytest.raises(CiphertextError):
            keyring.decrypt(elsewhere, sealed, row_id=row)
    for other_row in (None, new_id()):
        with pytest.raises(CiphertextError):
            keyring.decrypt(PHONE, sealed, row_id=other_row)


def test_the_same_value_never_looks_the_same_twice() -> None:
    keyring = ring()

    assert keyring.encrypt_text(PHONE, "x") != keyring.encrypt_text(PHONE, "x")


def test_another_tenant_with_the_very_same_key_can_not_read_a_value() -> None:
    master = masters()
    stored = keys(master)
    sealed = Keyring(TENANT, master, stored).encrypt_text(PHONE, "secret")

    other = UUID(int=8)
    moved = [WrappedKey(id=key.id, tenant_id=other, purpose=key.purpose, wrapped=key.wrapped) for key in stored]

    with pytest.raises(CiphertextError):
        Keyring(other, master, moved)
    with pytest.raises(DataErased):
        ring(master, other).decrypt(PHONE, sealed)


@pytest.mark.parametrize("cut", [0, 1, 20, 44])
def test_damaged_bytes_are_refused(cut: int) -> None:
    with pytest.raises(CiphertextError):
        ring().decrypt(PHONE, ring().encrypt_text(PHONE, "a")[:cut])


def test_every_flipped_byte_is_noticed() -> None:
    keyring = ring()
    sealed = keyring.encrypt_text(PHONE, "a")

    for place in range(len(sealed)):
        bad = bytearray(sealed)
        bad[place] ^= 1
        with pytest.raises((CiphertextError, DataErased)):
            keyring.decrypt(PHONE, bytes(bad))


def test_a_rotated_data_key_seals_new_values_and_still_opens_old_ones() -> None:
    master = masters()
    stored = keys(master)
    old = Keyring(TENANT, master, stored).encrypt_text(PHONE, "old")

    rotated = Keyring(TENANT, master, [master.new_data_key(TENANT, KeyPurpose.FIELD), *stored])

    assert rotated.decrypt_text(PHONE, old) == "old"
    assert rotated.needs_reencryption(old)
    assert not rotated.needs_reencryption(rotated.encrypt_text(PHONE, "new"))


def test_a_rotated_master_key_rewraps_data_keys_and_touches_no_value() -> None:
    first, second = new_master_key("2025"), new_master_key("2026")
    before = MasterKeys.parse(first)
    stored = keys(before)
    sealed = Keyring(TENANT, before, stored).encrypt_text(PHONE, "kept")
    both = MasterKeys.parse(f"{second},{first}")

    rewrapped = [both.rewrap(key) for key in stored]

    assert all(both.needs_rewrap(key) for key in stored)
    assert not any(both.needs_rewrap(key) for key in rewrapped)
    assert Keyring(TENANT, MasterKeys.parse(second), rewrapped).decrypt_text(PHONE, sealed) == "kept"
    with pytest.raises(CiphertextError):
        Keyring(TENANT, MasterKeys.parse(second), stored)


def test_destroying_a_persons_key_erases_that_person_and_nobody_else() -> None:
    master, ada, obi = masters(), new_id(), new_id()
    theirs = [master.new_data_key(TENANT, KeyPurpose.FIELD, subject_id=person) for person in (ada, obi)]
    keyring = Keyring(TENANT, master, [*keys(master), *theirs])
    of_ada = keyring.encrypt_text(PHONE, "ada", subject_id=ada)
    of_obi = keyring.encrypt_text(PHONE, "obi", subject_id=obi)

    keyring.add([theirs[0].destroyed()])

    with pytest.raises(DataErased):
        keyring.decrypt(PHONE, of_ada)
    with pytest.raises(DataErased):
        keyring.encrypt_text(PHONE, "again", subject_id=ada)
    assert not keyring.has_key_of(ada)
    assert keyring.decrypt_text(PHONE, of_obi) == "obi"


def test_the_key_of_one_person_can_not_pass_for_the_key_of_another() -> None:
    master, ada, obi = masters(), new_id(), new_id()
    of_ada = master.new_data_key(TENANT, KeyPurpose.FIELD, subject_id=ada)

    forged = WrappedKey(
        id=of_ada.id, tenant_id=TENANT, purpose=KeyPurpose.FIELD, subject_id=obi, wrapped=of_ada.wrapped
    )

    with pytest.raises(CiphertextError):
        Keyring(TENANT, master, [forged])


def test_a_blind_index_depends_on_value_column_and_tenant() -> None:
    master = masters()
    keyring = ring(master)
    index = keyring.blind_index(PHONE, "+2348031234567")

    assert index == keyring.blind_index(PHONE, "+2348031234567")
    assert len(index) == 32
    assert index != keyring.blind_index(PHONE, "+2348031234568")
    assert index != keyring.blind_index(Field("person", "email"), "+2348031234567")
    assert index != ring(master).blind_index(PHONE, "+2348031234567")


def test_without_an_index_key_nothing_can_be_looked_up() -> None:
    master = masters()

    with pytest.raises(DataErased):
        Keyring(TENANT, master, [master.new_data_key(TENANT, KeyPurpose.FIELD)]).blind_index(PHONE, "a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "entry 1 must read"),
        ("nocolon", "entry 1 must read"),
        ("a b:AAAA", "entry 1 must read"),
        ("m1:%%%", "not valid base64"),
        ("m1:AAAA", "must hold 32 bytes, not 3"),
        pytest.param(f"{new_master_key('m1')},{new_master_key('m1')}", "repeats the id m1", id="twice"),
    ],
)
def test_a_wrong_keyring_setting_is_refused_with_the_reason_and_without_the_key(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refusal:
        MasterKeys.parse(text)

    assert "AAAA" not in str(refusal.value)


def test_subkeys_differ_by_label_and_master_and_come_newest_first() -> None:
    first, second = new_master_key("a"), new_master_key("b")
    both = MasterKeys.parse(f"{second},{first}")

    assert both.subkeys("refresh")[1:] == MasterKeys.parse(first).subkeys("refresh")
    assert len({*both.subkeys("refresh"), *both.subkeys("link")}) == 4


def test_a_code_matches_only_with_its_pepper_and_its_context() -> None:
    stored = hash_code(b"pepper", "123456", b"sign_in", b"c1")

    assert code_matches(b"pepper", "123456", stored, b"sign_in", b"c1")
    assert not code_matches(b"pepper", "123457", stored, b"sign_in", b"c1")
    assert not code_matches(b"other", "123456", stored, b"sign_in", b"c1")
    assert not code_matches(b"pepper", "123456", stored, b"step_up", b"c1")
    assert not code_matches(b"pepper", "123456", stored, b"sign_inc", b"1")
