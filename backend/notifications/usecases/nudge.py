"""What goes by the chat: handed to whoever brings it there, followed, and told another way where it did not arrive."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from backend.kernel import jobs, outbox
from backend.kernel.crypto import DataErased
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.notifications.domain.nudges import Nudge
from backend.notifications.store import deliveries
from backend.notifications.store.deliveries import Delivery, Otherwise
from backend.notifications.usecases.notify import Deliver
from backend.notifications.usecases.stand_in import tell_otherwise
from shared.api.notifications import Channel
from shared.api.nudges import NudgeFailure
from shared.events.notifications import MessageDelivered, NudgeReady

GOOD_FOR = timedelta(minutes=10)  # a chat that has not said it by then says it no more
UNHEARD_AFTER = timedelta(minutes=12)  # and then it goes another way
ACCEPTED_FOR = timedelta(days=1)  # what the channel took and never complained of is taken for sent
UNHEARD_JOB = "notifications.nudge_unheard"
_HANDED = ("handed", "accepted")


class ToSay(Struct, frozen=True, kw_only=True):
    """What somebody's chat is to be told, until when; `text` is in their language and without amounts."""

    user_id: UUID
    nudge: Nudge
    text: str
    until: datetime


async def hand_over(tx: Tx, found: Delivery) -> None:
    """Gives a waiting delivery to the chat, once."""
    assert found.user_id is not None, "only somebody known has a chat"
    if await deliveries.hand_over(tx, found.id):
        await outbox.add(tx, NudgeReady(delivery_id=found.id, user_id=found.user_id))
        await jobs.enqueue(tx, UNHEARD_JOB, Deliver(delivery_id=found.id), after=UNHEARD_AFTER)


async def to_say(tx: ReadTx, vault: Vault, delivery_id: UUID) -> ToSay | None:
    """What was handed to the chat, unless that is over."""
    try:
        found = await deliveries.waiting(tx, vault, delivery_id, ("handed",))
    except DataErased:
        return None
    if found is None or found.user_id is None or found.content.nudge is None or found.handed_at is None:
        return None
    until = found.handed_at + GOOD_FOR
    return ToSay(user_id=found.user_id, nudge=found.content.nudge, text=found.content.text, until=until)


async def nudge_accepted(tx: Tx, delivery_id: UUID) -> None:
    """The channel took it; whether it arrives is still to be seen. Idempotent."""
    await deliveries.accept(tx, delivery_id)


async def nudge_arrived(tx: Tx, vault: Vault, delivery_id: UUID) -> None:
    """It is on the person's phone. Idempotent."""
    found = await _handed(tx, vault, delivery_id)
    if found is not None and await deliveries.settle(tx, delivery_id, "sent"):
        event = MessageDelivered(
            delivery_id=delivery_id, user_id=found.user_id, template=found.template, channel=found.channel.value
        )
        await outbox.add(tx, event)


async def nudge_failed(tx: Tx, vault: Vault, delivery_id: UUID, reason: str) -> None:
    """It did not arrive: the same goes another way, and who wants no more of it in the chat gets no more. Idempotent.

    Where the number may have another owner, nothing goes to that number either.
    """
    found = await _handed(tx, vault, delivery_id)
    if found is None or found.user_id is None or not await deliveries.settle(tx, delivery_id, "failed", reason=reason):
        return
    if reason == NudgeFailure.STOPPED:
        await _stop(tx, found.user_id)
    told = found.content
    words = Otherwise(title=told.title, text=told.full or told.text, short=told.text)
    await tell_otherwise(tx, vault, found, words, by_phone=reason != NudgeFailure.NUMBER_CHANGED)


async def unheard(context: JobContext, vault: Vault, order: Deliver) -> None:
    """Sends another way what nobody said a word of: no bot runs, or it can't reach its channel."""
    async with context.write() as tx:
        try:
            found = await deliveries.waiting(tx, vault, order.delivery_id, ("handed",))
        except DataErased:
            return
        if found is not None:
            await nudge_failed(tx, vault, found.id, "unheard")


async def _handed(tx: ReadTx, vault: Vault, delivery_id: UUID) -> Delivery | None:
    try:
        return await deliveries.waiting(tx, vault, delivery_id, _HANDED)
    except DataErased:
        return None


async def _stop(tx: Tx, user_id: UUID) -> None:
    now = await deliveries.preferences(tx, user_id)
    reminder = [channel for channel in now.reminder if channel is not Channel.WHATSAPP]
    marketing = [channel for channel in now.marketing if channel is not Channel.WHATSAPP]
    await deliveries.save_preferences(tx, user_id, reminder=reminder, marketing=marketing)
