"""What applicants gave, sealed under their own key where they have one, so that one person can be erased."""

from collections.abc import ItemsView
from contextlib import suppress
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.kernel.crypto import DataErased, Field, Keyring
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from backend.onboarding import store
from backend.onboarding.records import CaseRecord
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnersIn,
    DirectorsIn,
    IdentityDetailsIn,
    IdentityDocumentIn,
    KybTask,
    KycTask,
    RegistrationDetailsIn,
    SelfieIn,
)

S = TypeVar("S", bound=Struct)

_GIVEN_FOR: Final[dict[str, type[Struct]]] = {
    KycTask.IDENTITY_DETAILS: IdentityDetailsIn,
    KycTask.DOCUMENT: IdentityDocumentIn,
    KycTask.SELFIE: SelfieIn,
    KycTask.ADDRESS: AddressIn,
    KybTask.REGISTRATION_DETAILS: RegistrationDetailsIn,
    KybTask.DIRECTORS: DirectorsIn,
    KybTask.BENEFICIAL_OWNERS: BeneficialOwnersIn,
    KybTask.PROOF_OF_ADDRESS: AddressIn,
}


class Given(dict[str, Struct]):
    """What was given, by task."""

    def for_task(self, task: str, kind: type[S]) -> S | None:
        """What was given for `task`, which is a `kind`, or None."""
        body = self.get(task)
        assert body is None or isinstance(body, kind), "each task has one kind of content"
        return body


async def provide_key(tx: Tx, vault: Vault, user_id: UUID) -> None:
    """Sees to it that the person has a key of their own; it seals from the next transaction on."""
    if not (await vault.subject_keyring(tx, user_id)).has_key_of(user_id):
        await vault.provision_subject(tx, user_id)


async def put(tx: Tx, vault: Vault, record: CaseRecord, task: str, body: Struct) -> None:
    """Seals and keeps what was given for `task`."""
    assert isinstance(body, _GIVEN_FOR[task]), "each task has one kind of content"
    ring = await vault.subject_keyring(tx, record.user_id)
    subject_id = _subject(ring, record.user_id)
    sealed = ring.encrypt(Field("kyc_detail", task), msgspec.json.encode(body), row_id=record.id, subject_id=subject_id)
    await store.put_detail(tx, record.id, task, sealed)


async def read(tx: ReadTx, vault: Vault, record: CaseRecord) -> Given:
    """Opens everything that was given. Raises DataErased once the person was erased."""
    ring = await vault.subject_keyring(tx, record.user_id)
    return Given({task: _opened(ring, record, task, sealed) for task, sealed in await _sealed(tx, record)})


async def remaining(tx: ReadTx, vault: Vault, record: CaseRecord) -> Given:
    """Opens what was given and is not erased: a business goes on without the person who opened its case."""
    ring = await vault.subject_keyring(tx, record.user_id)
    given = Given()
    for task, sealed in await _sealed(tx, record):
        with suppress(DataErased):
            given[task] = _opened(ring, record, task, sealed)
    return given


async def seal_text(tx: ReadTx, vault: Vault, field: Field, text: str, *, row_id: UUID, user_id: UUID) -> bytes:
    """Seals one text of a person."""
    ring = await vault.subject_keyring(tx, user_id)
    return ring.encrypt_text(field, text, row_id=row_id, subject_id=_subject(ring, user_id))


async def open_text(tx: ReadTx, vault: Vault, field: Field, sealed: bytes, *, row_id: UUID, user_id: UUID) -> str:
    """Opens one text of a person. Raises DataErased."""
    return (await vault.subject_keyring(tx, user_id)).decrypt_text(field, sealed, row_id=row_id)


def _subject(ring: Keyring, user_id: UUID) -> UUID | None:
    """The person whose key seals: none, for the tenant's key, while they have no own one."""
    return user_id if ring.has_key_of(user_id) else None


async def _sealed(tx: ReadTx, record: CaseRecord) -> ItemsView[str, bytes]:
    return (await store.details(tx, record.id)).items()


def _opened(ring: Keyring, record: CaseRecord, task: str, sealed: bytes) -> Struct:
    plain = ring.decrypt(Field("kyc_detail", task), sealed, row_id=record.id)
    return msgspec.json.decode(plain, type=_GIVEN_FOR[task])
