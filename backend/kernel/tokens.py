"""Access tokens (signed, short-lived, RFC 9068) and opaque bearer secrets (refresh tokens, links), kept as hashes."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet
from msgspec import Struct

from shared.errors import NotAuthenticated
from shared.ids import new_id

ALGORITHM = "ES256"  # pinned: a token can't choose how it is checked
MEDIA_TYPE = "at+jwt"
LIFETIME = timedelta(minutes=5)
KEPT = 4_096  # opened tokens that a process keeps
LEEWAY = timedelta(seconds=5)  # how far ahead the clock of the process that signed may run
_TAG_BYTES = 16
_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{64}")


class TokenInvalid(NotAuthenticated):
    """Forged, damaged, or meant for someone else; which of them is not told."""

    code = "token_invalid"
    message = "The token is not valid here. Sign in again."


class TokenExpired(NotAuthenticated):
    """It was good once; the client may refresh without asking its user."""

    code = "token_expired"
    message = "The access token has expired. Exchange your refresh token for a new one."


class Actor(Struct, frozen=True, kw_only=True):
    """Who really calls, where that is not the subject (RFC 8693, 4.1): a bot, and the session that it has."""

    sub: UUID
    sid: UUID


class AccessClaims(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an access token says. Times are Unix seconds, as JWT has them."""

    iss: str
    aud: str
    sub: UUID  # who acts: a person or an API client
    client_id: str  # through what: the app, the bot, or a partner's client
    tid: UUID  # the tenant in which
    sid: UUID | None = None  # the session, by which the token dies early
    roles: tuple[str, ...] = ()
    scope: str = ""
    act: Actor | None = None
    acr: str  # NIST SP 800-63B level: aal1, or aal2 after a second factor; with `act`, a shared.assurance.Assurance
    amr: tuple[str, ...] = ()  # RFC 8176 methods: otp, sms, hwk, mfa, …
    auth_time: int | None = None
    iat: int
    exp: int
    jti: UUID


class Subject(Struct, frozen=True, kw_only=True):
    """Whom an access token is issued to, and on what ground."""

    id: UUID
    tenant_id: UUID
    session_id: UUID | None = None
    client_id: str
    roles: tuple[str, ...] = ()
    scope: str = ""
    act: Actor | None = None
    acr: str = "aal1"
    amr: tuple[str, ...] = ()
    authenticated_at: datetime | None = None


class AccessTokens:
    """Signs with the first key of the set and accepts every key in it.

    To rotate: add the next key in second place so that everyone learns it, move it to the front, and drop the old one
    once the last token under it has expired.
    """

    def __init__(self, keys: Sequence[ECKey], *, issuer: str, audience: str) -> None:
        assert keys, "there is at least one signing key"
        self._keys = KeySet(list(keys))
        self._issuer = issuer
        self._audience = audience
        # A caller shows the same token again and again: its signature is checked once, its times each time.
        self._opened = lru_cache(maxsize=KEPT)(self._open)

    @classmethod
    def parse(cls, text: str, *, issuer: str, audience: str) -> Self:
        """Reads a JWK set of private P-256 keys, newest first. Raises ValueError, which never shows a key."""
        try:
            entries = msgspec.json.decode(text)["keys"]
            keys = [ECKey.import_key(entry) for entry in entries]
        except (JoseError, msgspec.DecodeError, TypeError, KeyError, ValueError):
            raise ValueError("must be a JWK set: {'keys': [{'kty': 'EC', 'crv': 'P-256', …}]}") from None
        if not keys or not all(key.is_private and key.curve_name == "P-256" for key in keys):
            raise ValueError("every key of the set must be a private P-256 key, and there must be one at least")
        for key in keys:
            key.ensure_kid()
        if len({key.kid for key in keys}) < len(keys):
            raise ValueError("two keys of the set have the same `kid`")
        return cls(keys, issuer=issuer, audience=audience)

    @property
    def issuer(self) -> str:
        """The `iss` of every token."""
        return self._issuer

    def public_keys(self) -> dict[str, Any]:
        """The JWKS document by which others check our tokens; it holds no private part."""
        published = self._keys.as_dict(private=False, use="sig", alg=ALGORITHM)
        return {"keys": published["keys"]}

    def issue(self, subject: Subject, now: datetime, *, lifetime: timedelta = LIFETIME) -> str:
        """A signed token that says what `subject` says, good for `lifetime`."""
        key = self._keys.keys[0]
        claims = AccessClaims(
            iss=self._issuer,
            aud=self._audience,
            sub=subject.id,
            client_id=subject.client_id,
            tid=subject.tenant_id,
            sid=subject.session_id,
            roles=subject.roles,
            scope=subject.scope,
            act=subject.act,
            acr=subject.acr,
            amr=subject.amr,
            auth_time=int(subject.authenticated_at.timestamp()) if subject.authenticated_at else None,
            iat=int(now.timestamp()),
            exp=int((now + lifetime).timestamp()),
            jti=new_id(),
        )
        header = {"alg": ALGORITHM, "typ": MEDIA_TYPE, "kid": key.kid}
        return jws.serialize_compact(header, msgspec.json.encode(claims), key, algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> AccessClaims:
        """The claims of a token that is ours, meant for us, and in force.

        Raises TokenExpired for one that was, TokenInvalid for everything else.
        """
        claims = self._opened(token)
        if claims.iat > (now + LEEWAY).timestamp():
            raise TokenInvalid
        if claims.exp <= now.timestamp():
            raise TokenExpired
        return claims

    def _open(self, token: str) -> AccessClaims:
        """What a token of ours says, whenever that held. Raises TokenInvalid."""
        try:
            signed = jws.deserialize_compact(token, self._keys, algorithms=[ALGORITHM])
            claims = msgspec.json.decode(signed.payload or b"", type=AccessClaims)
        except (JoseError, msgspec.DecodeError, ValueError) as error:
            raise TokenInvalid from error
        header = signed.headers()
        if header.get("typ") != MEDIA_TYPE or not header.get("kid"):
            raise TokenInvalid
        if claims.iss != self._issuer or claims.aud != self._audience:
            raise TokenInvalid
        return claims


def generate_signing_keys() -> str:
    """A fresh JWK set with one private key, for the settings."""
    key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return msgspec.json.encode({"keys": [key.as_dict(private=True)]}).decode()


class Opaque(Struct, frozen=True, kw_only=True):
    """A bearer secret for one row: where it belongs, which generation it is of, and the hash that is stored."""

    tenant_id: UUID
    row_id: UUID
    generation: int
    hash: bytes


class OpaqueTokens:
    """Makes and opens `<kind>.<tenant>.<row>.<generation>.<secret>`.

    The secret ends in a tag that only we can make. So a forgery is refused before the database is asked, and an old
    generation proves by itself that it was once ours, without a list of every token ever issued.
    """

    def __init__(self, kind: str, subkeys: Sequence[bytes]) -> None:
        """`subkeys` come from MasterKeys.subkeys: the first one tags, every one of them checks."""
        assert subkeys, "there is at least one key"
        assert "." not in kind, "the dot separates the parts"
        self._kind = kind
        self._subkeys = tuple(subkeys)

    def issue(
        self, tenant_id: UUID, row_id: UUID, generation: int = 0, *, seed: bytes | None = None
    ) -> tuple[str, Opaque]:
        """A fresh token for the client, and what to store of it.

        The same `seed` makes the same token again, for an answer that got lost on its way; only we can make it from it.
        """
        head = f"{self._kind}.{tenant_id.hex}.{row_id.hex}.{generation}"
        random = secrets.token_bytes(_SECRET_BYTES) if seed is None else _seeded(self._subkeys[0], head, seed)
        sealed = random + _tag(self._subkeys[0], head, random)
        token = f"{head}.{base64.urlsafe_b64encode(sealed).decode()}"
        return token, Opaque(tenant_id=tenant_id, row_id=row_id, generation=generation, hash=_digest(token))

    def open(self, token: str) -> Opaque:
        """Reads a token that we issued; whether it is still good is for the row to say. Raises TokenInvalid."""
        kind, *parts = token.split(".")
        if kind != self._kind or len(parts) != 4:
            raise TokenInvalid
        tenant, row, generation, secret = parts
        if not _SECRET.fullmatch(secret) or not re.fullmatch(r"0|[1-9]\d{0,8}", generation, re.ASCII):
            raise TokenInvalid
        sealed = base64.urlsafe_b64decode(secret)
        random, tag = sealed[:_SECRET_BYTES], sealed[_SECRET_BYTES:]
        head = token.rpartition(".")[0]
        if not any(hmac.compare_digest(_tag(key, head, random), tag) for key in self._subkeys):
            raise TokenInvalid
        return Opaque(tenant_id=UUID(hex=tenant), row_id=UUID(hex=row), generation=int(generation), hash=_digest(token))


def _seeded(key: bytes, head: str, seed: bytes) -> bytes:
    return hmac.digest(key, b"seed." + head.encode() + b"." + seed, hashlib.sha256)


def _tag(key: bytes, head: str, random: bytes) -> bytes:
    return hmac.digest(key, b"tag." + head.encode() + b"." + random, hashlib.sha256)[:_TAG_BYTES]


def _digest(token: str) -> bytes:
    """A plain hash is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()
