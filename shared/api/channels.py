"""Chat identities of people, and what a bot may do for them, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.consents import Locale
from shared.api.identity import CodeText, TokenText
from shared.assurance import Assurance
from shared.roles import Role

ChannelSubject = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+$",
        description="The provider's own id of a chat identity: scoped user id, WhatsApp id, Telegram id",
        examples=["2348031234567"],
    ),
]


class ChatChannel(StrEnum):
    """Where a chat happens."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    IN_APP = "in_app"


class ServiceAccountIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program of the tenant's own that calls the API."""

    name: Annotated[str, Meta(min_length=1, max_length=80, examples=["WhatsApp bot"])]


class ServiceAccountOut(Struct, frozen=True, kw_only=True):
    """A service account. `id` is the user id of its calls."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None


class ServiceSecretOut(Struct, frozen=True, kw_only=True):
    """A service account with its secret, which is shown this once."""

    account: ServiceAccountOut
    secret: str


class ServiceSignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service account's secret; the answer is a session, renewed as everybody's."""

    secret: TokenText
    name: Annotated[str, Meta(min_length=1, max_length=80, examples=["bot-1"])] | None = None


class LinkCodeIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kind of chat is to be linked."""

    channel: ChatChannel = ChatChannel.WHATSAPP


class LinkCodeOut(Struct, frozen=True, kw_only=True):
    """What one writes to the bot to link that chat to one's account; good once, for ten minutes."""

    code: str
    channel: ChatChannel
    expires_at: datetime


class ChatIdentityIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chat identity as the provider names it. `alternate` is its other name, such as a number beside a scoped id."""

    channel: ChatChannel
    subject: ChannelSubject
    alternate: ChannelSubject | None = None


class LinkIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chat identity, and the code that was written in it."""

    channel: ChatChannel
    subject: ChannelSubject
    alternate: ChannelSubject | None = None
    code: Annotated[str, Meta(min_length=8, max_length=20, examples=["K7QX-2M9D"])]


class ChannelLinkOut(Struct, frozen=True, kw_only=True):
    """A chat identity that belongs to a person. `assurance` holds until `assurance_until`, and longer if it is used."""

    id: UUID
    user_id: UUID
    channel: ChatChannel
    masked: str
    locale: Locale
    is_agent: bool
    assurance: Assurance
    assurance_until: datetime | None
    linked_at: datetime


class DelegationOut(Struct, frozen=True, kw_only=True):
    """An access token to call the API with in a person's name, as far as `assurance` reaches. There is no refresh."""

    access_token: str
    expires_in: int  # seconds
    user_id: UUID
    assurance: Assurance
    assurance_until: datetime | None
    refresh_token: str | None = None
    token_type: str = "Bearer"  # noqa: S105  (RFC 6750)


class StepUpMethod(StrEnum):
    """How a person shows that it is them."""

    APP = "app"  # by one tap, signed in
    CODE = "code"  # by a code to their e-mail address or phone


class ChannelStepUpStatus(StrEnum):
    """Where a step-up stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"


class ChannelStepUpIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to step up."""

    method: StepUpMethod = StepUpMethod.APP


class ChannelStepUpOut(Struct, frozen=True, kw_only=True):
    """A step-up of a chat identity. `url` opens the app for one tap; `sent_to` is where a code went, masked."""

    id: UUID
    link_id: UUID
    channel: ChatChannel
    masked: str
    method: StepUpMethod
    status: ChannelStepUpStatus
    url: str | None
    sent_to: str | None
    expires_at: datetime


class StepUpAnswerIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code as it was typed into the chat."""

    code: CodeText


class LinkEnd(StrEnum):
    """Why a bot ends a link."""

    ASKED = "asked"  # its owner said so in the chat
    IDENTITY_CHANGED = "identity_changed"  # the number may have changed hands


class LinkEndIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why the link ends."""

    reason: LinkEnd


class LinkLocaleIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The language that a person chose in the chat."""

    locale: Locale
