"""Passkeys, and the ceremonies by which they are added and used.

A ceremony happens on one page of the app's server, since a passkey belongs to an address of the web. The app begins it
with the SHA-256 of a verifier that it keeps, and redeems the code that the page sends back with the verifier itself.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.consents import Locale
from shared.api.identity import CodeText, DeviceIn, TokenText

# As in RFC 7636, whose examples these are.
VerifierHash = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_-]{43}$",
        description="SHA-256 of the verifier, base64url without padding",
        examples=["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
    ),
]
Verifier = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_-]{43}$",
        description="256 random bits, base64url without padding",
        examples=["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"],
    ),
]
PasskeyName = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["My phone"])]


class CeremonyBack(StrEnum):
    """Where the page leads back to."""

    WEB = "web"  # the app at the page's own address
    PHONE = "phone"  # the app on the phone, by its own scheme


class CeremonyPurpose(StrEnum):
    """What a ceremony is for."""

    ADD = "add"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"


class PasskeySignInBegin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody wants to sign in with a passkey."""

    verifier_hash: VerifierHash
    back: CeremonyBack = CeremonyBack.WEB
    locale: Locale | None = None


class PasskeyAddBegin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey is to be added. The code is of a step-up for `passkey.add`, its subject one's own id."""

    verifier_hash: VerifierHash
    step_up_code: CodeText
    back: CeremonyBack = CeremonyBack.WEB
    locale: Locale | None = None


class PasskeyStepUpBegin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey is to confirm one action on one subject in place of a code that is sent."""

    verifier_hash: VerifierHash
    action: Annotated[str, Meta(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=60, examples=["agreement.sign"])]
    subject: Annotated[str, Meta(min_length=1, max_length=200)]
    back: CeremonyBack = CeremonyBack.WEB
    locale: Locale | None = None


class CeremonyOut(Struct, frozen=True, kw_only=True):
    """Open `url` in the same window, or in a phone's browser; its ticket stands behind the #, and works once."""

    url: str
    expires_at: datetime


class CeremonyTicket(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page was opened with."""

    ticket: TokenText


class CeremonyOptions(Struct, frozen=True, kw_only=True):
    """What the page asks the browser for: `options` as `PublicKeyCredential.parse…FromJSON` takes them."""

    purpose: CeremonyPurpose
    back: CeremonyBack
    options: dict[str, object]


class CeremonyAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the browser gave, as `PublicKeyCredential.toJSON` writes it."""

    ticket: TokenText
    credential: dict[str, object]


class CeremonyAnswered(Struct, frozen=True, kw_only=True):
    """The code for the app that began; worth nothing without its verifier."""

    back: CeremonyBack
    code: str


class PasskeySignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that came back, and the verifier."""

    code: TokenText
    verifier: Verifier
    device: DeviceIn = DeviceIn()


class PasskeyIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey to be one's own: the code that came back, the verifier, and what to call it."""

    code: TokenText
    verifier: Verifier
    name: PasskeyName


class PasskeyStepUp(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that came back, and the verifier."""

    code: TokenText
    verifier: Verifier


class PasskeyStepUpOut(Struct, frozen=True, kw_only=True):
    """A step-up code for the action and subject that the passkey confirmed, for this session's request."""

    code: CodeText
    expires_at: datetime


class PasskeyChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to call it from now on."""

    name: PasskeyName


class PasskeyOut(Struct, frozen=True, kw_only=True):
    """A passkey of one's own. `synced`: its maker keeps a copy for one's other devices."""

    id: UUID
    name: str
    synced: bool
    added_at: datetime
    last_used_at: datetime | None = None
