"""How far a message came: only ever further, whatever order providers tell it in."""

from shared.api.conversations import Direction, MessageStatus

_S = MessageStatus
_RANK = {_S.RECEIVED: 0, _S.QUEUED: 0, _S.FAILED: 1, _S.SENT: 2, _S.DELIVERED: 3, _S.READ: 4}


def after(direction: Direction, now: MessageStatus, told: MessageStatus) -> MessageStatus:
    """The status once `told` was heard: one that is further on stays, and what was delivered did not fail."""
    if direction is Direction.INBOUND or told in (_S.RECEIVED, _S.QUEUED):
        return now
    if told is _S.FAILED and now is _S.SENT:
        return _S.FAILED
    return told if _RANK[told] > _RANK[now] else now
