"""How a notice gets to somebody's phones, and what is done where it reaches none."""

from uuid import uuid5

from backend.kernel import outbox
from backend.kernel.crypto import DataErased
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.notifications.ports import Message, Messenger
from backend.notifications.store import deliveries, registrations
from backend.notifications.store.deliveries import Delivery
from backend.notifications.store.registrations import Registration
from backend.notifications.usecases.phones import reached
from backend.notifications.usecases.stand_in import tell_otherwise
from shared.api.notifications import Channel
from shared.events.notifications import MessageDelivered


async def send_notice(context: JobContext, vault: Vault, messenger: Messenger, order: Delivery) -> None:
    """Sends a notice to each phone of its reader. A phone that can't be reached is registered no more.

    Where none is reached the same is said another way, if the notice was all that left the app. Raises MessengerSilent.
    """
    assert order.user_id is not None, "only somebody known has phones"
    async with context.read() as tx:
        phones = await reached(tx, order.user_id)
    lost = [each for each in phones if not await _reaches(context, vault, messenger, (order, each))]
    arrived = len(lost) < len(phones)
    status, reason = ("sent", None) if arrived else ("failed", "unreachable")
    async with context.write() as tx:
        await registrations.drop(tx, lost)
        if not await deliveries.settle(tx, order.id, status, reason=reason):
            return
        if arrived:
            event = MessageDelivered(
                delivery_id=order.id, user_id=order.user_id, template=order.template, channel=order.channel.value
            )
            await outbox.add(tx, event)
        elif order.content.otherwise is not None:
            await tell_otherwise(tx, vault, order, order.content.otherwise)


async def _reaches(context: JobContext, vault: Vault, messenger: Messenger, way: tuple[Delivery, Registration]) -> bool:
    order, phone = way
    assert order.user_id is not None, "only somebody known has phones"
    async with context.read() as tx:
        try:
            token = await registrations.token(tx, vault, order.user_id, phone)
        except DataErased:
            token = None
    if token is None:
        return False
    message = Message(
        id=uuid5(order.id, phone.index.hex()),  # tried again, it is the same notice to the same phone
        channel=Channel.PUSH,
        to=f"{phone.service.value}:{token}",
        subject=order.content.title,
        text=order.content.text,
    )
    return await messenger.send(message)
