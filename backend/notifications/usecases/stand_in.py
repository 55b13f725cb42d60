"""Another way to tell somebody what the chat, or a notice on a phone, did not bring."""

from uuid import uuid5

from msgspec.structs import replace

from backend import identity
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.notifications.domain import channels as rules
from backend.notifications.store import deliveries
from backend.notifications.store.deliveries import Content, Delivery, Otherwise
from backend.notifications.usecases.notify import address_of, put
from shared.api.notifications import Channel


async def tell_otherwise(tx: Tx, vault: Vault, lost: Delivery, words: Otherwise, *, by_phone: bool = True) -> None:
    """Sends what `lost` did not bring by a channel that was not tried. Idempotent.

    Without `by_phone` nothing goes to the reader's number: it may be another's by now.
    """
    assert lost.user_id is not None, "only somebody known is told by chat or by a notice"
    person = await identity.person(tx, vault, lost.user_id)
    has_phone = by_phone and person.phone is not None
    tried = await deliveries.tried(tx, lost.origin)
    channel = rules.stand_in(tried, phone=has_phone, email=person.email is not None)
    if channel is Channel.IN_APP and Channel.IN_APP in tried:
        return  # it lies in the app, and nothing else reaches them
    instead = replace(
        lost,
        id=uuid5(lost.id, channel.value),
        channel=channel,
        content=Content(title=words.title, text=words.short if channel is Channel.SMS else words.text),
        to=address_of(person, channel),
        handed_at=None,
    )
    await put(tx, vault, instead, await identity.tenant_profile(tx), person.phone)
