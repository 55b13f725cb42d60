"""Signs and verifies webhooks by the Standard Webhooks specification (symmetric scheme `v1`), with the stdlib only."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from shared.client import codec
from shared.client.errors import InvalidWebhook
from shared.clock import Clock, SystemClock

T = TypeVar("T")
ID_HEADER = "webhook-id"
TIMESTAMP_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_MAX_SIGNATURES = 16


class Webhook:
    """Verifies what an endpoint receives, or signs what is sent to one.

    While a secret is rolled there are two: the sender signs with each, the receiver accepts any. The first one given
    is the current one.
    """

    def __init__(self, *secrets: str, tolerance: timedelta = TOLERANCE, clock: Clock | None = None) -> None:
        if not secrets:
            raise ValueError("A webhook needs at least one secret.")
        self._keys = [_key(secret) for secret in secrets]
        self._tolerance = tolerance
        self._clock = clock or SystemClock()

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """Checks `body`, byte for byte as received, and returns the message's id, by which repeats are recognised.

        Raises InvalidWebhook.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        message_id, timestamp, signatures = (
            lowered.get(name, "") for name in (ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER)
        )
        if not (message_id and timestamp and signatures):
            raise InvalidWebhook("missing_header", "A webhook-* header is missing. Is this a webhook at all?")
        self._check_time(timestamp)
        expected = [_signature(key, message_id, timestamp, body) for key in self._keys]
        if not any(_matches(given, expected) for given in signatures.split(" ")[:_MAX_SIGNATURES]):
            raise InvalidWebhook("no_match", "No signature matches. Check the secret and that the body is unchanged.")
        return message_id

    def decode(self, headers: Mapping[str, str], body: bytes, out: type[T]) -> T:
        """Verifies, then decodes the body. Raises InvalidWebhook, and msgspec.ValidationError for another shape."""
        self.verify(headers, body)
        return codec.decode(body, out)

    def sign(self, message_id: str, body: bytes, *, at: datetime | None = None) -> dict[str, str]:
        """The headers for sending `body`, signed with every secret."""
        timestamp = str(int((at or self._clock.now()).timestamp()))
        signatures = (_signature(key, message_id, timestamp, body) for key in self._keys)
        return {
            ID_HEADER: message_id,
            TIMESTAMP_HEADER: timestamp,
            SIGNATURE_HEADER: " ".join(f"v1,{signature.decode()}" for signature in signatures),
        }

    def _check_time(self, timestamp: str) -> None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
            raise InvalidWebhook("bad_timestamp", "webhook-timestamp is not a count of seconds.")
        age = self._clock.now() - datetime.fromtimestamp(int(timestamp), UTC)
        if age > self._tolerance:
            raise InvalidWebhook("too_old", "The webhook is too old. Check this machine's clock, or for a replay.")
        if age < -self._tolerance:
            raise InvalidWebhook("too_new", "The webhook comes from the future. Check this machine's clock.")


def _key(secret: str) -> bytes:
    text = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("A webhook secret is not base64. Copy it whole, with its whsec_ prefix.") from None
    if not key:
        raise ValueError("A webhook secret is empty.")
    return key


def _signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    return base64.b64encode(hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256"))


def _matches(given: str, expected: Iterable[bytes]) -> bool:
    version, _, signature = given.partition(",")
    if version != "v1":
        return False
    return any(hmac.compare_digest(signature.encode(), candidate) for candidate in expected)
