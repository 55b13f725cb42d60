"""Access tokens: ours, for us, in force, and checked in one way only."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from backend.kernel.tokens import AccessTokens, Subject, TokenExpired, TokenInvalid, generate_signing_keys
from shared.ids import new_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tokens(keys: str | None = None, *, audience: str = "caas-api") -> AccessTokens:
    return AccessTokens.parse(keys or generate_signing_keys(), issuer="https://caas.example", audience=audience)


def subject() -> Subject:
    return Subject(
        id=new_id(),
        tenant_id=new_id(),
        session_id=new_id(),
        client_id="app",
        roles=("borrower",),
        amr=("otp",),
        acr="aal1",
        authenticated_at=NOW,
    )


def test_a_token_says_what_it_was_issued_for() -> None:
    issuer, someone = tokens(), subject()

    claims = issuer.verify(issuer.issue(someone, NOW), NOW)

    assert (claims.sub, claims.tid, claims.sid) == (someone.id, someone.tenant_id, someone.session_id)
    assert (claims.roles, claims.amr, claims.acr) == (("borrower",), ("otp",), "aal1")
    assert claims.exp - claims.iat == 300
    assert claims.auth_time == int(NOW.timestamp())


def test_the_header_and_claims_are_those_of_rfc_9068() -> None:
    issuer = tokens()
    header, payload, _ = issuer.issue(subject(), NOW).split(".")

    def read(part: str) -> dict[str, object]:
        return dict(json.loads(base64.urlsafe_b64decode(part + "==")))

    assert {key: read(header)[key] for key in ("alg", "typ")} == {"alg": "ES256", "typ": "at+jwt"}
    assert read(header)["kid"] == issuer.public_keys()["keys"][0]["kid"]
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti"} <= read(payload).keys()


def test_a_token_dies_after_five_minutes() -> None:
    issuer = tokens()
    token = issuer.issue(subject(), NOW)

    issuer.verify(token, NOW + timedelta(minutes=5, seconds=-1))
    with pytest.raises(TokenExpired):
        issuer.verify(token, NOW + timedelta(minutes=5))


def test_a_token_from_the_future_is_refused() -> None:
    issuer = tokens()

    with pytest.raises(TokenInvalid):
        issuer.verify(issuer.issue(subject(), NOW + timedelta(minutes=1)), NOW)


def test_a_token_for_another_audience_or_of_another_key_is_refused() -> None:
    keys = generate_signing_keys()

    for other in (tokens(keys, audience="elsewhere"), tokens()):
        with pytest.raises(TokenInvalid):
            tokens(keys).verify(other.issue(subject(), NOW), NOW)


def test_rotation_signs_with_the_first_key_and_accepts_them_all() -> None:
    old, new = json.loads(generate_signing_keys()), json.loads(generate_signing_keys())
    before = tokens(json.dumps(old))
    during = tokens(json.dumps({"keys": new["keys"] + old["keys"]}))
    after = tokens(json.dumps(new))
    token_before, token_during = before.issue(subject(), NOW), during.issue(subject(), NOW)

    during.verify(token_before, NOW)
    after.verify(token_during, NOW)
    with pytest.raises(TokenInvalid):
        after.verify(token_before, NOW)
    assert len(during.public_keys()["keys"]) == 2


def test_the_published_keys_hold_no_private_part() -> None:
    assert all("d" not in key for key in tokens().public_keys()["keys"])
    assert {(key["use"], key["alg"]) for key in tokens().public_keys()["keys"]} == {("sig", "ES256")}


def forged(keys: str, **header: str) -> str:
    """A token signed by our own key, but with another header."""
    key = ECKey.import_key(json.loads(keys)["keys"][0])
    token = tokens(keys).issue(subject(), NOW)
    payload = base64.urlsafe_b64decode(token.split(".")[1] + "==")
    return jws.serialize_compact({"alg": "ES256", "typ": "at+jwt", "kid": key.kid} | header, payload, key)


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "id+jwt"}, {"kid": "unknown"}, {"kid": ""}])
def test_another_kind_of_token_under_our_own_key_is_refused(header: dict[str, str]) -> None:
    keys = generate_signing_keys()

    tokens(keys).verify(forged(keys), NOW)
    with pytest.raises(TokenInvalid):
        tokens(keys).verify(forged(keys, **header), NOW)


def test_the_token_can_not_choose_its_algorithm() -> None:
    issuer = tokens()
    public = issuer.public_keys()["keys"][0]
    payload = issuer.issue(subject(), NOW).split(".")[1]
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt","kid":"%s"}' % public["kid"].encode()).decode()
    secret = OctKey.import_key(json.dumps(public))
    by_public_key = jws.serialize_compact(
        {"alg": "HS256", "typ": "at+jwt", "kid": public["kid"]}, base64.urlsafe_b64decode(payload + "=="), secret
    )

    for token in (f"{none.rstrip('=')}.{payload}.", by_public_key):
        with pytest.raises(TokenInvalid):
            issuer.verify(token, NOW)


@pytest.mark.parametrize("junk", ["", "a", "a.b.c", "..", "é.é.é", "x" * 200_000])
def test_junk_is_refused(junk: str) -> None:
    with pytest.raises(TokenInvalid):
        tokens().verify(junk, NOW)


@pytest.mark.parametrize("setting", ["", "{}", "[]", '{"keys":[]}', '{"keys":[{"kty":"oct","k":"AAAA"}]}', "null"])
def test_a_wrong_key_setting_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="key"):
        tokens(setting or " ")


def test_public_keys_alone_can_not_be_the_signing_keys() -> None:
    with pytest.raises(ValueError, match="private"):
        tokens(json.dumps(tokens().public_keys()))
