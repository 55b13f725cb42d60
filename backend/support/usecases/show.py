"""Conversations as the API shows them."""

from collections.abc import Sequence

from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.support.domain.conversation import Conversation
from backend.support.domain.window import closes_at, is_template_only
from backend.support.store import conversations
from backend.support.store.conversations import Channel
from shared.api.conversations import ChannelWindowOut, ConversationOut


async def conversation_out(tx: ReadTx, vault: Vault, conversation: Conversation) -> ConversationOut:
    """One conversation, with the bot's summary for people."""
    channels = await conversations.channels_of(tx, conversation.id)
    return shown(tx, conversation, channels, await conversations.summary(tx, vault, conversation))


def shown(tx: ReadTx, conversation: Conversation, channels: Sequence[Channel], summary: str | None) -> ConversationOut:
    """One conversation of which everything is known."""
    return ConversationOut(
        id=conversation.id,
        user_id=conversation.user_id,
        status=conversation.status,
        channel=conversation.channel,
        language=conversation.language,
        priority=conversation.priority,
        skill=conversation.skill,
        labels=list(conversation.labels),
        assignee_id=conversation.assignee_id,
        summary=summary,
        handoff_reason=conversation.handoff_reason,
        waiting_since=conversation.waiting_since,
        snoozed_until=conversation.snoozed_until,
        first_due_at=conversation.first_due_at,
        next_due_at=conversation.next_due_at,
        resolve_due_at=conversation.resolve_due_at,
        sla_breached=conversation.sla_breached,
        channels=[_window(tx, each) for each in channels],
        last_message_at=conversation.last_message_at,
        opened_at=conversation.opened_at,
        resolved_at=conversation.resolved_at,
    )


def _window(tx: ReadTx, channel: Channel) -> ChannelWindowOut:
    return ChannelWindowOut(
        channel=channel.channel,
        link_id=channel.link_id,
        last_inbound_at=channel.last_inbound_at,
        window_closes_at=closes_at(channel.channel, channel.last_inbound_at),
        template_only=is_template_only(channel.channel, channel.last_inbound_at, tx.now),
    )
