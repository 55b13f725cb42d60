"""Field encryption with a data key per tenant (or per person), wrapped by master keys that come from the settings.

A value is readable only with the master key, the wrapped data key and the place that it was written for; destroying the
wrapped data key erases every value under it. Storage of wrapped keys is the caller's.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from shared.errors import CaasError, NotFound
from shared.ids import new_id

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = 1
# NIST SP 800-38D bounds random 96-bit nonces at 2**32 messages a key: rotate a data key long before that.
_KEY_ID = slice(1, 17)
_NONCE = slice(17, 17 + NONCE_BYTES)
_HEADER_BYTES = 17 + NONCE_BYTES
_TAG_BYTES = 16
_MASTER_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class CiphertextError(CaasError):
    """The stored bytes are damaged, were moved from elsewhere, or belong to another key."""

    code = "ciphertext_unreadable"
    message = "Stored data can't be read. Nothing was changed; give support the request id."


class DataErased(NotFound):
    """The key of this value was destroyed, so the value no longer exists for anyone."""

    code = "data_erased"
    message = "This was erased on request and can't be brought back."


class KeyPurpose(StrEnum):
    """What a data key is for; the two are never interchanged."""

    FIELD = "field"
    INDEX = "index"  # blind indexes and peppers: never rotated, since look-ups depend on it


class Field(Struct, frozen=True):
    """The place a ciphertext is written for; it can't be read as if it had come from another one."""

    table: str
    column: str


class WrappedKey(Struct, frozen=True, kw_only=True):
    """A data key as it is stored. Once destroyed, `wrapped` is empty and the row remains to say so."""

    id: UUID
    tenant_id: UUID
    purpose: KeyPurpose
    subject_id: UUID | None = None  # a key of one person's own, so that one person can be erased
    wrapped: bytes = b""

    @property
    def context(self) -> bytes:
        """What the wrapping is bound to."""
        subject = self.subject_id.bytes if self.subject_id else b""
        return _joined(b"caas/data-key", self.id.bytes, self.tenant_id.bytes, self.purpose.encode(), subject)

    def destroyed(self) -> "WrappedKey":
        """The tombstone to store in place of this key."""
        return WrappedKey(id=self.id, tenant_id=self.tenant_id, purpose=self.purpose, subject_id=self.subject_id)


class MasterKeys:
    """The master keys, newest first: the first one wraps, every one of them unwraps."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        assert keys, "there is at least one master key"
        assert all(len(key) == KEY_BYTES for key in keys.values()), "master keys have 32 bytes"
        self._keys = dict(keys)
        self._newest = next(iter(self._keys))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `id:base64,id:base64`, newest first. Raises ValueError, which never shows a key."""
        return cls(parse_keyring(text, key_bytes=KEY_BYTES))

    @property
    def newest_id(self) -> str:
        """The id of the key that wraps."""
        return self._newest

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """`key` sealed under the newest master key, bound to `context`."""
        name = self._newest.encode()
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = bytes([VERSION, len(name)]) + name
        return head + nonce + AESGCM(self._keys[self._newest]).encrypt(nonce, key, _joined(head, context))

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The key inside `wrapped`. Raises CiphertextError when damaged or its master key is not in the ring."""
        name = self.wrapper_of(wrapped)
        master = self._keys.get(name)
        if master is None:
            raise CiphertextError
        split = 2 + len(name)
        head, nonce, sealed = wrapped[:split], wrapped[split : split + NONCE_BYTES], wrapped[split + NONCE_BYTES :]
        return _open(AESGCM(master), nonce, sealed, _joined(head, context))

    def wrapper_of(self, wrapped: bytes) -> str:
        """The id of the master key that `wrapped` was sealed with. Raises CiphertextError."""
        if len(wrapped) < 2 or wrapped[0] != VERSION or len(wrapped) < 2 + wrapped[1] + NONCE_BYTES + _TAG_BYTES:
            raise CiphertextError
        try:
            return wrapped[2 : 2 + wrapped[1]].decode("ascii")
        except UnicodeDecodeError as error:
            raise CiphertextError from error

    def needs_rewrap(self, key: WrappedKey) -> bool:
        """Whether `key` is sealed with a master key that is no longer the newest."""
        return bool(key.wrapped) and self.wrapper_of(key.wrapped) != self._newest

    def rewrap(self, key: WrappedKey) -> WrappedKey:
        """The same data key under the newest master key: rotating a master key touches no field. Raises DataErased."""
        if not key.wrapped:
            raise DataErased
        sealed = self.wrap(self.unwrap(key.wrapped, key.context), key.context)
        return WrappedKey(
            id=key.id, tenant_id=key.tenant_id, purpose=key.purpose, subject_id=key.subject_id, wrapped=sealed
        )

    def new_data_key(self, tenant_id: UUID, purpose: KeyPurpose, *, subject_id: UUID | None = None) -> WrappedKey:
        """A fresh data key, ready to be stored."""
        bare = WrappedKey(id=new_id(), tenant_id=tenant_id, purpose=purpose, subject_id=subject_id)
        sealed = self.wrap(secrets.token_bytes(KEY_BYTES), bare.context)
        return WrappedKey(id=bare.id, tenant_id=tenant_id, purpose=purpose, subject_id=subject_id, wrapped=sealed)

    def subkeys(self, label: str) -> tuple[bytes, ...]:
        """One key per master key for `label` (HKDF, RFC 5869), newest first: seal with the first, check against all."""
        return tuple(_derived(key, f"caas/master/{label}") for key in self._keys.values())


class Keyring:
    """The opened data keys of one tenant: encrypts, decrypts and indexes its fields."""

    def __init__(self, tenant_id: UUID, masters: MasterKeys, keys: Iterable[WrappedKey]) -> None:
        """`keys` newest first, tombstones included. A key of another tenant is a mistake of the caller's."""
        self._tenant_id = tenant_id
        self._masters = masters
        self._ciphers: dict[UUID, AESGCM | None] = {}
        self._current: dict[UUID | None, UUID] = {}
        self._index_key: bytes | None = None
        self.add(keys)

    def add(self, keys: Iterable[WrappedKey]) -> None:
        """Opens further keys, such as those of a person, newest first; a key that is already open is skipped."""
        for key in keys:
            assert key.tenant_id == self._tenant_id, "a keyring holds the keys of one tenant"
            if key.purpose is KeyPurpose.INDEX:
                if key.wrapped and self._index_key is None:
                    self._index_key = self._masters.unwrap(key.wrapped, key.context)
                continue
            if self._ciphers.get(key.id) is not None and key.wrapped:
                continue
            self._ciphers[key.id] = AESGCM(self._masters.unwrap(key.wrapped, key.context)) if key.wrapped else None
            if key.wrapped:
                self._current.setdefault(key.subject_id, key.id)
            elif self._current.get(key.subject_id) == key.id:
                del self._current[key.subject_id]

    def has_key_of(self, subject_id: UUID | None) -> bool:
        """Whether values of this person (None: of the tenant at large) can be encrypted."""
        return subject_id in self._current

    def encrypt(
        self, field: Field, value: bytes, *, row_id: UUID | None = None, subject_id: UUID | None = None
    ) -> bytes:
        """Seals `value` for `field` (and for one row, when given) under the newest key of the tenant or the person.

        Raises DataErased when there is no such key any more.
        """
        key_id = self._current.get(subject_id)
        cipher = self._ciphers[key_id] if key_id else None
        if key_id is None or cipher is None:
            raise DataErased
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = bytes([VERSION]) + key_id.bytes
        return head + nonce + cipher.encrypt(nonce, value, self._bound_to(head, field, row_id))

    def decrypt(self, field: Field, ciphertext: bytes, *, row_id: UUID | None = None) -> bytes:
        """Opens what `encrypt` sealed for the same place. Raises DataErased, CiphertextError."""
        cipher = self._ciphers.get(key_id_of(ciphertext))
        if cipher is None:
            raise DataErased
        bound_to = self._bound_to(ciphertext[: _KEY_ID.stop], field, row_id)
        return _open(cipher, ciphertext[_NONCE], ciphertext[_HEADER_BYTES:], bound_to)

    def encrypt_text(
        self, field: Field, value: str, *, row_id: UUID | None = None, subject_id: UUID | None = None
    ) -> bytes:
        """`encrypt` for text."""
        return self.encrypt(field, value.encode(), row_id=row_id, subject_id=subject_id)

    def decrypt_text(self, field: Field, ciphertext: bytes, *, row_id: UUID | None = None) -> str:
        """`decrypt` for text."""
        return self.decrypt(field, ciphertext, row_id=row_id).decode()

    def needs_reencryption(self, ciphertext: bytes, *, subject_id: UUID | None = None) -> bool:
        """Whether a newer key than the one inside `ciphertext` is in use."""
        return key_id_of(ciphertext) != self._current.get(subject_id)

    def blind_index(self, field: Field, normalised: str) -> bytes:
        """A keyed hash to look `normalised` up by (HMAC-SHA256, 32 bytes); the caller normalises. Raises DataErased."""
        return self.tag("blind-index", field.table.encode(), field.column.encode(), normalised.encode())

    def pepper(self, label: str) -> bytes:
        """The tenant's own secret for `label`, which hashes of codes are keyed with. Raises DataErased."""
        if self._index_key is None:
            raise DataErased
        return _derived(self._index_key, f"caas/pepper/{label}")

    def tag(self, label: str, *parts: bytes) -> bytes:
        """A keyed hash of `parts` under the tenant's index key, apart by `label`. Raises DataErased."""
        return hmac.digest(self.pepper(label), _joined(*parts), hashlib.sha256)

    def _bound_to(self, head: bytes, field: Field, row_id: UUID | None) -> bytes:
        row = row_id.bytes if row_id else b""
        return _joined(head, self._tenant_id.bytes, field.table.encode(), field.column.encode(), row)


def parse_keyring(text: str, *, key_bytes: int | None = None) -> dict[str, bytes]:
    """Reads `id:base64,id:base64` in its order. Raises ValueError, which never shows a key."""
    keys: dict[str, bytes] = {}
    for place, entry in enumerate((part.strip() for part in text.split(",")), start=1):
        name, colon, encoded = entry.partition(":")
        if not colon or not _MASTER_ID.fullmatch(name):
            raise ValueError(f"entry {place} must read `id:base64`, the id of up to 32 letters, digits, '_', '.', '-'")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ValueError(f"entry {place} ({name}) is not valid base64") from None
        if key_bytes is not None and len(key) != key_bytes:
            raise ValueError(f"entry {place} ({name}) must hold {key_bytes} bytes, not {len(key)}")
        if name in keys:
            raise ValueError(f"entry {place} repeats the id {name}")
        keys[name] = key
    return keys


def new_master_key(name: str) -> str:
    """A fresh entry for the settings: `name:base64`."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def key_id_of(ciphertext: bytes) -> UUID:
    """The data key that `ciphertext` was sealed with. Raises CiphertextError."""
    if len(ciphertext) < _HEADER_BYTES + _TAG_BYTES or ciphertext[0] != VERSION:
        raise CiphertextError
    return UUID(bytes=ciphertext[_KEY_ID])


def hash_code(pepper: bytes, code: str, *context: bytes) -> bytes:
    """HMAC-SHA256 of a code that is too short for a plain hash, bound to what it was issued for."""
    return hmac.digest(pepper, _joined(code.encode(), *context), hashlib.sha256)


def code_matches(pepper: bytes, code: str, stored: bytes, *context: bytes) -> bool:
    """Whether `code` has the stored hash, in time that does not depend on where they differ."""
    return hmac.compare_digest(hash_code(pepper, code, *context), stored)


def _joined(*parts: bytes) -> bytes:
    """Length-prefixed, so that no two different lists of parts read the same."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _derived(key: bytes, label: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=label.encode()).derive(key)


def _open(cipher: AESGCM, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, sealed, bound_to)
    except InvalidTag as error:
        raise CiphertextError from error
