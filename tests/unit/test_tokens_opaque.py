"""Refresh tokens and links: opaque, forgery-proof, stored as a hash."""

import pytest

from backend.kernel.crypto import MasterKeys, new_master_key
from backend.kernel.tokens import OpaqueTokens, TokenInvalid
from shared.ids import new_id

SUBKEYS = MasterKeys.parse(new_master_key("m1")).subkeys("refresh")
TENANT, ROW = new_id(), new_id()


def test_a_token_names_its_row_and_is_kept_as_a_hash_only() -> None:
    refresh = OpaqueTokens("rt", SUBKEYS)

    token, stored = refresh.issue(TENANT, ROW, 3)

    assert refresh.open(token) == stored
    assert (stored.tenant_id, stored.row_id, stored.generation) == (TENANT, ROW, 3)
    assert len(stored.hash) == 32
    assert token not in repr(stored)


def test_no_two_tokens_are_alike_unless_their_seed_is() -> None:
    refresh = OpaqueTokens("rt", SUBKEYS)

    assert refresh.issue(TENANT, ROW)[0] != refresh.issue(TENANT, ROW)[0]
    assert refresh.issue(TENANT, ROW, 1, seed=b"s") == refresh.issue(TENANT, ROW, 1, seed=b"s")
    assert refresh.issue(TENANT, ROW, 1, seed=b"s") != refresh.issue(TENANT, ROW, 1, seed=b"t")
    assert refresh.issue(TENANT, ROW, 1, seed=b"s") != refresh.issue(TENANT, ROW, 2, seed=b"s")


def test_any_change_makes_it_a_forgery() -> None:
    refresh = OpaqueTokens("rt", SUBKEYS)
    token, _ = refresh.issue(TENANT, ROW, 1)
    kind, tenant, row, generation, secret = token.split(".")

    for forged in (
        f"ml.{tenant}.{row}.{generation}.{secret}",
        f"{kind}.{new_id().hex}.{row}.{generation}.{secret}",
        f"{kind}.{tenant}.{new_id().hex}.{generation}.{secret}",
        f"{kind}.{tenant}.{row}.2.{secret}",
        f"{kind}.{tenant}.{row}.01.{secret}",
        f"{kind}.{tenant}.{row}.{generation}.{secret[::-1]}",
        f"{kind}.{tenant}.{row}.{generation}.{secret}A",
        f"{kind}.{tenant}.{row}.{generation}",
        f"{token}.{secret}",
        "",
        "é" * 64,
    ):
        with pytest.raises(TokenInvalid):
            refresh.open(forged)


def test_a_token_of_an_older_master_key_is_still_known_and_of_a_dropped_one_is_not() -> None:
    old, new = new_master_key("old"), new_master_key("new")
    token, stored = OpaqueTokens("rt", MasterKeys.parse(old).subkeys("rt")).issue(TENANT, ROW)

    assert OpaqueTokens("rt", MasterKeys.parse(f"{new},{old}").subkeys("rt")).open(token) == stored
    with pytest.raises(TokenInvalid):
        OpaqueTokens("rt", MasterKeys.parse(new).subkeys("rt")).open(token)
