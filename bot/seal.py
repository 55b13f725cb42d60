"""Keeps what people write unreadable in the database: AES-256-GCM under the bot's own keys, addresses as keyed hashes.

The newest key seals, every key opens, so that keys can be replaced one by one.
"""

import base64
import binascii
import hmac
import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_ID = 1


class BadKeys(ValueError):
    """The keys are not written as `id:base64,id:base64`, each of 32 bytes."""


class Seal:
    """Seals and opens bytes bound to their place."""

    def __init__(self, keys: str) -> None:
        """Takes `id:base64` pairs, the newest first. Raises BadKeys."""
        pairs = [pair.partition(":") for pair in keys.split(",")]
        try:
            raw = [(name.strip(), base64.b64decode(text, validate=True)) for name, _, text in pairs]
        except binascii.Error as refusal:
            raise BadKeys("the keys of the bot are not base64") from refusal
        if not raw or any(len(key) != 32 or not 1 <= len(name) <= 16 or not name.isascii() for name, key in raw):
            raise BadKeys("the keys of the bot must be `id:base64` pairs with 32 bytes each")
        self._newest = raw[0][0]
        self._ciphers = {name: AESGCM(key) for name, key in raw}
        self._index_key = hmac.digest(raw[-1][1], b"caas.bot.index", "sha256")  # the oldest: addresses keep their ids

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain`, readable only with our keys and only at `place`."""
        name = self._newest.encode()
        nonce = os.urandom(_NONCE)
        return bytes([len(name)]) + name + nonce + self._ciphers[self._newest].encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed at `place`. Raises cryptography's InvalidTag, and KeyError for a key that is gone."""
        end = _ID + sealed[0]
        name, nonce = sealed[_ID:end].decode(), sealed[end : end + _NONCE]
        return self._ciphers[name].decrypt(nonce, sealed[end + _NONCE :], place.encode())

    def conversation_id(self, line: str, address: str) -> UUID:
        """The conversation of an address with a line of ours: the same for ever, and no way back to the address."""
        return UUID(bytes=hmac.digest(self._index_key, f"{line}\n{address}".encode(), "sha256")[:16])


def new_keys(name: str) -> str:
    """One fresh key, as settings write it."""
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"
