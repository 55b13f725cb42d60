"""What is done with a redeemed ceremony: a passkey added, a sign-in, a step-up. And lists, renames, removals."""

from uuid import UUID

from backend.identity.domain.passkeys import METHODS, PASSKEYS_MAX, Ceremony
from backend.identity.errors import (
    PasskeyNotFound,
    PasskeyRefused,
    PasskeysTooMany,
    PasskeyUnconfirmed,
)
from backend.identity.keys import Caller, SessionKeys
from backend.identity.store import ceremonies, passkeys, people
from backend.identity.usecases.begin_session import begin_session, repeat_session
from backend.identity.usecases.ceremonies import redeemable
from backend.identity.usecases.step_up import VOUCHED_FOR, vouch
from backend.kernel import audit, outbox
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.identity import SignInOut
from shared.api.passkeys import (
    CeremonyPurpose,
    PasskeyChange,
    PasskeyIn,
    PasskeyOut,
    PasskeySignIn,
    PasskeyStepUp,
    PasskeyStepUpOut,
)
from shared.errors import CaasError
from shared.events.identity import PasskeyAdded, PasskeyRemoved
from shared.ids import new_id


async def sign_in_by_passkey(
    tx: Tx, vault: Vault, keys: SessionKeys, request: PasskeySignIn, caller: Caller
) -> SignInOut | CaasError:
    """Signs in whoever's passkey was used. It counts as both factors: nothing else is asked for.

    Gives PasskeyRefused; raises TokenInvalid, PasskeyEnded.
    """
    ceremony, good = await redeemable(tx, keys, request.code, request.verifier, CeremonyPurpose.SIGN_IN)
    if not good:
        again = await repeat_session(tx, vault, keys, ceremony.id, caller) if ceremony.is_of(request.verifier) else None
        return again or PasskeyRefused()
    await ceremonies.redeem(tx, ceremony.id)
    owner = await passkeys.owner_of(tx, ceremony.passkey_id) if ceremony.passkey_id is not None else None
    person = await people.get(tx, vault, owner) if owner is not None else None
    if person is None or not person.contacts:
        return PasskeyRefused()
    return await begin_session(
        tx, vault, keys, person, origin_id=ceremony.id, methods=METHODS, device=request.device, caller=caller
    )


async def add_passkey(
    tx: Tx, vault: Vault, keys: SessionKeys, principal: Principal, request: PasskeyIn
) -> PasskeyOut | CaasError:
    """Makes a passkey the caller's own, and has them told. The same request again gets the same passkey.

    Gives PasskeyUnconfirmed, returned and not raised since a try with another verifier uses the code up; with the right
    one, from another session, it stays good for the caller's. Raises PasskeyUnconfirmed too, where the passkey is
    somebody's already; PasskeysTooMany, TokenInvalid, PasskeyEnded.
    """
    ceremony, good = await redeemable(tx, keys, request.code, request.verifier, CeremonyPurpose.ADD)
    if not is_own(ceremony, principal) or not ceremony.is_of(request.verifier):
        return PasskeyUnconfirmed()
    if not good:
        repeated = ceremony.redeemed_at is not None and ceremony.passkey_id is not None
        return await _one(tx, vault, principal, ceremony.passkey_id) if repeated else PasskeyUnconfirmed()
    await passkeys.lock_person(tx, principal.user_id)
    if len(await passkeys.of_person(tx, vault, principal.user_id)) >= PASSKEYS_MAX:
        raise PasskeysTooMany(limit=PASSKEYS_MAX)
    credential = await ceremonies.made_in(tx, vault, ceremony)
    added = passkeys.Stored(
        id=new_id(), person_id=principal.user_id, credential=credential, sign_count=credential.sign_count
    )
    await passkeys.add(tx, vault, added, request.name)
    await ceremonies.redeem(tx, ceremony.id, added=added.id)
    await audit.record(
        tx, "passkey.added", f"passkey:{added.id}", person_id=principal.user_id, aaguid=credential.aaguid
    )
    await outbox.add(tx, PasskeyAdded(user_id=principal.user_id, passkey_id=added.id))
    return await _one(tx, vault, principal, added.id)


async def step_up_by_passkey(
    tx: Tx, vault: Vault, keys: SessionKeys, principal: Principal, request: PasskeyStepUp
) -> PasskeyStepUpOut | CaasError:
    """A step-up code for what the caller confirmed by a passkey of theirs, in this very session.

    Gives PasskeyUnconfirmed; raises TokenInvalid, PasskeyEnded.
    """
    ceremony, good = await redeemable(tx, keys, request.code, request.verifier, CeremonyPurpose.STEP_UP)
    if not good or not is_own(ceremony, principal) or ceremony.passkey_id is None:
        return PasskeyUnconfirmed()
    await ceremonies.redeem(tx, ceremony.id)
    person = await people.get(tx, vault, principal.user_id)
    is_theirs = await passkeys.owner_of(tx, ceremony.passkey_id) == principal.user_id
    if person is None or not person.contacts or not is_theirs:
        return PasskeyUnconfirmed()
    await audit.record(
        tx, "step_up.by_passkey", f"person:{person.id}", confirmed=ceremony.action, passkey_id=ceremony.passkey_id
    )
    code = await vouch(tx, vault, person, ceremony.action, ceremony.subject, methods=METHODS)
    return PasskeyStepUpOut(code=code, expires_at=tx.now + VOUCHED_FOR)


async def list_passkeys(tx: ReadTx, vault: Vault, principal: Principal) -> list[PasskeyOut]:
    """The caller's passkeys, the oldest first."""
    return await passkeys.shown(tx, vault, principal.user_id)


async def rename_passkey(
    tx: Tx, vault: Vault, principal: Principal, passkey_id: UUID, change: PasskeyChange
) -> PasskeyOut:
    """Calls a passkey of the caller's something else. Raises PasskeyNotFound."""
    if not await passkeys.rename(tx, vault, passkey_id, principal.user_id, change.name):
        raise PasskeyNotFound
    await audit.record(tx, "passkey.renamed", f"passkey:{passkey_id}")
    return await _one(tx, vault, principal, passkey_id)


async def remove_passkey(tx: Tx, principal: Principal, passkey_id: UUID) -> None:
    """Takes a passkey of the caller's away, and has them told. Raises PasskeyNotFound."""
    if not await passkeys.remove(tx, passkey_id, principal.user_id):
        raise PasskeyNotFound
    await audit.record(tx, "passkey.removed", f"passkey:{passkey_id}", person_id=principal.user_id)
    await outbox.add(tx, PasskeyRemoved(user_id=principal.user_id, passkey_id=passkey_id))


def is_own(ceremony: Ceremony, principal: Principal) -> bool:
    """Whether the caller began it, in this very session."""
    return ceremony.person_id == principal.user_id and ceremony.session_id == principal.session_id


async def _one(tx: ReadTx, vault: Vault, principal: Principal, passkey_id: UUID | None) -> PasskeyOut:
    found = await passkeys.shown(tx, vault, principal.user_id)
    one = next((each for each in found if each.id == passkey_id), None)
    if one is None:
        raise PasskeyNotFound
    return one
