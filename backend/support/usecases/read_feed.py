"""What bots hear of: at least once and in order, after the cursor that they kept."""

from backend.kernel.db import ReadTx
from backend.kernel.vault import Vault
from backend.support.store import feed, messages
from shared.api.conversations import FeedItem, FeedOut
from shared.errors import InvalidInput


async def read_feed(tx: ReadTx, vault: Vault, cursor: str | None) -> FeedOut:
    """What happened after `cursor`; without one, nothing yet, and the cursor to begin from. Raises InvalidInput."""
    if cursor is None:
        xid, position = await feed.newest(tx)
        return FeedOut(items=[], cursor=f"{xid}.{position}")
    entries = await feed.after(tx, _place(cursor))
    users = await feed.users_of(tx, {each.conversation_id for each in entries if each.conversation_id})
    known = await messages.many(tx, vault, [each.message_id for each in entries if each.message_id], users)
    items = [
        FeedItem(
            cursor=each.cursor,
            id=each.id,
            kind=each.kind,
            conversation_id=each.conversation_id,
            link_id=each.link_id,
            user_id=each.user_id,
            message=known.get(each.message_id) if each.message_id else None,
            data=each.data,
            at=each.at,
        )
        for each in entries
    ]
    return FeedOut(items=items, cursor=items[-1].cursor if items else cursor)


def _place(cursor: str) -> tuple[int, int]:
    xid, _, position = cursor.partition(".")
    if not (xid.isascii() and xid.isdigit() and position.isascii() and position.isdigit()):
        raise InvalidInput({"after": "Pass the `cursor` of the answer before, unchanged."})
    if max(int(xid), int(position)) >= 2**63:
        raise InvalidInput({"after": "Pass the `cursor` of the answer before, unchanged."})
    return int(xid), int(position)
