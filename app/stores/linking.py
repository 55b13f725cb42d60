"""Linking a chat of another app to one's account, and what such a chat asks to have confirmed."""

from collections.abc import Iterable
from uuid import UUID

import flet as ft

from app.stores import reads
from app.stores.root import Store
from shared.api.channels import ChannelLinkOut, LinkCodeIn, LinkCodeOut


class Linking(ft.Observable):
    """Observable; one for each visit. `code` is there until a chat was linked by it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before: frozenset[UUID] = frozenset()
        self.action = store.action()
        self.code: LinkCodeOut | None = None

    async def begin(self) -> None:
        """Asks for a code to be written in the chat."""
        body = LinkCodeIn()
        key = self.action.key(body)
        issue = self._store.client.identity.issue_link_code
        code = await self.action.run(lambda: issue(body, idempotency_key=key))
        if code is not None:
            self._before = frozenset(each.id for each in reads.chats(self._store).value or ())
            self.code = code

    def is_over(self, linked: Iterable[ChannelLinkOut]) -> bool:
        """Whether the code was used, as a chat that was not there before tells, or came to its end."""
        if self.code is None:
            return True
        is_used = any(each.id not in self._before for each in linked)
        return is_used or self._store.clock.now() >= self.code.expires_at

    async def end(self, link_id: UUID) -> None:
        """Ends a link, and what a bot could do by it."""
        await self.action.run(lambda: self._store.client.identity.end_channel_link(link_id))
        await self._store.refresh(reads.CHATS)
