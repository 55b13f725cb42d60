"""Passkeys: how long a ceremony lasts, how many one may have, where they belong, and what a copied one gives away."""

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Struct

from shared.api.passkeys import CeremonyBack, CeremonyPurpose

LIVES = timedelta(minutes=5)
CODE_LIVES = timedelta(minutes=2)
PASSKEYS_MAX = 10
ADD = "passkey.add"
METHOD = "passkey"  # RFC 8176 has no name for it
# "pop" and "user": a key was used, and a person was there; "mfa": what they have, and what they know or are.
METHODS = (METHOD, "pop", "user", "mfa")
_ADDRESS = re.compile(r"[0-9.]+|.*:.*")


class RelyingParty(Struct, frozen=True, kw_only=True):
    """To whom passkeys belong: `id` is the host that the browser binds them to, `origin` the only page that may ask."""

    id: str
    origin: str

    @classmethod
    def at(cls, app_url: str | None) -> "RelyingParty | None":
        """That of a tenant's app; None without one, or at a mere number, which browsers give no passkeys to."""
        host = urlsplit(app_url).hostname if app_url else None
        if app_url is None or host is None or _ADDRESS.fullmatch(host):
            return None
        return cls(id=host, origin=app_url)


class Ceremony(Struct, frozen=True, kw_only=True):
    """One use of a passkey, from the app's wish to its code. Each hash is of a token that works once."""

    id: UUID
    purpose: CeremonyPurpose
    back: CeremonyBack
    challenge: bytes
    verifier_hash: bytes
    ticket_hash: bytes
    expires_at: datetime
    person_id: UUID | None = None  # known from the start, but when signing in
    session_id: UUID | None = None
    action: str = ""
    subject: str = ""
    user_handle: bytes | None = None  # what the maker of a new passkey is to know the person by
    passkey_id: UUID | None = None
    code_hash: bytes | None = None
    answered_at: datetime | None = None
    redeemed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether the page may still answer."""
        return self.answered_at is None and now < self.expires_at

    def is_redeemable(self, now: datetime) -> bool:
        """Whether a code of it may still be redeemed: once, and soon."""
        if self.code_hash is None or self.answered_at is None or self.redeemed_at is not None:
            return False
        return now < self.answered_at + CODE_LIVES

    def is_of(self, verifier: str) -> bool:
        """Whether the app that redeems is the one that began."""
        return hmac.compare_digest(hashlib.sha256(verifier.encode()).digest(), self.verifier_hash)


def is_copied(count_before: int, count_now: int) -> bool:
    """Whether the signature counter gives a copy away: once it counts, it only rises (WebAuthn 3, 7.2, step 22)."""
    return (count_before > 0 or count_now > 0) and count_now <= count_before


def hash_in(text: str) -> bytes:
    """The 32 bytes of 43 characters of base64url."""
    return base64.urlsafe_b64decode(text + "=")
