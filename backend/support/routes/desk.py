"""The desk of agents over HTTP: the inbox, and what is done with a conversation."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody, QueryParameter

from backend.kernel.auth import by_chat, requires
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Assurance, Role
from backend.kernel.vault import Vault
from backend.support.routes.upload import FileForm, download, keep_body
from backend.support.usecases import files, hand_off, read_desk, read_thread, work_conversation
from backend.support.usecases.reply import note, reply
from shared.api.conversations import AttachmentOut, ConversationOut, MessageOut
from shared.api.desk import (
    AssignIn,
    ClaimIn,
    InboxItem,
    InboxView,
    NoteIn,
    ReplyIn,
    ResolveIn,
    RevealedOut,
    RevealIn,
    SnoozeIn,
    TagIn,
    ThreadOut,
)
from shared.paging import DEFAULT_PAGE, Page

View = Annotated[InboxView, QueryParameter(name="view", description="Which conversations")]
BY_AGENT = by_chat(Assurance.AGENT)
Edge_ = NamedDependency[Edge]
Vault_ = NamedDependency[Vault]
Id = FromPath[UUID]


class DeskController(Controller):
    """Conversations in the hands of people."""

    path = "/v1/desk"
    tags = ("Desk",)
    guards = (requires(Role.SUPPORT_AGENT, Role.OPERATIONS),)

    @get("/inbox", operation_id="readInbox", summary="Conversations, the most pressing first", opt=BY_AGENT)
    async def inbox(
        self,
        edge: Edge_,
        vault: Vault_,
        view: View = InboxView.MINE,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[InboxItem]:
        """Mine, nobody's, those who wait longest, those at risk, the bot's handoffs, or all. Looking is being there."""
        return await edge.write_unkeyed(
            lambda tx: read_desk.read_inbox(tx, vault, view=view, cursor=cursor, limit=limit)
        )

    @get("/conversations/{conversation_id:uuid}", operation_id="getThread", summary="One conversation", opt=BY_AGENT)
    async def thread(self, edge: Edge_, vault: Vault_, conversation_id: Id) -> ThreadOut:
        """With its borrower, whose contacts are masked, and with who else has it open just now."""
        return await edge.write_unkeyed(lambda tx: read_desk.read_thread(tx, vault, conversation_id))

    @get(
        "/conversations/{conversation_id:uuid}/messages",
        operation_id="listThreadMessages",
        summary="Messages and notes, the newest first",
        opt=BY_AGENT,
    )
    async def messages(
        self,
        *,
        edge: Edge_,
        vault: Vault_,
        conversation_id: Id,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[MessageOut]:
        """What was said on every channel."""
        return await edge.read(
            lambda tx: read_thread.list_messages(tx, vault, conversation_id, cursor=cursor, limit=limit)
        )

    @post(
        "/conversations/{conversation_id:uuid}/claim",
        operation_id="claimConversation",
        summary="Take a conversation",
        status_code=200,
        opt=BY_AGENT,
    )
    async def claim(self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[ClaimIn]) -> ConversationOut:
        """From the bot or from nobody; from another agent only when that is said."""
        return await edge.write(lambda tx: work_conversation.claim(tx, vault, conversation_id, data), ConversationOut)

    @post(
        "/conversations/{conversation_id:uuid}/replies",
        operation_id="replyToBorrower",
        summary="Answer",
        opt=BY_AGENT,
    )
    async def reply(self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[ReplyIn]) -> MessageOut:
        """Goes to where the borrower wrote last. Refused where somebody wrote meanwhile, or the window is closed."""
        return await edge.write(lambda tx: reply(tx, vault, conversation_id, data), MessageOut)

    @post("/conversations/{conversation_id:uuid}/notes", operation_id="addNote", summary="Add a note", opt=BY_AGENT)
    async def note(self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[NoteIn]) -> MessageOut:
        """Among agents; the borrower never sees it."""
        return await edge.write(lambda tx: note(tx, vault, conversation_id, data.text), MessageOut)

    @post(
        "/conversations/{conversation_id:uuid}/assign",
        operation_id="assignConversation",
        summary="Give a conversation to somebody",
        status_code=200,
        opt=BY_AGENT,
    )
    async def assign(
        self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[AssignIn]
    ) -> ConversationOut:
        """To an agent, or to nobody."""
        return await edge.write(
            lambda tx: work_conversation.assign(tx, vault, conversation_id, data.agent_id), ConversationOut
        )

    @post(
        "/conversations/{conversation_id:uuid}/snooze",
        operation_id="snoozeConversation",
        summary="Put a conversation aside",
        status_code=200,
        opt=BY_AGENT,
    )
    async def snooze(
        self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[SnoozeIn]
    ) -> ConversationOut:
        """Until a time, or the borrower's next word."""
        return await edge.write(lambda tx: work_conversation.snooze(tx, vault, conversation_id, data), ConversationOut)

    @post(
        "/conversations/{conversation_id:uuid}/resolve",
        operation_id="resolveConversation",
        summary="End a conversation",
        status_code=200,
        opt=BY_AGENT,
    )
    async def resolve(
        self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[ResolveIn]
    ) -> ConversationOut:
        """The borrower's next word goes to the bot again."""
        return await edge.write(
            lambda tx: work_conversation.resolve(tx, vault, conversation_id, data.reason), ConversationOut
        )

    @post(
        "/conversations/{conversation_id:uuid}/return",
        operation_id="giveConversationToBot",
        summary="Give a conversation to the bot",
        status_code=200,
        opt=BY_AGENT,
    )
    async def give_back(self, edge: Edge_, vault: Vault_, conversation_id: Id) -> ConversationOut:
        """The bot answers from now on."""
        return await edge.write(lambda tx: hand_off.return_to_bot(tx, vault, conversation_id), ConversationOut)

    @patch("/conversations/{conversation_id:uuid}", operation_id="tagConversation", summary="Mark it", opt=BY_AGENT)
    async def tag(self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[TagIn]) -> ConversationOut:
        """Priority, subject, labels."""
        return await edge.write_unkeyed(lambda tx: work_conversation.tag(tx, vault, conversation_id, data))

    @post(
        "/conversations/{conversation_id:uuid}/reveal",
        operation_id="revealBorrower",
        summary="See the borrower's contacts in full",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def reveal(self, edge: Edge_, vault: Vault_, conversation_id: Id, data: JSONBody[RevealIn]) -> RevealedOut:
        """For a reason that goes into the audit log."""
        return await edge.write_unkeyed(lambda tx: read_desk.reveal(tx, vault, conversation_id, data.reason))

    @post(
        "/messages/{message_id:uuid}/files",
        operation_id="attachDeskFile",
        summary="Put a file on an answer",
        description="A JPEG, PNG, WebP or PDF of up to 10 MB; five on a message at most.",
        before_request=keep_body,
    )
    async def attach(self, message_id: Id, data: MultipartBody[FileForm], edge: Edge_, vault: Vault_) -> AttachmentOut:
        """Checks a file and keeps it encrypted."""
        await edge.read(lambda tx: files.require_message(tx, message_id, of=None))
        checked = await files.check_file(data.file.filename, await data.file.read())
        return await edge.write(lambda tx: files.attach(tx, vault, message_id, checked, of=None), AttachmentOut)

    @get("/files/{file_id:uuid}/content", operation_id="downloadDeskFile", summary="A file's content")
    async def content(self, file_id: Id, edge: Edge_, vault: Vault_) -> Response[bytes]:
        """A file of a conversation. Looking is noted in the audit log."""
        blob = await edge.write_unkeyed(lambda tx: files.read_file(tx, vault, file_id, of=None, audited=True))
        return download(file_id, blob)
