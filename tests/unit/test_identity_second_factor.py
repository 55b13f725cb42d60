"""Authenticator codes count once, within a step of drift; recovery codes forgive how they are typed."""

from datetime import UTC, datetime, timedelta

import pyotp

from backend.identity import totp
from backend.identity.domain.second_factor import (
    canonical_recovery_code,
    is_fresh,
    is_locked,
    new_recovery_codes,
    unused,
)

NOW = datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC)
# RFC 6238, appendix B: SHA-1, time 59 s gives 94287082; its last six digits are the code.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def test_the_vector_of_the_standard_matches_its_step() -> None:
    assert totp.matching_step(RFC_SECRET, "287082", datetime.fromtimestamp(59, UTC)) == 1


def test_a_code_is_accepted_one_step_early_or_late_and_no_more() -> None:
    code = pyotp.TOTP(RFC_SECRET).at(NOW)
    step = int(NOW.timestamp()) // 30

    for drift in (-30, 0, 30):
        assert totp.matching_step(RFC_SECRET, code, NOW + timedelta(seconds=drift)) == step
    for drift in (-60, 60):
        assert totp.matching_step(RFC_SECRET, code, NOW + timedelta(seconds=drift)) is None


def test_other_digits_and_junk_match_nothing() -> None:
    for junk in ("", "000", "abcdef", "१२३४५६"):
        assert totp.matching_step(RFC_SECRET, junk, NOW) is None


def test_a_step_counts_once_and_never_backwards() -> None:
    assert is_fresh(10, None)
    assert is_fresh(10, 9)
    assert not is_fresh(10, 10)
    assert not is_fresh(9, 10)
    assert not is_fresh(None, None)


def test_a_secret_is_long_and_its_uri_names_tenant_and_account() -> None:
    secret = totp.new_secret()

    assert len(secret) == 32
    uri = totp.provisioning_uri(secret, account="+234•••67", issuer="Acme Credit")
    assert uri.startswith("otpauth://totp/Acme%20Credit:")
    assert f"secret={secret}" in uri


def test_recovery_codes_differ_and_forgive_how_they_are_typed() -> None:
    codes = new_recovery_codes()

    assert len(set(codes)) == 10
    canonical = canonical_recovery_code(codes[0])
    assert canonical_recovery_code(f" {codes[0].lower().replace('-', ' ')} ") == canonical
    assert canonical_recovery_code("o1l-I0") == "01110"


def test_a_used_recovery_code_is_gone() -> None:
    assert unused([b"a", b"b", b"c"], b"b") == [b"a", b"c"]


def test_five_wrong_codes_in_a_row_lock_for_a_quarter_of_an_hour() -> None:
    assert not is_locked(4, NOW, NOW)
    assert is_locked(5, NOW, NOW + timedelta(minutes=14, seconds=59))
    assert not is_locked(5, NOW, NOW + timedelta(minutes=15))
    assert not is_locked(0, None, NOW)
