"""What support does when others publish: bots hear of what concerns their chats."""

from typing import Any

from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from backend.kernel.vault import Vault
from backend.support.store import feed
from backend.support.store.feed import About
from backend.support.usecases.nudge import put_nudge
from shared.api.conversations import FeedKind
from shared.events.identity import ChannelLinked, ChannelLinkEnded, ChannelSteppedUp, ChannelStepUpRefused
from shared.events.notifications import NudgeReady


async def _linked(tx: Tx, event: ChannelLinked) -> None:
    about = About(link_id=event.link_id, user_id=event.user_id)
    await feed.tell(tx, FeedKind.LINKED, about, channel=event.channel)


async def _ended(tx: Tx, event: ChannelLinkEnded) -> None:
    about = About(link_id=event.link_id, user_id=event.user_id)
    await feed.tell(tx, FeedKind.LINK_ENDED, about, channel=event.channel, reason=event.reason)


async def _stepped_up(tx: Tx, event: ChannelSteppedUp) -> None:
    about = About(link_id=event.link_id, user_id=event.user_id)
    step_up = str(event.step_up_id)
    await feed.tell(
        tx, FeedKind.STEPPED_UP, about, channel=event.channel, step_up_id=step_up, until=event.until.isoformat()
    )


async def _refused(tx: Tx, event: ChannelStepUpRefused) -> None:
    about = About(link_id=event.link_id, user_id=event.user_id)
    await feed.tell(tx, FeedKind.STEP_UP_REFUSED, about, channel=event.channel, step_up_id=str(event.step_up_id))


def subscribers(vault: Vault) -> tuple[Subscriber[Any], ...]:
    """What support hears of."""

    async def nudged(tx: Tx, event: NudgeReady) -> None:
        await put_nudge(tx, vault, event)

    return (
        Subscriber("support.nudged", NudgeReady, nudged),
        Subscriber("support.linked", ChannelLinked, _linked),
        Subscriber("support.link_ended", ChannelLinkEnded, _ended),
        Subscriber("support.stepped_up", ChannelSteppedUp, _stepped_up),
        Subscriber("support.step_up_refused", ChannelStepUpRefused, _refused),
    )
