"""Hands waiting messages to the provider, outside any transaction; by its id none is sent twice."""

from backend import identity
from backend.identity import SealedMessage
from backend.kernel import outbox
from backend.kernel.crypto import DataErased
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.notifications import store
from backend.notifications.ports import Message, Messenger
from backend.notifications.store import Content, Delivery
from backend.notifications.templates import TEMPLATES, render
from backend.notifications.usecases.notify import Deliver
from shared.api.notifications import Channel, Topic
from shared.events.notifications import MessageDelivered


async def deliver(context: JobContext, vault: Vault, messenger: Messenger, order: Deliver) -> None:
    """Sends one delivery, unless that was done before. Raises MessengerSilent, whereupon the job is tried again."""
    async with context.read() as tx:
        try:
            found = await store.waiting(tx, vault, order.delivery_id)
        except DataErased:
            found = None
    if found is not None and not await _kept_back(context, found):
        await _send(context, messenger, found)


async def _kept_back(context: JobContext, found: Delivery) -> bool:
    """Gives up a reminder that waited out the night while its loan came to be held."""
    if found.topic is not Topic.REMINDER or found.about is None:
        return False
    async with context.write() as tx:
        if not await store.is_held(tx, found.about):
            return False
        return await store.settle(tx, found.id, "expired", reason="held")


async def deliver_sealed(context: JobContext, vault: Vault, messenger: Messenger, sealed: SealedMessage) -> None:
    """Sends a message of identity's, such as a code, unless it is no longer worth sending. Raises MessengerSilent."""
    try:
        await _take_over(context, vault, sealed)
    except DataErased:
        return
    await deliver(context, vault, messenger, Deliver(delivery_id=sealed.id))


async def _take_over(context: JobContext, vault: Vault, sealed: SealedMessage) -> None:
    async with context.write() as tx:
        message = identity.open_sealed(await vault.keyring(tx), sealed)
        rendered = render(message.template, message.params, message.locale)
        order = Delivery(
            id=sealed.id,
            user_id=message.person_id,
            topic=TEMPLATES[message.template].topic,
            template=message.template,
            channel=Channel(message.channel.value),
            content=Content(title=rendered.title, text=rendered.text),
            to=message.to,
        )
        await store.add(tx, vault, order)
        if tx.now >= message.expires_at:
            await store.settle(tx, sealed.id, "expired")


async def _send(context: JobContext, messenger: Messenger, order: Delivery) -> None:
    assert order.to is not None, "what waits to be sent has an address"
    by_email = order.channel is Channel.EMAIL
    message = Message(
        id=order.id,
        channel=order.channel,
        to=order.to,
        subject=order.content.title if by_email else None,
        text=order.content.text,
    )
    reached = await messenger.send(message)
    status, reason = ("sent", None) if reached else ("failed", "unreachable")
    async with context.write() as tx:
        if await store.settle(tx, order.id, status, reason=reason) and reached:
            event = MessageDelivered(
                delivery_id=order.id, user_id=order.user_id, template=order.template, channel=order.channel.value
            )
            await outbox.add(tx, event)
