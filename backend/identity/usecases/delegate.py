"""Lends a bot the name of somebody who chats with it: for two minutes, as far as we are sure of them, and on record."""

from uuid import UUID

from backend.identity.errors import ChannelLinkNotFound
from backend.identity.keys import SessionKeys
from backend.identity.people import Person
from backend.identity.store import channels, people
from backend.identity.usecases.begin_session import roles_in_session
from backend.kernel import audit
from backend.kernel.db import Tx
from backend.kernel.scope import Principal
from backend.kernel.tokens import Actor, Subject
from backend.kernel.vault import Vault
from shared.api.channels import DelegationOut
from shared.assurance import Assurance
from shared.roles import STAFF, Role


async def delegate(tx: Tx, vault: Vault, keys: SessionKeys, bot: Principal, link_id: UUID) -> DelegationOut:
    """A token in the name of a link's person, for `bot`. Asking for one says that they spoke just now.

    A borrower's token carries none of staff's roles, an agent's carries no other than that of an agent; which routes it
    opens is for these to say. Raises ChannelLinkNotFound.
    """
    link = await channels.lock(tx, link_id)
    person = None if link is None else await people.get(tx, vault, link.person_id)
    if link is None or link.ended_at is not None or person is None or not person.contacts:
        raise ChannelLinkNotFound
    heard = link.heard(tx.now)
    await channels.save(tx, heard)
    assurance, lifetime = heard.assurance(tx.now), heard.token_lives(tx.now)
    stands_on = heard.step_up_id if assurance is Assurance.STEPPED_UP and heard.step_up_id else heard.id
    subject = Subject(
        id=person.id,
        tenant_id=tx.tenant_id,
        session_id=stands_on,
        client_id=f"chat:{link.channel.value}",
        roles=await _lent(tx, person, assurance),
        act=Actor(sub=bot.user_id, sid=bot.session_id),
        acr=assurance.value,
        amr=(link.channel.value,),
        authenticated_at=heard.stepped_up_at or heard.linked_at,
    )
    await audit.record(
        tx, "channel_link.delegated", f"channel_link:{link.id}", person_id=person.id, assurance=assurance
    )
    return DelegationOut(
        access_token=keys.access.issue(subject, tx.now, lifetime=lifetime),
        expires_in=max(int(lifetime.total_seconds()), 1),
        user_id=person.id,
        assurance=assurance,
        assurance_until=heard.assured_until(tx.now),
    )


async def _lent(tx: Tx, person: Person, assurance: Assurance) -> tuple[Role, ...]:
    if assurance is Assurance.AGENT:
        return (Role.SUPPORT_AGENT,) if Role.SUPPORT_AGENT in person.roles else ()
    held = await roles_in_session(tx, person, second_factor=False)
    return tuple(role for role in held if role not in STAFF and role is not Role.BOT)
