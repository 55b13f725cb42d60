"""Exchanges a refresh token for a new pair, and ends the session of one that was copied."""

from backend.identity.domain.sessions import Presented, Refresh, judge, rotated, rules_for
from backend.identity.errors import SessionEnded
from backend.identity.keys import Caller, SessionKeys, opened
from backend.identity.store import people, sessions
from backend.identity.usecases.begin_session import tokens_for
from backend.kernel import audit
from backend.kernel.db import Tx
from backend.kernel.tokens import TokenInvalid
from backend.kernel.vault import Vault
from shared.api.identity import TokensOut
from shared.errors import CaasError


async def refresh(tx: Tx, vault: Vault, keys: SessionKeys, token: str, caller: Caller) -> TokensOut | CaasError:
    """A new pair of tokens. The same request again gets the same pair while its refresh token is unused.

    Gives SessionEnded, returned and not raised so that the end of a session is committed; raises TokenInvalid.
    """
    given = opened(keys.refresh, token, tx)
    stored = await sessions.lock(tx, given.row_id)
    if stored is None:
        raise TokenInvalid
    seed = given.hash + caller.request_key.encode()
    successor, kept = keys.refresh.issue(tx.tenant_id, given.row_id, given.generation + 1, seed=seed)
    presented = Presented(generation=given.generation, hash=given.hash, successor_hash=kept.hash)
    outcome = judge(stored.session, presented, tx.now, rules_for(staff=stored.staff))
    person = await people.get(tx, vault, stored.person_id)
    if outcome is Refresh.REUSED:
        await sessions.revoke(tx, stored.session.id, "token_reused")
        await audit.record(tx, "session.token_reused", f"session:{stored.session.id}", person_id=stored.person_id)
    if outcome in (Refresh.REUSED, Refresh.REFUSED) or person is None:
        return SessionEnded()
    if outcome is Refresh.ROTATE:
        await sessions.save_rotation(tx, rotated(stored.session, kept.hash, tx.now))
    return await tokens_for(tx, keys, person, stored, successor)
