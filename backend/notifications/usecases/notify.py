"""Tells somebody something: kept in the app, and sent by the channels that fit, once the transaction commits."""

from collections.abc import Collection, Mapping
from uuid import UUID

from msgspec import Struct

from backend import identity
from backend.identity import Contact, TenantProfile
from backend.kernel import jobs
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.notifications import store
from backend.notifications.domain import channels as rules
from backend.notifications.domain.quiet import not_before
from backend.notifications.store import Content, Delivery
from backend.notifications.templates import TEMPLATES, Rendered, render
from shared.api.notifications import Channel, PreferencesOut, Topic
from shared.ids import new_id

DELIVER_JOB = "notifications.deliver"


class Deliver(Struct, frozen=True, kw_only=True):
    """Which delivery to send."""

    delivery_id: UUID


async def notify(
    tx: Tx,
    vault: Vault,
    to: UUID | Contact,
    template: str,
    params: Mapping[str, object],
    *,
    channels: Collection[Channel] | None = None,
    about: UUID | None = None,
) -> list[UUID]:
    """Tells `to` (a person's id, or the contact of somebody unknown) the message `template`; returns the deliveries.

    Parameters are written by their types (Money, date, …) in the reader's language; `tenant` is filled in. `channels`
    replaces the template's own. Reminders and marketing heed what the reader wants and wait out the quiet hours of the
    tenant; nobody is reminded of a loan (`about`) whose reminders are held. Raises PersonNotFound; KeyError for an
    unknown template or a missing parameter.
    """
    kind = TEMPLATES[template]
    if kind.topic is Topic.REMINDER and about is not None and await store.is_held(tx, about):
        return []
    profile = await identity.tenant_profile(tx)
    wanted = tuple(kind.channels if channels is None else channels)
    filled = {"tenant": profile.name, **params}
    if isinstance(to, Contact):
        rendered = render(template, filled, profile.locale)
        channel = Channel.EMAIL if to.email else Channel.SMS
        return [await _put(tx, vault, _delivery(None, template, channel, rendered, to.address), profile)]
    person = await identity.person(tx, vault, to)
    if not person.contacts:
        return []  # erased: there is nobody left to tell
    rendered = render(template, filled, person.locale)
    taken = rules.chosen(
        kind.topic,
        wanted=wanted,
        preferred=_preferred(await store.preferences(tx, to), kind.topic),
        phone=person.phone is not None,
        email=person.email is not None,
    )
    addresses = {Channel.IN_APP: None, Channel.EMAIL: person.email}
    return [
        await _put(
            tx,
            vault,
            _delivery(to, template, channel, rendered, addresses.get(channel, person.phone), about),
            profile,
        )
        for channel in taken
    ]


def _delivery(  # noqa: PLR0917  (told in the order in which it is read)
    user_id: UUID | None,
    template: str,
    channel: Channel,
    rendered: Rendered,
    to: str | None,
    about: UUID | None = None,
) -> Delivery:
    brief = channel in (Channel.SMS, Channel.WHATSAPP)
    return Delivery(
        id=new_id(),
        user_id=user_id,
        topic=TEMPLATES[template].topic,
        template=template,
        channel=channel,
        content=Content(title=rendered.title, text=rendered.short if brief else rendered.text),
        to=to,
        about=about,
    )


async def _put(tx: Tx, vault: Vault, new: Delivery, profile: TenantProfile) -> UUID:
    await store.add(tx, vault, new)
    if new.channel is not Channel.IN_APP:
        settings, begins = profile.settings, tx.now
        if new.topic in (Topic.REMINDER, Topic.MARKETING):
            begins = not_before(tx.now, profile.time_zone, settings.quiet_from_hour, settings.quiet_until_hour)
        await jobs.enqueue(tx, DELIVER_JOB, Deliver(delivery_id=new.id), after=begins - tx.now)
    return new.id


def _preferred(preferences: PreferencesOut, topic: Topic) -> list[Channel]:
    return preferences.marketing if topic is Topic.MARKETING else preferences.reminder
