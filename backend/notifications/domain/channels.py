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

    `wanted` is what the message asks for. A reminder or an offer that asks to leave the app goes where its reader wants
    it instead (`preferred`), beside other channels as a notice on their phone. What is about security goes as it asks
    to, and as well by WhatsApp to somebody who wants reminders there, and as a notice to whoever registered a phone.
    What is about service goes by WhatsApp in place of its text message to somebody who wants reminders there, or else
    as a notice in its place; and as a notice to whoever wants reminders so, even where it had no text message.
    `chat` says that WhatsApp reaches the reader with this message, `push` that a phone does. Where nothing reaches them
    that the message relies on, the one contact that they have is used. On a notice it relies where it goes nowhere
    else; news of security relies on nothing that was added to it.
    """
    added: list[Channel] = []
    if topic in (Topic.REMINDER, Topic.MARKETING):
        leaves = any(channel is not Channel.IN_APP for channel in wanted)
        wanted = [channel for channel in wanted if channel is Channel.IN_APP] + (list(preferred) if leaves else [])
    else:
        by_chat = [Channel.WHATSAPP] if chat and Channel.WHATSAPP in preferred else []
        notice = [Channel.PUSH] if push and (topic is Topic.SECURITY or Channel.PUSH in preferred) else []
        if topic is Topic.SECURITY:
            added = by_chat + notice
        elif instead := by_chat or notice:
            wanted = [instead[0] if channel is Channel.SMS else channel for channel in wanted] + notice
    reachable = {Channel.IN_APP}
    reachable.update((Channel.SMS,) if phone else ())
    reachable.update((Channel.WHATSAPP,) if chat else ())
    reachable.update((Channel.EMAIL,) if email else ())
    reachable.update((Channel.PUSH,) if push else ())
    taken = {channel for channel in (*wanted, *added) if channel in reachable}
    outside = [channel for channel in wanted if channel is not Channel.IN_APP]
    relied_on = [channel for channel in outside if channel is not Channel.PUSH] or outside
    if relied_on and reachable.isdisjoint(relied_on):
        taken.update((Channel.SMS,) if phone else (Channel.EMAIL,) if email else ())
    return sorted((channel for channel in Channel if channel in taken), key=lambda each: each is not Channel.IN_APP)


def stand_in(tried: Collection[Channel], *, phone: bool, email: bool) -> Channel:
    """By which channel somebody is told what chat or notice did not bring: text message, e-mail, the app's own list."""
    reachable = [channel for channel, has in ((Channel.SMS, phone), (Channel.EMAIL, email)) if has]
    return next((channel for channel in reachable if channel not in tried), Channel.IN_APP)
