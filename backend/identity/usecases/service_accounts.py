"""Service accounts: programs of the tenant's own, which sign in by a secret and have sessions as everybody has."""

from uuid import UUID

from msgspec.structs import replace

from backend.identity.errors import ServiceAccountNotFound, ServiceSecretRefused
from backend.identity.keys import Caller, SessionKeys, opened
from backend.identity.people import Person
from backend.identity.store import people, services, sessions
from backend.identity.store.services import Service
from backend.identity.usecases.begin_session import begin_session
from backend.identity.usecases.profile import tenant_profile
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from shared.api.channels import ServiceAccountIn, ServiceAccountOut, ServiceSecretOut, ServiceSignIn
from shared.api.identity import DeviceIn, SignInOut
from shared.ids import new_id
from shared.roles import Role

CLIENT = "service"


async def create_service_account(tx: Tx, vault: Vault, keys: SessionKeys, wanted: ServiceAccountIn) -> ServiceSecretOut:
    """A new account for a bot, with its first secret. By itself it sees nothing of anybody's."""
    account = Person(
        id=new_id(),
        name=wanted.name,
        locale=(await tenant_profile(tx)).locale,
        roles=(Role.BOT,),
        registered_at=tx.now,
    )
    await people.add(tx, vault, account)
    secret, kept = keys.services.issue(tx.tenant_id, account.id)
    service = Service(person_id=account.id, generation=0, secret_hash=kept.hash, created_at=tx.now)
    await services.add(tx, service)
    await audit.record(tx, "service_account.created", f"person:{account.id}")
    return ServiceSecretOut(account=_shown(service, wanted.name), secret=secret)


async def list_service_accounts(tx: ReadTx, vault: Vault) -> list[ServiceAccountOut]:
    """Every account of the tenant, the oldest first, with those that have ended."""
    found = await services.listed(tx)
    known = await people.many(tx, vault, [each.person_id for each in found])
    return [_shown(each, known[each.person_id].name or "") for each in found]


async def renew_service_secret(tx: Tx, vault: Vault, keys: SessionKeys, account_id: UUID) -> ServiceSecretOut:
    """A new secret in place of the old one, whose sessions go on. Raises ServiceAccountNotFound."""
    service = await services.lock(tx, account_id)
    if service is None or service.revoked_at is not None:
        raise ServiceAccountNotFound
    secret, kept = keys.services.issue(tx.tenant_id, account_id, service.generation + 1)
    renewed = replace(service, generation=kept.generation, secret_hash=kept.hash)
    await services.save(tx, renewed)
    await audit.record(tx, "service_account.secret_renewed", f"person:{account_id}")
    account = await people.get(tx, vault, account_id)
    return ServiceSecretOut(account=_shown(renewed, (account and account.name) or ""), secret=secret)


async def end_service_account(tx: Tx, account_id: UUID) -> None:
    """Ends an account and its sessions, and with them whatever it does for people. Raises ServiceAccountNotFound."""
    service = await services.lock(tx, account_id)
    if service is None:
        raise ServiceAccountNotFound
    if service.revoked_at is None:
        await services.save(tx, replace(service, revoked_at=tx.now))
        await sessions.revoke_all(tx, account_id, "service_ended")
        await audit.record(tx, "service_account.ended", f"person:{account_id}")


async def sign_in_service(tx: Tx, vault: Vault, keys: SessionKeys, request: ServiceSignIn, caller: Caller) -> SignInOut:
    """A session for whoever holds the newest secret. Raises TokenInvalid, ServiceSecretRefused."""
    given = opened(keys.services, request.secret, tx)
    service = await services.lock(tx, given.row_id)
    if service is None or service.revoked_at is not None or service.secret_hash != given.hash:
        raise ServiceSecretRefused
    account = await people.get(tx, vault, service.person_id)
    assert account is not None, "a service account is a person"
    return await begin_session(
        tx,
        vault,
        keys,
        account,
        origin_id=new_id(),
        methods=("pwd",),
        device=DeviceIn(client=CLIENT, name=request.name),
        caller=caller,
    )


def _shown(service: Service, name: str) -> ServiceAccountOut:
    return ServiceAccountOut(
        id=service.person_id,
        name=name,
        role=Role.BOT,
        created_at=service.created_at,
        revoked_at=service.revoked_at,
    )
