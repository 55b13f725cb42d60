"""Which channels a message takes: what its topic asks for, what its reader wants, and what reaches them."""

from collections.abc import Collection

from shared.api.notifications import Channel, Topic


def chosen(
    topic: Topic,
    *,
    wanted: Collection[Channel],
    preferred: Collection[Channel],
    phone: bool,
    email: bool,
    chat: bool = False,
    push: bool = False,
) -> list[Channel]:
    """The channels for one message, the app's own list first.

    `wanted` is what the message asks for; a reminder or an offer that asks to leave the app goes where its reader wants
    it instead (`preferred`), and what would be a text message goes by WhatsApp to somebody who wants reminders there.
    What is about security goes there as well, and nowhere less. Notices on phones come to whoever registered one: about
    security always, about service where they want such, in place of a text message that no chat replaces.
    `chat` says that WhatsApp reaches the reader with this message, `push` that a phone does. Where no such channel
    reaches the reader, the one contact that they have is used.
    """
    if topic in (Topic.REMINDER, Topic.MARKETING):
        leaves = any(channel is not Channel.IN_APP for channel in wanted)
        wanted = [channel for channel in wanted if channel is Channel.IN_APP] + (list(preferred) if leaves else [])
    else:
        more = [Channel.WHATSAPP] if chat and Channel.WHATSAPP in preferred else []
        more += [Channel.PUSH] if push and (topic is Topic.SECURITY or Channel.PUSH in preferred) else []
        if topic is Topic.SECURITY:
            wanted = [*wanted, *more]
        elif more:
            wanted = [more[0] if channel is Channel.SMS else channel for channel in wanted]
            wanted += [Channel.PUSH] if Channel.PUSH in more else []
    reachable = {Channel.IN_APP}
    reachable.update((Channel.SMS,) if phone else ())
    reachable.update((Channel.WHATSAPP,) if chat else ())
    reachable.update((Channel.EMAIL,) if email else ())
    reachable.update((Channel.PUSH,) if push else ())
    taken = [channel for channel in Channel if channel in wanted and channel in reachable]
    outside = [channel for channel in wanted if channel is not Channel.IN_APP]
    if outside and not any(channel in reachable for channel in outside):
        taken += [Channel.SMS] if phone else [Channel.EMAIL] if email else []
    return sorted(taken, key=lambda channel: channel is not Channel.IN_APP)


def stand_in(tried: Collection[Channel], *, phone: bool, email: bool) -> Channel:
    """By which channel somebody is told what chat or notice did not bring: text message, e-mail, the app's own list."""
    reachable = [channel for channel, has in ((Channel.SMS, phone), (Channel.EMAIL, email)) if has]
    return next((channel for channel in reachable if channel not in tried), Channel.IN_APP)
