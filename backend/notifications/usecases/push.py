"""Notices on phones: which phones there are, and how a notice gets to them."""

from uuid import uuid5

from backend import identity
from backend.kernel import outbox
from backend.kernel.crypto import DataErased
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from backend.notifications.ports import Message, Messenger
from backend.notifications.store import deliveries, devices
from backend.notifications.store.deliveries import Delivery
from backend.notifications.store.devices import Device
from backend.notifications.usecases.stand_in import tell_otherwise
from shared.api.notifications import Channel, PushRegistrationIn, PushRegistrationOut
from shared.errors import NotAuthenticated
from shared.events.notifications import MessageDelivered


async def register(tx: Tx, vault: Vault, given: PushRegistrationIn) -> PushRegistrationOut:
    """Has notices come to the caller's device as long as its session lives. Idempotent.

    Who never chose how to hear of reminders has them come there as well. Raises NotAuthenticated where the session has
    just ended.
    """
    me = _me(tx)
    if me.session_id not in await identity.living_sessions(tx, me.user_id):
        raise NotAuthenticated
    await devices.register(tx, vault, me, given.service, given.token)
    await deliveries.prefer_unless_chosen(tx, me.user_id, Channel.PUSH)
    return next(each for each in await registrations(tx) if each.current)


async def end(tx: Tx) -> None:
    """Has no notices come to the caller's device any more. Idempotent."""
    await devices.drop_session(tx, _me(tx).session_id)


async def registrations(tx: ReadTx) -> list[PushRegistrationOut]:
    """The caller's phones that get notices."""
    me = _me(tx)
    return [
        PushRegistrationOut(
            session_id=each.session_id,
            service=each.service,
            registered_at=each.registered_at,
            seen_at=each.seen_at,
            current=each.session_id == me.session_id,
        )
        for each in await devices.reached(tx, me.user_id)
    ]


async def send_notice(context: JobContext, vault: Vault, messenger: Messenger, order: Delivery) -> None:
    """Sends a notice to each phone of its reader. A phone that can't be reached is registered no more.

    Where none is reached the same is said another way, if the notice was all that left the app. Raises MessengerSilent.
    """
    assert order.user_id is not None, "only somebody known has phones"
    async with context.read() as tx:
        phones = await devices.reached(tx, order.user_id)
    lost = [each for each in phones if not await _reaches(context, vault, messenger, (order, each))]
    reached = len(lost) < len(phones)
    status, reason = ("sent", None) if reached else ("failed", "unreachable")
    async with context.write() as tx:
        await devices.drop(tx, lost)
        if not await deliveries.settle(tx, order.id, status, reason=reason):
            return
        if reached:
            event = MessageDelivered(
                delivery_id=order.id, user_id=order.user_id, template=order.template, channel=order.channel.value
            )
            await outbox.add(tx, event)
        elif order.content.otherwise is not None:
            await tell_otherwise(tx, vault, order, order.content.otherwise)


async def _reaches(context: JobContext, vault: Vault, messenger: Messenger, way: tuple[Delivery, Device]) -> bool:
    order, device = way
    assert order.user_id is not None, "only somebody known has phones"
    async with context.read() as tx:
        try:
            token = await devices.token(tx, vault, order.user_id, device)
        except DataErased:
            token = None
    if token is None:
        return False
    message = Message(
        id=uuid5(order.id, device.index.hex()),  # tried again, it is the same notice to the same phone
        channel=Channel.PUSH,
        to=f"{device.service.value}:{token}",
        subject=order.content.title,
        text=order.content.text,
    )
    return await messenger.send(message)


def _me(tx: ReadTx) -> Principal:
    if tx.scope.principal is None:
        raise NotAuthenticated
    return tx.scope.principal
