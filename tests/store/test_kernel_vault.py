"""Keys at rest: rotation keeps what was sealed readable, erasure makes it unreadable, documents come back whole."""

import pytest

from backend.kernel import blobs
from backend.kernel.crypto import DataErased, Field, MasterKeys, new_master_key
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from backend.kernel.vault import Vault
from shared.ids import new_id
from tests.builders import platform

FIELD = Field("note", "text")


async def test_a_rotated_key_seals_anew_and_reads_what_is_old(services: Services, tenant: Tenant) -> None:
    scope, vault = Scope.system(tenant.id, "test"), services.vault
    async with services.database.write(scope) as tx:
        old = (await vault.keyring(tx)).encrypt_text(FIELD, "before")
        await vault.rotate(tx)

    async with services.database.read(scope) as tx:
        ring = await vault.keyring(tx)
        assert ring.decrypt_text(FIELD, old) == "before"
        assert ring.needs_reencryption(old)
        assert not ring.needs_reencryption(ring.encrypt_text(FIELD, "after"))


async def test_a_new_master_key_takes_over_without_touching_a_field(services: Services, tenant: Tenant) -> None:
    scope = Scope.system(tenant.id, "test")
    async with services.database.write(scope) as tx:
        sealed = (await services.vault.keyring(tx)).encrypt_text(FIELD, "kept")
    fresh = new_master_key("next")
    both = Vault(MasterKeys.parse(f"{fresh},{platform.MASTER_KEYS}"))

    async with services.database.write(scope) as tx:
        assert await both.rewrap(tx) == 2
        assert await both.rewrap(tx) == 0

    async with services.database.read(scope) as tx:
        assert (await Vault(MasterKeys.parse(fresh)).keyring(tx)).decrypt_text(FIELD, sealed) == "kept"


async def test_what_an_erased_person_sealed_is_gone(services: Services, tenant: Tenant) -> None:
    scope, vault, person = Scope.system(tenant.id, "test"), services.vault, new_id()
    async with services.database.write(scope) as tx:
        await vault.provision_subject(tx, person)
    async with services.database.read(scope) as tx:
        ring = await vault.subject_keyring(tx, person)
        theirs = ring.encrypt_text(FIELD, "Ada", subject_id=person)
        others = ring.encrypt_text(FIELD, "shared")

    async with services.database.write(scope) as tx:
        await vault.erase_subject(tx, person)

    async with services.database.read(scope) as tx:
        ring = await vault.subject_keyring(tx, person)
        assert ring.decrypt_text(FIELD, others) == "shared"
        with pytest.raises(DataErased):
            ring.decrypt_text(FIELD, theirs)


async def test_a_document_comes_back_whole_and_one_too_large_is_refused(services: Services, tenant: Tenant) -> None:
    scope = Scope.system(tenant.id, "test")
    async with services.database.write(scope) as tx:
        stored = await blobs.put(tx, services.vault, b"%PDF", "application/pdf")

    async with services.database.read(scope) as tx:
        assert await blobs.get(tx, services.vault, stored.id) == stored
        with pytest.raises(blobs.DocumentNotFound):
            await blobs.get(tx, services.vault, new_id())
    with pytest.raises(blobs.DocumentTooLarge):
        async with services.database.write(scope) as tx:
            await blobs.put(tx, services.vault, bytes(blobs.MAX_BYTES + 1), "application/pdf")
