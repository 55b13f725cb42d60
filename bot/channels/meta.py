"""Reads Meta's webhooks: verified over the raw bytes, split into single messages and statuses, whatever is in them.

Every part is optional but the ids, because Meta adds and leaves out fields without notice: a person may hide their
number (`user_id` alone), older payloads know only the number, and kinds of message appear that nobody has heard of.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from bot.conversation.inbound import Inbound, Kind
from shared.api.channels import ChatChannel

MAX_BODY = 3 * 1024 * 1024  # Meta's own limit of a webhook
MAX_TEXT = 4096
_MEDIA = {"image", "document", "video", "audio", "sticker"}
_IGNORED = {"reaction", "ephemeral", "request_welcome", "edit", "revoke"}
_CHANGED = {"user_changed_number", "user_changed_user_id", "customer_changed_number", "customer_identity_changed"}


class BadWebhook(Exception):
    """Not signed by Meta's app for this address, or not a webhook at all. Nothing is stored of it."""


class Heard(Struct, frozen=True, kw_only=True):
    """A message of a person to a number of ours. `address` is their business-scoped id, or their number without one.

    In the app's chat it is the id of their account, and the number is that of the tenant's first line.
    """

    phone_number_id: str
    address: str
    phone: str | None
    inbound: Inbound
    channel: ChatChannel = ChatChannel.WHATSAPP
    language: str | None = None  # what the platform knows they read; counts at the first word only


class Told(Struct, frozen=True, kw_only=True):
    """What Meta says of a message of ours. `tracker` is what we gave along."""

    phone_number_id: str
    address: str
    message_id: str
    status: str
    at: datetime
    tracker: str | None = None
    code: int | None = None


class _Profile(Struct):
    name: str = ""


class _Contact(Struct):
    profile: _Profile = msgspec.field(default_factory=_Profile)
    wa_id: str | None = None
    user_id: str | None = None
    identity_key_hash: str | None = None


class _Metadata(Struct):
    phone_number_id: str = ""


class _Message(Struct):
    id: str
    timestamp: str = "0"
    type: str = "unsupported"
    from_: str | None = msgspec.field(name="from", default=None)
    from_user_id: str | None = None
    text: dict[str, Any] | None = None
    button: dict[str, Any] | None = None
    interactive: dict[str, Any] | None = None
    system: dict[str, Any] | None = None
    image: dict[str, Any] | None = None
    document: dict[str, Any] | None = None
    video: dict[str, Any] | None = None
    audio: dict[str, Any] | None = None
    sticker: dict[str, Any] | None = None


class _Error(Struct):
    code: int = 0


class _Status(Struct):
    id: str
    status: str
    timestamp: str = "0"
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    biz_opaque_callback_data: str | None = None
    errors: list[_Error] = []


class _Value(Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    contacts: list[_Contact] = []
    messages: list[_Message] = []
    statuses: list[_Status] = []


class _Change(Struct):
    value: msgspec.Raw = msgspec.Raw(b"{}")
    field: str = ""


class _Entry(Struct):
    changes: list[_Change] = []


class _Envelope(Struct):
    entry: list[_Entry] = []


_envelopes = msgspec.json.Decoder(_Envelope)
_values = msgspec.json.Decoder(_Value)


def verify(app_secret: str, raw: bytes, signature: str | None) -> None:
    """Checks `X-Hub-Signature-256` over the raw bytes, in constant time. Raises BadWebhook."""
    wanted = "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
    if signature is None or not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise BadWebhook("the signature does not match the body")


def read(raw: bytes) -> list[Heard | Told]:
    """Every message and status in a webhook, in the order of their times. Raises BadWebhook for what is no webhook.

    A change of a kind that we do not read, or one that does not have the form of its kind, is left out: Meta would send
    it again for a week, and no answer of ours would change it.
    """
    try:
        envelope = _envelopes.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as refusal:
        raise BadWebhook("the body is not a webhook") from refusal
    found: list[tuple[datetime, Heard | Told]] = []
    for entry in envelope.entry:
        for change in entry.changes:
            if change.field == "messages":
                found.extend(_parts(change.value))
    return [part for _, part in sorted(found, key=lambda each: each[0])]


def _parts(raw: msgspec.Raw) -> Iterator[tuple[datetime, Heard | Told]]:
    try:
        value = _values.decode(raw)
    except msgspec.ValidationError:
        return
    number = value.metadata.phone_number_id
    for message in value.messages:
        heard = _heard(number, message, value.contacts)
        if heard is not None:
            yield heard.inbound.at, heard
    for status in value.statuses:
        address = status.recipient_user_id or status.recipient_id or ""
        at = _instant(status.timestamp)
        code = status.errors[0].code if status.errors else None
        yield (
            at,
            Told(
                phone_number_id=number,
                address=address,
                message_id=status.id,
                status=status.status,
                at=at,
                tracker=status.biz_opaque_callback_data,
                code=code,
            ),
        )


def _heard(number: str, message: _Message, contacts: list[_Contact]) -> Heard | None:
    contact = next(
        (
            c
            for c in contacts
            if (message.from_user_id and c.user_id == message.from_user_id)
            or (message.from_ and c.wa_id == message.from_)
        ),
        contacts[0] if len(contacts) == 1 else _Contact(),
    )
    phone = message.from_ or contact.wa_id
    address = message.from_user_id or contact.user_id or phone
    if not address or message.type in _IGNORED:
        return None
    inbound = _inbound(message, contact)
    if inbound is None:
        return None
    return Heard(
        phone_number_id=number,
        address=address,
        phone=phone,
        inbound=inbound,
    )


def _inbound(message: _Message, contact: _Contact) -> Inbound | None:
    kind, text, choice, media, media_type = Kind.OTHER, "", "", "", ""
    if message.type == "text" and message.text is not None:
        kind, text = Kind.TEXT, _str(message.text.get("body"))
    elif message.type == "button" and message.button is not None:
        kind, choice = Kind.CHOICE, _str(message.button.get("payload"))
        text = _str(message.button.get("text"))
    elif message.type == "interactive" and message.interactive is not None:
        reply = message.interactive.get(_str(message.interactive.get("type")))
        if isinstance(reply, dict) and reply.get("id"):
            kind, choice, text = Kind.CHOICE, _str(reply.get("id")), _str(reply.get("title"))
    elif message.type == "system":
        if message.system is None or message.system.get("type") not in _CHANGED:
            return None
        kind = Kind.NUMBER_CHANGED
    elif message.type in _MEDIA:
        found: dict[str, Any] = getattr(message, message.type) or {}
        kind, media, media_type = Kind.MEDIA, _str(found.get("id")), _str(found.get("mime_type"))
        text = _str(found.get("caption"))
    return Inbound(
        kind=kind,
        event_id=f"m:{message.id}",
        at=_instant(message.timestamp),
        text=text[:MAX_TEXT],
        choice=choice,
        media=media,
        media_type=media_type,
        name=contact.profile.name[:120],
        identity_key=contact.identity_key_hash,
    )


def _str(value: object) -> str:
    return value if isinstance(value, str) else ""


def _instant(timestamp: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
