"""Tells somebody something: kept in the app, and sent by the channels that fit, once the transaction commits."""

from collections.abc import Collection, Mapping
from uuid import UUID

from msgspec import Struct

from backend import identity
from backend.identity import Contact, Person, TenantProfile
from backend.kernel import jobs
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.notifications.clocks import zone_of
from backend.notifications.domain import channels as rules
from backend.notifications.domain.nudges import Nudge, nudge_of
from backend.notifications.domain.quiet import not_before
from backend.notifications.store import deliveries
from backend.notifications.store.deliveries import Content, Delivery, Otherwise
from backend.notifications.templates import TEMPLATES, Rendered, render
from backend.notifications.usecases.phones import reached
from shared.api.channels import ChatChannel
from shared.api.notifications import Channel, PreferencesOut, Topic
from shared.ids import new_id

DELIVER_JOB = "notifications.deliver"


class Deliver(Struct, frozen=True, kw_only=True):
    """Which delivery to send."""

    delivery_id: UUID


class Told(Struct, frozen=True, kw_only=True):
    """One thing that somebody is told, whatever the channel."""

    user_id: UUID | None
    template: str
    rendered: Rendered
    nudge: Nudge | None = None
    about: UUID | None = None
    origin: UUID
    sender: str = ""

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return TEMPLATES[self.template].topic

    def by(self, channel: Channel, to: str | None, *, replaces: bool = False) -> Delivery:
        """The message by one channel; a notice may be there in place of a message (`replaces`)."""
        brief = channel in (Channel.SMS, Channel.WHATSAPP)
        words = self.rendered
        if channel is Channel.PUSH:
            return self._notice(replaces=replaces)
        return Delivery(
            id=new_id(),
            user_id=self.user_id,
            topic=self.topic,
            template=self.template,
            channel=channel,
            content=Content(
                title=words.title,
                text=words.short if brief else words.text,
                full=words.text if channel is Channel.WHATSAPP else "",
                nudge=self.nudge if channel is Channel.WHATSAPP else None,
            ),
            to=to,
            about=self.about,
            origin=self.origin,
        )

    def _notice(self, *, replaces: bool) -> Delivery:
        words = self.rendered
        otherwise = Otherwise(title=words.title, text=words.text, short=words.short) if replaces else None
        return Delivery(
            id=new_id(),
            user_id=self.user_id,
            topic=self.topic,
            template=self.template,
            channel=Channel.PUSH,
            content=Content(title=self.sender, text=words.notice, otherwise=otherwise),
            about=self.about,
            origin=self.origin,
        )


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
    tenant by the reader's clock, as all does that goes by chat or as a notice on a phone, but for news of security;
    nobody is reminded of a loan (`about`) whose reminders are held. Raises PersonNotFound; KeyError for an unknown
    template or a missing parameter.
    """
    kind = TEMPLATES[template]
    if kind.topic is Topic.REMINDER and about is not None and await deliveries.is_held(tx, about):
        return []
    profile = await identity.tenant_profile(tx)
    wanted = tuple(kind.channels if channels is None else channels)
    filled = {"tenant": profile.name, **params}
    if isinstance(to, Contact):
        told = Told(user_id=None, template=template, rendered=render(template, filled, profile.locale), origin=new_id())
        return [await put(tx, vault, told.by(Channel.EMAIL if to.email else Channel.SMS, to.address), profile)]
    person = await identity.person(tx, vault, to)
    if not person.contacts:
        return []  # erased: there is nobody left to tell
    nudge = nudge_of(template, params, profile.settings)
    linked = nudge is not None and await identity.person_link(tx, to, ChatChannel.WHATSAPP) is not None
    taken = rules.chosen(
        kind.topic,
        wanted=wanted,
        preferred=_preferred(await deliveries.preferences(tx, to), kind.topic),
        phone=person.phone is not None,
        email=person.email is not None,
        chat=linked,
        push=bool(await reached(tx, to)),
    )
    told = Told(
        user_id=to,
        template=template,
        rendered=render(template, filled, person.locale),
        nudge=nudge,
        about=about,
        origin=new_id(),
        sender=profile.name,
    )
    # A notice stands for a message that leaves the app where it is the only thing that does.
    alone = not any(each not in (Channel.IN_APP, Channel.PUSH) for each in taken) and set(wanted) != {Channel.IN_APP}
    orders = [told.by(each, address_of(person, each), replaces=alone) for each in taken]
    return [await put(tx, vault, each, profile, person.phone) for each in orders]


def address_of(person: Person, channel: Channel) -> str | None:
    """Where a person is reached by a channel."""
    match channel:
        case Channel.EMAIL:
            return person.email
        case Channel.SMS | Channel.WHATSAPP | Channel.VOICE:
            return person.phone
        case Channel.IN_APP | Channel.PUSH:
            return None


async def put(tx: Tx, vault: Vault, new: Delivery, profile: TenantProfile, phone: str | None = None) -> UUID:
    """Stores a delivery once and has it sent when its reader may be written to; `phone` tells their time zone."""
    if await deliveries.add(tx, vault, new) and new.channel is not Channel.IN_APP:
        settings, begins = profile.settings, tx.now
        uncalled_for = new.content.nudge is not None or new.channel is Channel.PUSH
        if new.topic in (Topic.REMINDER, Topic.MARKETING) or (uncalled_for and new.topic is not Topic.SECURITY):
            zone = zone_of(phone, profile.time_zone)
            begins = not_before(tx.now, zone, settings.quiet_from_hour, settings.quiet_until_hour)
        await jobs.enqueue(tx, DELIVER_JOB, Deliver(delivery_id=new.id), after=begins - tx.now)
    return new.id


def _preferred(preferences: PreferencesOut, topic: Topic) -> list[Channel]:
    return preferences.marketing if topic is Topic.MARKETING else preferences.reminder
