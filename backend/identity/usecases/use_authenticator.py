"""Sets up, uses and removes a person's authenticator app. Wrong codes are returned, not raised, so that they count."""

from datetime import timedelta
from math import ceil
from uuid import UUID

from backend.identity import totp
from backend.identity.domain.second_factor import (
    LOCKED_FOR,
    canonical_recovery_code,
    is_fresh,
    new_recovery_codes,
    unused,
)
from backend.identity.errors import (
    ConfirmationRefused,
    PersonNotFound,
    SecondFactorExists,
    SecondFactorLocked,
    SecondFactorMissing,
    SignInAgain,
)
from backend.identity.store import authenticators, people, sessions
from backend.identity.usecases.begin_session import SECOND_FACTOR
from backend.identity.usecases.profile import tenant_profile
from backend.kernel import audit
from backend.kernel.crypto import Keyring
from backend.kernel.db import Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.identity import AuthenticatorOut, RecoveryCodesOut
from shared.errors import CaasError

RECENT = timedelta(minutes=15)


async def use_authenticator(tx: Tx, vault: Vault, person_id: UUID, code: str) -> CaasError | None:
    """Uses up a code of the app, or a recovery code. Gives ConfirmationRefused, SecondFactorLocked and its like."""
    app = await authenticators.lock(tx, vault, person_id)
    if app is None or not app.confirmed:
        return SecondFactorMissing()
    if app.locked:
        return SecondFactorLocked(retry_after_s=ceil(LOCKED_FOR.total_seconds()))
    step = totp.matching_step(app.secret, code, tx.now)
    if step is not None and is_fresh(step, app.last_step):
        await authenticators.use_step(tx, person_id, step)
        return None
    hashed = _recovery_hash(await vault.keyring(tx), person_id, code)
    if hashed in app.recovery_hashes:
        await authenticators.set_recovery(tx, person_id, unused(app.recovery_hashes, hashed))
        await audit.record(tx, "authenticator.recovered", f"person:{person_id}", left=len(app.recovery_hashes) - 1)
        return None
    await authenticators.count_failure(tx, person_id)
    return ConfirmationRefused()


async def begin_authenticator(tx: Tx, vault: Vault, principal: Principal) -> AuthenticatorOut:
    """Makes a secret for an authenticator app; it counts once a code of it is confirmed.

    Raises SignInAgain when the session is no longer fresh, SecondFactorExists.
    """
    await _require_recent(tx, principal)
    if await authenticators.has_confirmed(tx, principal.user_id):
        raise SecondFactorExists
    person = await people.get(tx, vault, principal.user_id)
    if person is None or not person.contacts:
        raise PersonNotFound
    secret = totp.new_secret()
    await authenticators.begin(tx, vault, principal.user_id, secret)
    issuer = (await tenant_profile(tx)).name
    uri = totp.provisioning_uri(secret, account=person.contacts[0].masked, issuer=issuer)
    return AuthenticatorOut(secret=secret, uri=uri)


async def confirm_authenticator(tx: Tx, vault: Vault, principal: Principal, code: str) -> RecoveryCodesOut | CaasError:
    """Makes the app count, for this session too once it is refreshed. Gives ConfirmationRefused and its like."""
    app = await authenticators.lock(tx, vault, principal.user_id)
    if app is None:
        return SecondFactorMissing()
    if app.confirmed:
        return SecondFactorExists()
    if app.locked:
        return SecondFactorLocked(retry_after_s=ceil(LOCKED_FOR.total_seconds()))
    step = totp.matching_step(app.secret, code, tx.now)
    if step is None:
        await authenticators.count_failure(tx, principal.user_id)
        return ConfirmationRefused()
    codes, hashes = await _fresh_recovery(tx, vault, principal.user_id)
    await authenticators.confirm(tx, principal.user_id, step, hashes)
    await _raise_session(tx, principal.session_id)
    await audit.record(tx, "authenticator.confirmed", f"person:{principal.user_id}")
    return RecoveryCodesOut(recovery_codes=codes)


async def renew_recovery_codes(tx: Tx, vault: Vault, principal: Principal, code: str) -> RecoveryCodesOut | CaasError:
    """Replaces every recovery code. Gives ConfirmationRefused, SecondFactorLocked, SecondFactorMissing."""
    if refusal := await use_authenticator(tx, vault, principal.user_id, code):
        return refusal
    codes, hashes = await _fresh_recovery(tx, vault, principal.user_id)
    await authenticators.set_recovery(tx, principal.user_id, hashes)
    await audit.record(tx, "authenticator.recovery_codes_renewed", f"person:{principal.user_id}")
    return RecoveryCodesOut(recovery_codes=codes)


async def remove_authenticator(tx: Tx, vault: Vault, principal: Principal, code: str) -> CaasError | None:
    """Removes the app; every other session ends. Gives ConfirmationRefused, SecondFactorLocked, SecondFactorMissing."""
    if refusal := await use_authenticator(tx, vault, principal.user_id, code):
        return refusal
    await authenticators.remove(tx, principal.user_id)
    await sessions.revoke_all(tx, principal.user_id, "authenticator_removed", except_id=principal.session_id)
    await audit.record(tx, "authenticator.removed", f"person:{principal.user_id}")
    return None


async def _require_recent(tx: Tx, principal: Principal) -> None:
    current = await sessions.lock(tx, principal.session_id)
    if current is None or tx.now - current.session.started_at > RECENT:
        raise SignInAgain


async def _raise_session(tx: Tx, session_id: UUID) -> None:
    current = await sessions.lock(tx, session_id)
    if current is not None and SECOND_FACTOR not in current.methods:
        await sessions.add_method(tx, session_id, (*current.methods, SECOND_FACTOR, "mfa"))


async def _fresh_recovery(tx: Tx, vault: Vault, person_id: UUID) -> tuple[list[str], list[bytes]]:
    ring, codes = await vault.keyring(tx), new_recovery_codes()
    return codes, [_recovery_hash(ring, person_id, code) for code in codes]


def _recovery_hash(ring: Keyring, person_id: UUID, code: str) -> bytes:
    return ring.tag("recovery-code", person_id.bytes, canonical_recovery_code(code).encode())
