"""One's own conversation with the tenant, on every channel."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.conversations import (
    AttachmentOut,
    ConversationOut,
    HandoffOut,
    MessageOut,
    PersonWantedIn,
    RatingIn,
    WriteIn,
)
from shared.client._async.resource import Resource
from shared.client.files import Download, Upload
from shared.paging import DEFAULT_PAGE, Page


class Conversation(Resource):
    """Writing with the assistant and with people."""

    async def read(self) -> ConversationOut:
        """Where one's conversation stands. Raises NotFound before its first word."""
        return await self._get("/v1/me/conversation", ConversationOut)

    async def messages(self, *, cursor: str | None = None, limit: int = DEFAULT_PAGE) -> Page[MessageOut]:
        """One page of what was said, the newest first."""
        return await self._page("/v1/me/conversation/messages", MessageOut, cursor=cursor, limit=limit)

    def iterate_messages(self) -> AsyncIterator[MessageOut]:
        """All that was said, the newest first."""
        return self._pages("/v1/me/conversation/messages", MessageOut)

    async def write(self, body: WriteIn, *, idempotency_key: str | None = None) -> MessageOut:
        """Writes; the same `client_id` again adds nothing."""
        return await self._post("/v1/me/conversation/messages", body, MessageOut, idempotency_key=idempotency_key)

    async def attach(self, message_id: UUID, upload: Upload, *, idempotency_key: str | None = None) -> AttachmentOut:
        """Puts a file on a message. Raises NotFound, Unprocessable for a file that is refused."""
        path = f"/v1/me/conversation/messages/{message_id}/files"
        return await self._upload(path, upload, AttachmentOut, idempotency_key=idempotency_key)

    async def download(self, file_id: UUID) -> Download:
        """A file of one's thread. Raises NotFound."""
        return await self._download(f"/v1/me/conversation/files/{file_id}/content")

    async def ask_for_person(self, body: PersonWantedIn, *, idempotency_key: str | None = None) -> HandoffOut:
        """Hands the thread to people; says when to expect an answer."""
        return await self._post("/v1/me/conversation/person", body, HandoffOut, idempotency_key=idempotency_key)

    async def mark_read(self) -> None:
        """Has read what was written in the app."""
        await self._post("/v1/me/conversation/read", None, None)

    async def rate(self, body: RatingIn) -> None:
        """Says how one was helped. Raises NotFound, Conflict where nothing is to be rated."""
        await self._post("/v1/me/conversation/rating", body, None)
