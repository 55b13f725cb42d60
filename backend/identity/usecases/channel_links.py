"""Links chat identities to people by a code from the app, finds them, and ends them."""

from datetime import timedelta
from math import ceil
from uuid import UUID

from backend.identity.domain.channels import (
    CODE_LIVES,
    CODES_AN_HOUR,
    Link,
    canonical_link_code,
    masked,
    new_link_code,
)
from backend.identity.errors import ChannelLinkNotFound, LinkCodeRefused, LinkCodesTooMany
from backend.identity.people import Person
from backend.identity.store import channels, people
from backend.kernel import audit, outbox
from backend.kernel.auth import revoke_session
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.channels import (
    ChannelLinkOut,
    ChatChannel,
    ChatIdentityIn,
    LinkCodeIn,
    LinkCodeOut,
    LinkIn,
)
from shared.events.identity import ChannelLinked, ChannelLinkEnded
from shared.ids import new_id
from shared.roles import Role

_HOUR = timedelta(hours=1)
ENDED_BY_OWNER, RELINKED, ERASED = "ended_by_owner", "relinked", "person_erased"


async def issue_link_code(tx: Tx, vault: Vault, principal: Principal, wanted: LinkCodeIn) -> LinkCodeOut:
    """A code that links the chat in which it is written to the caller's account. Raises LinkCodesTooMany."""
    asked = await channels.codes_since(tx, principal.user_id, tx.now - _HOUR)
    if len(asked) >= CODES_AN_HOUR:
        raise LinkCodesTooMany(retry_after_s=ceil((asked[CODES_AN_HOUR - 1] + _HOUR - tx.now).total_seconds()))
    code, code_id = new_link_code(), new_id()
    ring = await vault.keyring(tx)
    await channels.add_code(tx, ring, code_id, principal.user_id, wanted.channel, code=canonical_link_code(code))
    await audit.record(tx, "channel_link.code_issued", f"person:{principal.user_id}", channel=wanted.channel)
    return LinkCodeOut(code=code, channel=wanted.channel, expires_at=tx.now + CODE_LIVES)


async def link_channel(tx: Tx, vault: Vault, wanted: LinkIn) -> ChannelLinkOut:
    """Links a chat identity to whoever asked for the code. A link to somebody else ends by it.

    Raises LinkCodeRefused.
    """
    ring = await vault.keyring(tx)
    person_id = await channels.use_code(tx, ring, wanted.channel, canonical_link_code(wanted.code))
    person = None if person_id is None else await people.get(tx, vault, person_id)
    if person is None or not person.contacts:
        raise LinkCodeRefused
    before = await channels.find(tx, ring, wanted.channel, wanted.subject, wanted.alternate)
    if before is not None:
        await end_link(tx, before, RELINKED)
    link = await _linked(tx, vault, person, wanted.channel, wanted.subject, alternate=wanted.alternate)
    return await link_out(tx, vault, link)


async def own_link(tx: Tx, vault: Vault, principal: Principal) -> Link:
    """The link of the chat in the app, which its owner holds by being signed in; made at the first word."""
    subject = str(principal.user_id)
    found = await channels.find(tx, await vault.keyring(tx), ChatChannel.IN_APP, subject)
    if found is None:
        person = await people.get(tx, vault, principal.user_id)
        assert person is not None, "a caller is a person"
        found = await _linked(tx, vault, person, ChatChannel.IN_APP, subject)
    assured = found.stepped_up(principal.session_id, tx.now)
    await channels.save(tx, assured)
    return assured


async def find_link(tx: ReadTx, vault: Vault, chat: ChatIdentityIn) -> Link | None:
    """The living link of a chat identity, by either of its names."""
    return await channels.find(tx, await vault.keyring(tx), chat.channel, chat.subject, chat.alternate)


async def person_link(tx: ReadTx, person_id: UUID, channel: ChatChannel) -> Link | None:
    """The newest living link of a person's chats on a channel."""
    return next((link for link in await channels.of_person(tx, person_id) if link.channel is channel), None)


async def look_up(tx: ReadTx, vault: Vault, chat: ChatIdentityIn) -> ChannelLinkOut:
    """Whom a chat identity belongs to. Raises ChannelLinkNotFound."""
    found = await find_link(tx, vault, chat)
    if found is None:
        raise ChannelLinkNotFound
    return await link_out(tx, vault, found)


async def read_link(tx: ReadTx, vault: Vault, link_id: UUID) -> ChannelLinkOut:
    """One living link. Raises ChannelLinkNotFound."""
    found = await channels.get(tx, link_id)
    if found is None or found.ended_at is not None:
        raise ChannelLinkNotFound
    return await link_out(tx, vault, found)


async def list_links(tx: ReadTx, vault: Vault, principal: Principal) -> list[ChannelLinkOut]:
    """The chats that are linked to the caller's account, the newest first."""
    return [await link_out(tx, vault, link) for link in await channels.of_person(tx, principal.user_id)]


async def end_own_link(tx: Tx, principal: Principal, link_id: UUID) -> None:
    """Ends one of the caller's links. Raises ChannelLinkNotFound."""
    link = await channels.lock(tx, link_id)
    if link is None or link.ended_at is not None or link.person_id != principal.user_id:
        raise ChannelLinkNotFound
    await end_link(tx, link, ENDED_BY_OWNER)


async def end_for_bot(tx: Tx, link_id: UUID, reason: str) -> None:
    """Ends a link for what the bot saw. Idempotent. Raises ChannelLinkNotFound."""
    link = await channels.lock(tx, link_id)
    if link is None:
        raise ChannelLinkNotFound
    await end_link(tx, link, reason)


async def end_link(tx: Tx, link: Link, reason: str) -> None:
    """Ends a link and every token that stands on it, within about a second. Idempotent."""
    if not await channels.end(tx, link.id, reason):
        return
    await revoke_session(tx, link.id)
    if link.step_up_id is not None and link.channel is not ChatChannel.IN_APP:
        await revoke_session(tx, link.step_up_id)
    await audit.record(tx, "channel_link.ended", f"channel_link:{link.id}", person_id=link.person_id, reason=reason)
    ended = ChannelLinkEnded(link_id=link.id, user_id=link.person_id, channel=link.channel.value, reason=reason)
    await outbox.add(tx, ended)


async def set_locale(tx: Tx, vault: Vault, link_id: UUID, locale: str) -> ChannelLinkOut:
    """Sets the language of a link's person, who chose it in the chat. Raises ChannelLinkNotFound."""
    link = await channels.lock(tx, link_id)
    if link is None or link.ended_at is not None:
        raise ChannelLinkNotFound
    await people.change(tx, vault, link.person_id, locale=locale)
    await audit.record(tx, "person.changed", f"person:{link.person_id}", fields=["locale"])
    return await link_out(tx, vault, link)


async def link_out(tx: ReadTx, vault: Vault, link: Link) -> ChannelLinkOut:
    """A link as the API shows it."""
    person = await people.get(tx, vault, link.person_id)
    assert person is not None, "a link belongs to a person"
    return ChannelLinkOut(
        id=link.id,
        user_id=link.person_id,
        channel=link.channel,
        masked=masked(await channels.subject_of(tx, vault, link)),
        locale=person.locale,
        is_agent=link.is_agent,
        assurance=link.assurance(tx.now),
        assurance_until=link.assured_until(tx.now),
        linked_at=link.linked_at,
    )


async def _linked(
    tx: Tx, vault: Vault, person: Person, channel: ChatChannel, subject: str, *, alternate: str | None = None
) -> Link:
    is_agent = channel is ChatChannel.TELEGRAM and Role.SUPPORT_AGENT in person.roles
    link = Link(
        id=new_id(), person_id=person.id, channel=channel, is_agent=is_agent, linked_at=tx.now, active_at=tx.now
    )
    await channels.add(tx, vault, link, subject, alternate)
    await audit.record(tx, "channel_link.made", f"channel_link:{link.id}", person_id=person.id, channel=channel)
    await outbox.add(tx, ChannelLinked(link_id=link.id, user_id=person.id, channel=channel.value))
    return link
