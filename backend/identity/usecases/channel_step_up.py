"""Steps a chat identity up: its owner confirms in the app by one tap, or by a code that was sent elsewhere."""

from datetime import timedelta
from uuid import UUID

from backend.identity.domain.channels import LONGEST, STEP_UP_WITHIN, Link, StepUp, masked
from backend.identity.errors import ChannelLinkNotFound, ChannelStepUpNotFound, CodeTooSoon
from backend.identity.store import channels, people
from backend.identity.usecases.channel_links import link_out
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.step_up import issue_step_up, verify_step_up
from backend.kernel import audit, outbox
from backend.kernel.auth import revoke_session
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.channels import (
    ChannelLinkOut,
    ChannelStepUpIn,
    ChannelStepUpOut,
    ChannelStepUpStatus,
    ChatChannel,
    StepUpMethod,
)
from shared.api.identity import CodeChannel
from shared.events.identity import ChannelSteppedUp, ChannelStepUpRefused
from shared.ids import new_id

ACTION = "channel.step_up"
AN_HOUR = 20


async def begin_step_up(
    tx: Tx, vault: Vault, link_id: UUID, wanted: ChannelStepUpIn, public_url: str
) -> ChannelStepUpOut:
    """Asks the owner of a chat to confirm. A code goes to their e-mail address rather than to the phone that chats.

    Raises ChannelLinkNotFound, CodeTooSoon.
    """
    link = await _living(tx, link_id)
    if await channels.step_ups_since(tx, link_id, tx.now - timedelta(hours=1)) >= AN_HOUR:
        raise CodeTooSoon(retry_after_s=600)
    asked = StepUp(
        id=new_id(),
        link_id=link.id,
        person_id=link.person_id,
        method=wanted.method,
        created_at=tx.now,
        expires_at=tx.now + STEP_UP_WITHIN,
    )
    await channels.add_step_up(tx, asked)
    sent_to = await _send_code(tx, vault, asked) if wanted.method is StepUpMethod.CODE else None
    await audit.record(tx, "channel_step_up.asked", f"channel_link:{link.id}", step_up_id=asked.id, by=wanted.method)
    return await _shown(tx, vault, asked, link, sent_to=sent_to, public_url=public_url)


async def answer_step_up(tx: Tx, vault: Vault, step_up_id: UUID, code: str) -> ChannelLinkOut:
    """Confirms by the code that its owner typed into the chat. A wrong try counts.

    Raises ChannelStepUpNotFound, StepUpRefused.
    """
    link, asked = await _waiting(tx, step_up_id, StepUpMethod.CODE)
    await verify_step_up(tx, vault, asked.person_id, ACTION, str(asked.id), code)
    return await _confirm(tx, vault, link, asked)


async def confirm_step_up(tx: Tx, vault: Vault, principal: Principal, step_up_id: UUID) -> ChannelLinkOut:
    """Confirms by the owner's own session. Raises ChannelStepUpNotFound, for somebody else's as well."""
    link, asked = await _waiting(tx, step_up_id, StepUpMethod.APP)
    if asked.person_id != principal.user_id:
        raise ChannelStepUpNotFound
    return await _confirm(tx, vault, link, asked)


async def refuse_step_up(tx: Tx, principal: Principal, step_up_id: UUID) -> None:
    """Its owner did not ask: nothing is confirmed, and the chat is told. Raises ChannelStepUpNotFound."""
    link, asked = await _waiting(tx, step_up_id, None)
    if asked.person_id != principal.user_id:
        raise ChannelStepUpNotFound
    await channels.settle_step_up(tx, asked.id, confirmed=False)
    await lock_link(tx, link)
    await audit.record(tx, "channel_step_up.refused", f"channel_link:{link.id}", step_up_id=asked.id)
    ids = {"step_up_id": asked.id, "link_id": link.id, "user_id": link.person_id}
    await outbox.add(tx, ChannelStepUpRefused(**ids, channel=link.channel.value))


async def read_own_step_up(
    tx: ReadTx, vault: Vault, principal: Principal, step_up_id: UUID, public_url: str
) -> ChannelStepUpOut:
    """What the app asks its user to confirm. Raises ChannelStepUpNotFound."""
    asked = await channels.step_up(tx, step_up_id)
    if asked is None or asked.person_id != principal.user_id:
        raise ChannelStepUpNotFound
    link = await channels.get(tx, asked.link_id)
    assert link is not None, "a step-up belongs to a link"
    return await _shown(tx, vault, asked, link, sent_to=None, public_url=public_url)


async def lock_channel(tx: Tx, link_id: UUID) -> None:
    """Takes the confirmation back at once: "lock". Idempotent. Raises ChannelLinkNotFound."""
    await lock_link(tx, await _living(tx, link_id))


async def lock_link(tx: Tx, link: Link) -> None:
    """Takes a locked link's confirmation back, with the tokens that stand on it."""
    if link.step_up_id is None:
        return
    await channels.save(tx, link.locked())
    if link.channel is not ChatChannel.IN_APP:  # there it is the owner's own session, which goes on
        await revoke_session(tx, link.step_up_id)
    await audit.record(tx, "channel_link.locked", f"channel_link:{link.id}")


async def _confirm(tx: Tx, vault: Vault, link: Link, asked: StepUp) -> ChannelLinkOut:
    assured = link.stepped_up(asked.id, tx.now)
    await channels.settle_step_up(tx, asked.id, confirmed=True)
    await channels.save(tx, assured)
    await audit.record(tx, "channel_step_up.confirmed", f"channel_link:{link.id}", step_up_id=asked.id)
    ids = {"step_up_id": asked.id, "link_id": link.id, "user_id": link.person_id}
    await outbox.add(tx, ChannelSteppedUp(**ids, channel=link.channel.value, until=tx.now + LONGEST))
    return await link_out(tx, vault, assured)


async def _waiting(tx: Tx, step_up_id: UUID, method: StepUpMethod | None) -> tuple[Link, StepUp]:
    seen = await channels.step_up(tx, step_up_id)
    if seen is None:
        raise ChannelStepUpNotFound
    link = await channels.lock(tx, seen.link_id)
    asked = await channels.lock_step_up(tx, step_up_id)
    if link is None or link.ended_at is not None or asked is None:
        raise ChannelStepUpNotFound
    fits = method is None or asked.method is method
    if not fits or asked.status(tx.now) is not ChannelStepUpStatus.WAITING:
        raise ChannelStepUpNotFound
    return link, asked


async def _living(tx: Tx, link_id: UUID) -> Link:
    link = await channels.lock(tx, link_id)
    if link is None or link.ended_at is not None:
        raise ChannelLinkNotFound
    return link


async def _send_code(tx: Tx, vault: Vault, asked: StepUp) -> str:
    person = await people.get(tx, vault, asked.person_id)
    channel = CodeChannel.EMAIL if person is not None and person.email else None
    sent = await issue_step_up(tx, vault, asked.person_id, ACTION, str(asked.id), channel=channel)
    return sent.sent_to


async def _shown(
    tx: ReadTx, vault: Vault, asked: StepUp, link: Link, *, sent_to: str | None, public_url: str
) -> ChannelStepUpOut:
    app = (await tenant_profile(tx)).app_address(public_url)
    return ChannelStepUpOut(
        id=asked.id,
        link_id=link.id,
        channel=link.channel,
        masked=masked(await channels.subject_of(tx, vault, link)),
        method=asked.method,
        status=asked.status(tx.now),
        url=f"{app}/confirm/{asked.id}" if asked.method is StepUpMethod.APP else None,
        sent_to=sent_to,
        expires_at=asked.expires_at,
    )
