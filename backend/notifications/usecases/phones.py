"""Phones that get notices: registered by their owner, and reached while the session lives that registered them."""

from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from backend.notifications.store import deliveries, registrations
from backend.notifications.store.registrations import Registration
from shared.api.notifications import Channel, PushRegistrationIn, PushRegistrationOut
from shared.errors import NotAuthenticated


async def register(tx: Tx, vault: Vault, given: PushRegistrationIn) -> PushRegistrationOut:
    """Has notices come to the caller's phone as long as its session lives. Idempotent.

    Who never chose how to hear of reminders has them come there as well. Raises NotAuthenticated where the session has
    just ended.
    """
    me = _me(tx)
    if me.session_id not in await identity.living_sessions(tx, me.user_id):
        raise NotAuthenticated
    await registrations.put(tx, vault, me, given.service, given.token)
    await deliveries.prefer_unless_chosen(tx, me.user_id, Channel.PUSH)
    return next(each for each in await registered(tx) if each.current)


async def end(tx: Tx) -> None:
    """Has no notices come to the caller's phone any more. Idempotent."""
    await registrations.drop_session(tx, _me(tx).session_id)


async def registered(tx: ReadTx) -> list[PushRegistrationOut]:
    """The caller's phones that get notices, the one that was seen last first."""
    me = _me(tx)
    return [
        PushRegistrationOut(
            session_id=each.session_id,
            service=each.service,
            registered_at=each.registered_at,
            seen_at=each.seen_at,
            current=each.session_id == me.session_id,
        )
        for each in await reached(tx, me.user_id)
    ]


async def reached(tx: ReadTx, user_id: UUID) -> list[Registration]:
    """The registrations of a person whose sessions live, the one that was seen last first."""
    found = await registrations.of_person(tx, user_id)
    living = await identity.living_sessions(tx, user_id) if found else set()
    return [each for each in found if each.session_id in living]


def _me(tx: ReadTx) -> Principal:
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal
