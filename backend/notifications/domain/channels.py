"""Which channels a message takes: what its topic asks for, what its reader wants, and what reaches them."""

from collections.abc import Collection

from shared.api.notifications import Channel, Topic

_BY_PHONE = (Channel.SMS, Channel.WHATSAPP)


def chosen(
    topic: Topic, *, wanted: Collection[Channel], preferred: Collection[Channel], phone: bool, email: bool
) -> list[Channel]:
    """The channels for one message, the app's own list first.

    `wanted` is what the message asks for; a reminder or an offer that asks to leave the app goes where its reader wants
    it instead (`preferred`). Where no such channel reaches the reader, the one contact that they have is used.
    """
    if topic in (Topic.REMINDER, Topic.MARKETING):
        leaves = any(channel is not Channel.IN_APP for channel in wanted)
        wanted = [channel for channel in wanted if channel is Channel.IN_APP] + (list(preferred) if leaves else [])
    reachable = {Channel.IN_APP}
    reachable.update(_BY_PHONE if phone else ())
    reachable.update((Channel.EMAIL,) if email else ())
    taken = [channel for channel in Channel if channel in wanted and channel in reachable]
    outside = [channel for channel in wanted if channel is not Channel.IN_APP]
    if outside and not any(channel in reachable for channel in outside):
        taken += [Channel.SMS] if phone else [Channel.EMAIL] if email else []
    return sorted(taken, key=lambda channel: channel is not Channel.IN_APP)
