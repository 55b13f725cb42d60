"""The thread as bots work on it: what they saw and wrote, what they hand over, and what they hear of."""

import asyncio
from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody, QueryParameter

from backend.identity import caller
from backend.kernel.auth import requires
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from backend.support.routes.upload import FileForm, download, keep_body
from backend.support.usecases import files, hand_off, rating, read_feed, read_thread
from backend.support.usecases.message_status import note_provider_status, note_status
from backend.support.usecases.take_message import take_message
from shared.api.conversations import (
    AttachmentOut,
    BotMessageIn,
    BotMessageOut,
    ConversationOut,
    FeedOut,
    HandoffIn,
    HandoffOut,
    MessageOut,
    MessageStatusIn,
    ProviderStatusIn,
    RatingAnswerIn,
)
from shared.paging import DEFAULT_PAGE, Page

LOOK_EVERY_S = 0.5
After = Annotated[
    str | None,
    QueryParameter(name="after", max_length=50, description="`cursor` of the last answer that was dealt with"),
]
Wait = Annotated[int, QueryParameter(name="wait_s", ge=0, le=15, description="How many seconds to wait for news")]


class BotController(Controller):
    """Conversations, for the tenant's own bots."""

    path = "/v1/bot"
    tags = ("Bot",)
    guards = (requires(Role.BOT),)

    @post(
        "/messages",
        operation_id="takeBotMessage",
        summary="Put a message into its thread",
        opt={"unkeyed": True},
    )
    async def message(
        self, data: JSONBody[BotMessageIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> BotMessageOut:
        """Stores what was seen or written once by its name on the channel; says whose turn it is."""
        return await edge.write_unkeyed(lambda tx: take_message(tx, vault, caller(tx).user_id, data))

    @post(
        "/messages/{message_id:uuid}/files",
        operation_id="attachBotFile",
        summary="Put a file on a message",
        description="A JPEG, PNG, WebP or PDF of up to 10 MB; five on a message at most.",
        before_request=keep_body,
    )
    async def attach(
        self,
        message_id: FromPath[UUID],
        data: MultipartBody[FileForm],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
    ) -> AttachmentOut:
        """Checks a file that came by chat, and keeps it encrypted."""
        await edge.read(lambda tx: files.require_message(tx, message_id, of=None))
        checked = await files.check_file(data.file.filename, await data.file.read())
        return await edge.write(lambda tx: files.attach(tx, vault, message_id, checked, of=None), AttachmentOut)

    @get("/files/{file_id:uuid}/content", operation_id="downloadBotFile", summary="A file's content")
    async def content(
        self, file_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> Response[bytes]:
        """A file that an agent sent, to be delivered."""
        blob = await edge.write_unkeyed(lambda tx: files.read_file(tx, vault, file_id, of=None, audited=True))
        return download(file_id, blob)

    @post(
        "/messages/{message_id:uuid}/status",
        operation_id="setBotMessageStatus",
        summary="Say what became of a message",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def status(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        message_id: FromPath[UUID],
        data: JSONBody[MessageStatusIn],
    ) -> None:
        """Sent, with the provider's name for it; delivered, read or failed. It only ever goes further."""
        await edge.write_unkeyed(lambda tx: note_status(tx, vault, message_id, data))

    @post(
        "/message-statuses",
        operation_id="setProviderStatus",
        summary="Pass on what a provider says of a message",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def provider_status(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], data: JSONBody[ProviderStatusIn]
    ) -> None:
        """For statuses that name a message as the provider does."""
        await edge.write_unkeyed(lambda tx: note_provider_status(tx, vault, data))

    @get("/conversations/{conversation_id:uuid}", operation_id="getBotConversation", summary="Where a thread stands")
    async def conversation(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], conversation_id: FromPath[UUID]
    ) -> ConversationOut:
        """Whose turn it is, and by which channels it can be answered."""
        return await edge.read(lambda tx: read_thread.read_conversation(tx, vault, conversation_id))

    @get(
        "/conversations/{conversation_id:uuid}/messages",
        operation_id="listBotMessages",
        summary="A thread's messages, the newest first",
    )
    async def messages(
        self,
        *,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        conversation_id: FromPath[UUID],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[MessageOut]:
        """What was said on every channel, with the notes of agents."""
        return await edge.read(
            lambda tx: read_thread.list_messages(tx, vault, conversation_id, cursor=cursor, limit=limit)
        )

    @post(
        "/conversations/{conversation_id:uuid}/handoff",
        operation_id="handOffConversation",
        summary="Hand a thread to people",
        status_code=200,
    )
    async def hand_off(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        conversation_id: FromPath[UUID],
        data: JSONBody[HandoffIn],
    ) -> HandoffOut:
        """From now on the bot is silent; the answer says what to tell the borrower."""
        return await edge.write(lambda tx: hand_off.hand_off(tx, vault, conversation_id, data), HandoffOut)

    @post(
        "/conversations/{conversation_id:uuid}/return",
        operation_id="returnConversationToBot",
        summary="Take a thread back from people",
        status_code=200,
    )
    async def take_back(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], conversation_id: FromPath[UUID]
    ) -> ConversationOut:
        """The borrower wants the bot again."""
        return await edge.write(lambda tx: hand_off.return_to_bot(tx, vault, conversation_id), ConversationOut)

    @post(
        "/ratings/{rating_id:uuid}",
        operation_id="answerBotRating",
        summary="Say how somebody was helped",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def rate(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        rating_id: FromPath[UUID],
        data: JSONBody[RatingAnswerIn],
    ) -> None:
        """What was tapped, once; the feed names the rating when people end a conversation."""
        await edge.write_unkeyed(lambda tx: rating.answer_by_bot(tx, vault, rating_id, data))

    @get("/feed", operation_id="readBotFeed", summary="What happened after a cursor")
    async def feed(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        after: After = None,
        wait_s: Wait = 0,
    ) -> FeedOut:
        """Waits until something happens, or `wait_s` have passed. Nothing is left out; what was seen may come again."""
        looks = 1 + round(wait_s / LOOK_EVERY_S)
        for look in range(looks):
            found = await edge.read(lambda tx: read_feed.read_feed(tx, vault, after))
            if found.items or after is None or look == looks - 1:
                return found
            await asyncio.sleep(LOOK_EVERY_S)
        raise AssertionError("the last look answers")
