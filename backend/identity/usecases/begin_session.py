"""Begins sessions, and gives the same answer again to a request whose answer was lost on its way."""

from collections.abc import Iterable
from uuid import UUID

from backend.identity.domain.roles import effective, is_staff
from backend.identity.domain.sessions import Session
from backend.identity.keys import Caller, SessionKeys
from backend.identity.people import Person
from backend.identity.store import businesses, people, sessions
from backend.identity.usecases.profile import tenant_profile
from backend.kernel import audit, outbox
from backend.kernel.auth import SECOND_FACTORS
from backend.kernel.db import ReadTx, Tx
from backend.kernel.tokens import LIFETIME, Subject
from backend.kernel.vault import Vault
from shared.api.identity import DeviceIn, SignInOut, SignInStatus, TokensOut
from shared.events.identity import NewDeviceSignedIn
from shared.ids import new_id
from shared.roles import Role

REMEMBERED = 50  # sessions, in which a device is looked for
SECOND_FACTOR = "totp"  # RFC 8176 has no finer name than "otp" for it


async def begin_session(
    tx: Tx,
    vault: Vault,
    keys: SessionKeys,
    person: Person,
    *,
    origin_id: UUID,
    methods: tuple[str, ...],
    device: DeviceIn,
    caller: Caller,
) -> SignInOut:
    """Signs `person` in on a device; `origin_id` is the challenge that they met, `methods` how (RFC 8176).

    Publishes NewDeviceSignedIn where they have signed in before, and never on this one.
    """
    session_id = new_id()
    token, stored = keys.refresh.issue(tx.tenant_id, session_id, seed=caller.seed(origin_id))
    begun = sessions.Stored(
        session=Session(id=session_id, started_at=tx.now, refreshed_at=tx.now, generation=0, token_hash=stored.hash),
        person_id=person.id,
        origin_id=origin_id,
        client=device.client,
        methods=methods,
        staff=is_staff(person.roles),
        device=device.name or caller.user_agent or None,
        address=caller.address or None,
    )
    known = await sessions.devices(tx, vault, person.id, REMEMBERED)
    if known and (begun.client, begun.device) not in known:
        await outbox.add(tx, NewDeviceSignedIn(user_id=person.id, session_id=session_id))
    await sessions.add(tx, vault, begun)
    await audit.record(tx, "session.begun", f"session:{session_id}", person_id=person.id, methods=list(methods))
    return await _signed_in(tx, keys, person, begun, token)


async def repeat_session(
    tx: ReadTx, vault: Vault, keys: SessionKeys, origin_id: UUID, caller: Caller
) -> SignInOut | None:
    """The tokens that this very request was given before, while they are unused."""
    begun = await sessions.begun_by(tx, origin_id)
    if begun is None or begun.session.generation != 0 or begun.session.revoked_at is not None:
        return None
    token, stored = keys.refresh.issue(tx.tenant_id, begun.session.id, seed=caller.seed(origin_id))
    person = await people.get(tx, vault, begun.person_id)
    if stored.hash != begun.session.token_hash or person is None:
        return None
    return await _signed_in(tx, keys, person, begun, token)


async def tokens_for(
    tx: ReadTx, keys: SessionKeys, person: Person, of: sessions.Stored, refresh_token: str
) -> TokensOut:
    """A fresh access token for a session, with the roles that its person holds by now, and the given refresh token."""
    second_factor = not SECOND_FACTORS.isdisjoint(of.methods)
    subject = Subject(
        id=person.id,
        tenant_id=tx.tenant_id,
        session_id=of.session.id,
        client_id=of.client,
        roles=await roles_in_session(tx, person, second_factor=second_factor),
        acr="aal2" if second_factor else "aal1",
        amr=of.methods,
        authenticated_at=of.session.started_at,
    )
    return TokensOut(
        access_token=keys.access.issue(subject, tx.now),
        refresh_token=refresh_token,
        expires_in=int(LIFETIME.total_seconds()),
    )


async def roles_in_session(tx: ReadTx, person: Person, *, second_factor: bool) -> tuple[Role, ...]:
    """What `person` may act as: in the tenant at large and in any business."""
    in_businesses: Iterable[Role] = (one.role for one in await businesses.memberships_of(tx, person.id))
    settings = (await tenant_profile(tx)).settings
    return effective(
        {*person.roles, *in_businesses},
        second_factor=second_factor,
        staff_need_it=settings.staff_need_second_factor,
    )


async def _signed_in(tx: ReadTx, keys: SessionKeys, person: Person, begun: sessions.Stored, token: str) -> SignInOut:
    return SignInOut(status=SignInStatus.SIGNED_IN, tokens=await tokens_for(tx, keys, person, begun, token))
