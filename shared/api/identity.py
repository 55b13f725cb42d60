"""Tenants, people, sign-in, sessions and businesses, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.api.consents import ConsentIn, ConsentKind, Locale
from shared.money import CurrencyCode
from shared.roles import Role

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", description="ISO 3166 country code", examples=["NG"])]
PersonName = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["Ada Obi"])]
PhoneText = Annotated[
    str, Meta(min_length=3, max_length=40, description="With or without its country code", examples=["+2348031234567"])
]
EmailText = Annotated[str, Meta(min_length=3, max_length=254, examples=["ada@example.com"])]
CodeText = Annotated[str, Meta(pattern="^[0-9]{6}$", description="Six digits", examples=["123456"])]
TokenText = Annotated[str, Meta(min_length=16, max_length=300)]
Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", examples=["#0F766E"])]
Link = Annotated[str, Meta(pattern="^https?://", max_length=500)]
AppAddress = Annotated[
    str,
    Meta(
        pattern=r"^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?$",
        max_length=253,
        description="An origin: no path, no slash at its end; https but for a sandbox on one's own machine",
        examples=["https://app.example.com"],
    ),
]


class CodeChannel(StrEnum):
    """How a code travels."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    VOICE = "voice"  # a call that reads it out, for whom a code that was sent does not reach
    EMAIL = "email"


class Brand(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a tenant looks and speaks."""

    primary_colour: Colour = "#0F766E"
    accent_colour: Colour = "#F59E0B"
    logo_url: Link | None = None
    support_phone: PhoneText | None = None
    support_email: EmailText | None = None
    website: Link | None = None


class TenantSettings(Struct, frozen=True, kw_only=True):
    """How a tenant's platform behaves."""

    sign_up_open: bool = True
    staff_need_second_factor: bool = True
    quiet_from_hour: Annotated[int, Meta(ge=0, le=23)] = 21  # no reminders from here, in the tenant's own time
    quiet_until_hour: Annotated[int, Meta(ge=0, le=23)] = 8
    # Off: Meta's partners list lending and collecting debts as not allowed (docs/guides/whatsapp.md).
    whatsapp_arrears: bool = False
    whatsapp_origination: bool = False


class TenantOut(Struct, frozen=True, kw_only=True):
    """What an app needs before anyone signs in."""

    slug: str
    name: str
    brand: Brand
    settings: TenantSettings
    country: Country
    currency: CurrencyCode
    locale: Locale
    time_zone: str
    sandbox: bool
    app_url: AppAddress | None = None  # where the tenant's app lives in browsers; passkeys belong to its host


class TenantChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: PersonName | UnsetType = UNSET
    brand: Brand | UnsetType = UNSET
    settings: TenantSettings | UnsetType = UNSET
    app_url: AppAddress | UnsetType | None = UNSET


class CodeRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to send a code: a phone number or an e-mail address, not both."""

    phone: PhoneText | None = None
    email: EmailText | None = None
    channel: CodeChannel | None = None
    locale: Locale | None = None


class CodeSent(Struct, frozen=True, kw_only=True):
    """A code is on its way; the answer is the same whether the person is known or not."""

    challenge_id: UUID
    sent_to: str  # masked
    expires_at: datetime
    resend_at: datetime
    digits: int = 6
    channel: CodeChannel = CodeChannel.SMS


class DeviceIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the list of sessions calls this device."""

    client: Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{1,31}$", examples=["app"])] = "app"
    name: Annotated[str, Meta(min_length=1, max_length=80, examples=["Ada's phone"])] | None = None


class SignInRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that arrived."""

    challenge_id: UUID
    code: CodeText
    device: DeviceIn = DeviceIn()


class LinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to send a link."""

    email: EmailText
    locale: Locale | None = None


class LinkRedeem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token of the link that arrived."""

    token: TokenText
    device: DeviceIn = DeviceIn()


class SecondFactorIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ticket of the first step, and the authenticator's code or a recovery code."""

    ticket: TokenText
    code: Annotated[str, Meta(min_length=6, max_length=20, examples=["123456", "7K2QX-0M4ZD"])]
    device: DeviceIn = DeviceIn()


class SignUpRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ticket of the first step, who it is, and what is agreed to."""

    ticket: TokenText
    name: PersonName
    consents: Annotated[list[ConsentIn], Meta(max_length=20)]
    locale: Locale | None = None
    device: DeviceIn = DeviceIn()


class SignInStatus(StrEnum):
    """What comes next."""

    SIGNED_IN = "signed_in"
    SECOND_FACTOR = "second_factor"  # send `ticket` with the authenticator's code
    SIGN_UP = "sign_up"  # nobody has this contact yet: send `ticket` with a name and consents


class TokensOut(Struct, frozen=True, kw_only=True):
    """A session's keys. The refresh token changes at each use; an old one that is used again ends the session."""

    access_token: str
    refresh_token: str
    expires_in: int  # seconds
    token_type: str = "Bearer"  # noqa: S105  (RFC 6750)


class SignInOut(Struct, frozen=True, kw_only=True):
    """Where sign-in stands: tokens when it is done, a ticket for the next step when it is not."""

    status: SignInStatus
    tokens: TokensOut | None = None
    ticket: str | None = None


class RefreshRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The newest refresh token."""

    refresh_token: TokenText


class StepUpRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one action that a code is to confirm, and on what: for a signature the hash of the document."""

    action: Annotated[str, Meta(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=60, examples=["agreement.sign"])]
    subject: Annotated[str, Meta(min_length=1, max_length=200)]
    channel: CodeChannel | None = None


class SessionOut(Struct, frozen=True, kw_only=True):
    """A device that is signed in."""

    id: UUID
    client: str
    device: str | None
    address: str | None
    started_at: datetime
    last_used_at: datetime
    expires_at: datetime
    second_factor: bool
    current: bool


class MeOut(Struct, frozen=True, kw_only=True):
    """The signed-in person."""

    id: UUID
    name: str | None
    phone: str | None
    email: str | None
    locale: Locale
    roles: list[Role]
    second_factor: bool  # an authenticator app is set up
    registered_at: datetime
    consents_due: list[ConsentKind] = []  # texts with a new version, to be agreed to before going on


class MeChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: PersonName | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET


class ContactConfirm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that arrived at the new phone or address, and a step-up code that arrived at a present one.

    The step-up is for the action `person.change_contact`, its subject the challenge's id.
    """

    challenge_id: UUID
    code: CodeText
    step_up_code: CodeText


class AuthenticatorOut(Struct, frozen=True, kw_only=True):
    """For the authenticator app: as a QR code of `uri`, or `secret` typed in. Nothing counts until it is confirmed."""

    secret: str
    uri: str


class AuthenticatorCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fresh code of the authenticator app, or a recovery code."""

    code: Annotated[str, Meta(min_length=6, max_length=20)]


class RecoveryCodesOut(Struct, frozen=True, kw_only=True):
    """Shown once: each stands in for the authenticator app once."""

    recovery_codes: list[str]
