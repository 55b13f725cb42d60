"""The channel's own limit on answers: how long after the borrower's last word a free text may go out."""

from datetime import datetime, timedelta

from backend.support.errors import WindowClosed
from shared.api.channels import ChatChannel

# WhatsApp's customer service window: https://developers.facebook.com/docs/whatsapp/pricing
_OPEN_FOR = {ChatChannel.WHATSAPP: timedelta(hours=24)}


def closes_at(channel: ChatChannel, last_inbound_at: datetime | None) -> datetime | None:
    """When free text ends on a channel; None where it never does, or where nothing was heard yet."""
    limit = _OPEN_FOR.get(channel)
    return None if limit is None or last_inbound_at is None else last_inbound_at + limit


def is_template_only(channel: ChatChannel, last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether only approved templates may go out."""
    if channel not in _OPEN_FOR:
        return False
    return last_inbound_at is None or now >= last_inbound_at + _OPEN_FOR[channel]


def require_open(channel: ChatChannel, last_inbound_at: datetime | None, now: datetime) -> None:
    """Raises WindowClosed where a free text may not go out."""
    if is_template_only(channel, last_inbound_at, now):
        ended = "no time" if last_inbound_at is None else (last_inbound_at + _OPEN_FOR[channel]).isoformat()
        raise WindowClosed(channel=channel.value, closed_at=ended)
