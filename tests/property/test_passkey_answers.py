"""Whatever bytes come in place of a browser's answer: they are refused, and break nothing."""

import contextlib
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.identity.domain.passkeys import RelyingParty
from backend.identity.webauthn_check import NotVerified, check_made, check_used, claimed
from tests.builders.passkeys import APP_URL, SoftAuthenticator, b64, unb64

PARTY = RelyingParty(id="app.example.com", origin=APP_URL)
CHALLENGE = b"c" * 32
ASKED = {
    "challenge": b64(CHALLENGE),
    "userVerification": "required",
    "pubKeyCredParams": [{"alg": -7}],
    "authenticatorSelection": {"userVerification": "required"},
    "user": {"id": b64(b"u" * 32)},
    "rp": {"id": PARTY.id},
}
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.binary(max_size=60).map(b64)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["id", "rawId", "type", "response"])


def made() -> tuple[SoftAuthenticator, dict[str, Any]]:
    authenticator = SoftAuthenticator()
    return authenticator, authenticator.create(ASKED)


AUTHENTICATOR, MADE = made()
PUBLIC_KEY = check_made(PARTY, CHALLENGE, MADE).public_key
USED = AUTHENTICATOR.get(ASKED)


def refused(answer: dict[str, Any]) -> bool:
    """Whether neither check takes it. Raises whatever is no refusal."""
    for check in (
        lambda: check_made(PARTY, CHALLENGE, answer),
        lambda: check_used(PARTY, CHALLENGE, answer, PUBLIC_KEY),
    ):
        try:
            check()
        except NotVerified:
            continue
        return False
    return True


def test_what_the_authenticator_gave_is_taken() -> None:
    assert claimed(USED).id == AUTHENTICATOR.credentials[0].id
    assert check_used(PARTY, CHALLENGE, USED, PUBLIC_KEY).sign_count == 1


@given(st.dictionaries(NAMES | st.text(max_size=8), JSON, max_size=5))
def test_any_json_is_refused_and_nothing_breaks(answer: dict[str, Any]) -> None:
    assert refused(answer)
    with contextlib.suppress(NotVerified):
        claimed(answer)


@given(st.sampled_from(["clientDataJSON", "attestationObject"]), st.binary(max_size=300))
def test_an_answer_with_one_part_of_a_strangers_is_refused(part: str, data: bytes) -> None:
    assert refused(MADE | {"response": MADE["response"] | {part: b64(data)}})


@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.binary(max_size=300))
def test_a_use_with_one_part_of_a_strangers_is_refused(part: str, data: bytes) -> None:
    assert refused(USED | {"response": USED["response"] | {part: b64(data)}})


@given(st.recursive(st.integers() | st.binary(max_size=40) | st.text(max_size=10), st.lists))
def test_any_cbor_in_place_of_an_attestation_is_refused(value: object) -> None:
    assert refused(MADE | {"response": MADE["response"] | {"attestationObject": b64(cbor2.dumps(value))}})


@pytest.mark.parametrize("bit", range(0, 37 * 8, 11))
def test_a_flipped_bit_of_what_was_signed_is_refused(bit: int) -> None:
    data = bytearray(unb64(USED["response"]["authenticatorData"]))
    data[bit // 8] ^= 1 << (bit % 8)

    assert refused(USED | {"response": USED["response"] | {"authenticatorData": b64(bytes(data))}})
