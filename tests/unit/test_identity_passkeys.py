"""The rules of passkeys: to whom they belong, what gives a copy away, when a ceremony is over."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.identity.domain.passkeys import CODE_LIVES, LIVES, Ceremony, RelyingParty, hash_in, is_copied
from shared.api.passkeys import CeremonyBack, CeremonyPurpose
from shared.ids import new_id

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
OPEN = Ceremony(
    id=new_id(),
    purpose=CeremonyPurpose.SIGN_IN,
    back=CeremonyBack.WEB,
    challenge=b"c" * 32,
    verifier_hash=hashlib.sha256(VERIFIER.encode()).digest(),
    ticket_hash=b"t" * 32,
    expires_at=NOW + LIVES,
)
ANSWERED = replace(OPEN, answered_at=NOW, code_hash=b"h" * 32)


@pytest.mark.parametrize(
    ("app_url", "host"),
    [
        ("https://app.example.com", "app.example.com"),
        ("https://app.example.com:8443", "app.example.com"),
        ("http://localhost:8002", "localhost"),
        ("http://127.0.0.1:8002", None),
        ("https://192.0.2.7", None),
        (None, None),
    ],
)
def test_passkeys_belong_to_the_host_of_the_app_unless_it_is_a_number(app_url: str | None, host: str | None) -> None:
    party = RelyingParty.at(app_url)

    assert (party and party.id) == host
    assert party is None or party.origin == app_url


@pytest.mark.parametrize(
    ("before", "now", "copied"), [(0, 0, False), (0, 1, False), (5, 6, False), (5, 5, True), (5, 4, True), (5, 0, True)]
)
def test_a_counter_that_counts_only_rises(before: int, now: int, copied: bool) -> None:  # noqa: FBT001
    assert is_copied(before, now) is copied


def test_the_verifier_is_that_of_rfc_7636() -> None:
    assert hash_in("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") == OPEN.verifier_hash
    assert OPEN.is_of(VERIFIER)
    assert not OPEN.is_of(base64.urlsafe_b64encode(OPEN.verifier_hash).decode())


def test_a_ceremony_is_answered_once_and_in_time() -> None:
    assert OPEN.is_open(NOW)
    assert not OPEN.is_open(NOW + LIVES)
    assert not ANSWERED.is_open(NOW)


def test_a_code_is_redeemed_once_and_soon() -> None:
    assert ANSWERED.is_redeemable(NOW + CODE_LIVES - timedelta(seconds=1))
    assert not ANSWERED.is_redeemable(NOW + CODE_LIVES)
    assert not replace(ANSWERED, redeemed_at=NOW).is_redeemable(NOW)
    assert not OPEN.is_redeemable(NOW)
