"""Hands waiting messages to the provider, outside any transaction; by its id none is sent twice."""

from zoneinfo import ZoneInfo

from backend import identity
from backend.identity import SealedMessage
from backend.kernel import outbox
from backend.kernel.crypto import DataErased
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.notifications.clocks import zone_of
from backend.notifications.ports import Message, Messenger
from backend.notifications.store import deliveries
from backend.notifications.store.deliveries import Content, Delivery
from backend.notifications.templates import TEMPLATES, render
from backend.notifications.usecases.notify import Deliver
from backend.notifications.usecases.nudge import hand_over
from backend.notifications.usecases.push import send_notice
from shared.api.identity import CodeChannel
from shared.api.notifications import Channel, Topic
from shared.events.notifications import MessageDelivered
from shared.i18n import Language


async def deliver(context: JobContext, vault: Vault, messenger: Messenger, order: Deliver) -> None:
    """Sends one delivery, unless that was done before. Raises MessengerSilent, whereupon the job is tried again."""
    async with context.read() as tx:
        try:
            found = await deliveries.waiting(tx, vault, order.delivery_id)
        except DataErased:
            found = None
    if found is None or await _kept_back(context, vault, found):
        return
    if found.channel is Channel.PUSH:
        await send_notice(context, vault, messenger, found)
        return
    if found.content.nudge is None:
        await _send(context, messenger, found)
        return
    async with context.write() as tx:
        await hand_over(tx, found)


async def _kept_back(context: JobContext, vault: Vault, found: Delivery) -> bool:
    """Gives up a reminder of a loan that is held by now, one that is not wanted there any more, and a day's second one.

    The delivery keeps the reason, and the app's own list has the message.
    """
    if found.topic is not Topic.REMINDER or found.user_id is None:
        return False
    async with context.write() as tx:
        if found.about is not None and await deliveries.is_held(tx, found.about):
            return await deliveries.settle(tx, found.id, "expired", reason="held")
        wanted = (await deliveries.preferences(tx, found.user_id)).reminder
        if found.channel in (Channel.WHATSAPP, Channel.PUSH) and found.channel not in wanted:
            return await deliveries.settle(tx, found.id, "expired", reason="unwanted")
        person = await identity.person(tx, vault, found.user_id)
        zone = zone_of(person.phone, (await identity.tenant_profile(tx)).time_zone)
        if await deliveries.take_day(tx, found.user_id, tx.now.astimezone(ZoneInfo(zone)).date(), found.origin):
            return False
        return await deliveries.settle(tx, found.id, "expired", reason="one_a_day")


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
        aloud = message.channel is CodeChannel.VOICE
        rendered = render(message.template, message.params, message.locale, aloud=aloud)
        language = Language.match(message.locale).value if aloud else None
        order = Delivery(
            id=sealed.id,
            user_id=message.person_id,
            topic=TEMPLATES[message.template].topic,
            template=message.template,
            channel=Channel(message.channel.value),
            content=Content(title=rendered.title, text=rendered.text, language=language),
            to=message.to,
            origin=sealed.id,
        )
        await deliveries.add(tx, vault, order)
        if tx.now >= message.expires_at:
            await deliveries.settle(tx, sealed.id, "expired")


async def _send(context: JobContext, messenger: Messenger, order: Delivery) -> None:
    assert order.to is not None, "what waits to be sent has an address"
    by_email = order.channel is Channel.EMAIL
    message = Message(
        id=order.id,
        channel=order.channel,
        to=order.to,
        subject=order.content.title if by_email else None,
        text=order.content.text,
        language=order.content.language,
    )
    reached = await messenger.send(message)
    status, reason = ("sent", None) if reached else ("failed", "unreachable")
    async with context.write() as tx:
        if await deliveries.settle(tx, order.id, status, reason=reason) and reached:
            event = MessageDelivered(
                delivery_id=order.id, user_id=order.user_id, template=order.template, channel=order.channel.value
            )
            await outbox.add(tx, event)
