"""A borrower's own thread over HTTP."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody

from backend.identity import caller
from backend.kernel.auth import by_chat
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from backend.support.routes.upload import FileForm, download, keep_body
from backend.support.usecases import files, my_conversation, rating
from shared.api.conversations import (
    AttachmentOut,
    ConversationOut,
    HandoffOut,
    MessageOut,
    PersonWantedIn,
    RatingIn,
    WriteIn,
)
from shared.paging import DEFAULT_PAGE, Page


class MyConversationController(Controller):
    """One's own conversation with the tenant, on every channel."""

    path = "/v1/me/conversation"
    tags = ("Conversation",)

    @get("/", operation_id="getMyConversation", summary="Where one's conversation stands")
    async def conversation(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> ConversationOut:
        """Whether the assistant or a person answers, and on which channels it is had."""
        return await edge.read(lambda tx: my_conversation.read_own(tx, vault))

    @get("/messages", operation_id="listMyMessages", summary="What was said, the newest first")
    async def messages(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[MessageOut]:
        """Messages of every channel in one thread."""
        return await edge.read(lambda tx: my_conversation.own_messages(tx, vault, cursor=cursor, limit=limit))

    @post("/messages", operation_id="writeMessage", summary="Write")
    async def write(
        self, data: JSONBody[WriteIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> MessageOut:
        """Adds to the thread, once by the app's own name of the message; the assistant or a person answers."""
        return await edge.write(lambda tx: my_conversation.write(tx, vault, data), MessageOut)

    @post(
        "/messages/{message_id:uuid}/files",
        operation_id="attachMyFile",
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
        """Checks a file and keeps it encrypted."""
        await edge.read(lambda tx: files.require_message(tx, message_id, of=caller(tx).user_id))
        checked = await files.check_file(data.file.filename, await data.file.read())
        return await edge.write(
            lambda tx: files.attach(tx, vault, message_id, checked, of=caller(tx).user_id), AttachmentOut
        )

    @get("/files/{file_id:uuid}/content", operation_id="downloadMyFile", summary="A file's content")
    async def content(
        self, file_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> Response[bytes]:
        """A file of one's own thread."""
        blob = await edge.write_unkeyed(
            lambda tx: files.read_file(tx, vault, file_id, of=caller(tx).user_id, audited=False)
        )
        return download(file_id, blob)

    @post("/person", operation_id="askForPerson", summary="Talk to a person", status_code=200)
    async def person(
        self, data: JSONBody[PersonWantedIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> HandoffOut:
        """Hands the thread to people, and says when to expect an answer."""
        return await edge.write(lambda tx: my_conversation.ask_for_person(tx, vault, data), HandoffOut)

    @post("/read", operation_id="readMyMessages", summary="Have read", status_code=204, opt={"unkeyed": True})
    async def read(self, edge: NamedDependency[Edge]) -> None:
        """Marks what was written to one in the app as read."""
        await edge.write_unkeyed(my_conversation.mark_read)

    @post(
        "/rating",
        operation_id="rateConversation",
        summary="Say how one was helped",
        status_code=204,
        opt=by_chat(Assurance.LINKED, unkeyed=True),
    )
    async def rate(self, data: JSONBody[RatingIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> None:
        """From 1 to 5, once for each time that people ended the conversation."""
        await edge.write_unkeyed(lambda tx: rating.rate_own(tx, vault, data))
