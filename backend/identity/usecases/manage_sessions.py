"""Lists and ends the sessions of a person's devices."""

from uuid import UUID

from backend.identity.domain.sessions import expires_at, rules_for
from backend.identity.errors import SessionNotFound
from backend.identity.store import sessions
from backend.kernel import audit
from backend.kernel.auth import SECOND_FACTORS
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.identity import SessionOut


async def list_sessions(tx: ReadTx, vault: Vault, principal: Principal) -> list[SessionOut]:
    """The caller's sessions that are alive, the newest first."""
    return [
        SessionOut(
            id=one.session.id,
            client=one.client,
            device=one.device,
            address=one.address,
            started_at=one.session.started_at,
            last_used_at=one.session.refreshed_at,
            expires_at=expires_at(one.session, rules_for(staff=one.staff)),
            second_factor=not SECOND_FACTORS.isdisjoint(one.methods),
            current=one.session.id == principal.session_id,
        )
        for one in await sessions.alive(tx, vault, principal.user_id)
    ]


async def living_sessions(tx: ReadTx, person_id: UUID) -> set[UUID]:
    """The ids of a person's sessions that have not ended."""
    return await sessions.living(tx, person_id)


async def sign_out(tx: Tx, principal: Principal) -> None:
    """Ends the caller's own session. Idempotent."""
    if await sessions.revoke(tx, principal.session_id, "signed_out", person_id=principal.user_id):
        await audit.record(tx, "session.signed_out", f"session:{principal.session_id}")


async def end_session(tx: Tx, principal: Principal, session_id: UUID) -> None:
    """Ends one of the caller's sessions. Raises SessionNotFound."""
    if not await sessions.revoke(tx, session_id, "ended_by_owner", person_id=principal.user_id):
        raise SessionNotFound
    await audit.record(tx, "session.ended", f"session:{session_id}")


async def end_other_sessions(tx: Tx, principal: Principal) -> None:
    """Ends every session of the caller's but this one. Idempotent."""
    count = await sessions.revoke_all(tx, principal.user_id, "ended_by_owner", except_id=principal.session_id)
    if count:
        await audit.record(tx, "session.others_ended", f"person:{principal.user_id}", count=count)
