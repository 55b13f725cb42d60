"""The desk of support agents."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.conversations import AttachmentOut, ConversationOut, MessageOut
from shared.api.desk import (
    AgentIn,
    AgentOut,
    AssignIn,
    ClaimIn,
    DeskReport,
    DeskSettings,
    InboxItem,
    InboxView,
    MacroIn,
    MacroOut,
    NoteIn,
    ReplyIn,
    ResolveIn,
    RevealedOut,
    RevealIn,
    SnoozeIn,
    TagIn,
    ThreadOut,
)
from shared.client._async.resource import Resource
from shared.client.files import Download, Upload


class Desk(Resource):
    """Conversations in the hands of people, for support agents."""

    def iterate_inbox(self, *, view: InboxView = InboxView.MINE) -> AsyncIterator[InboxItem]:
        """Conversations of a view, the most pressing first. Looking is being there."""
        return self._pages("/v1/desk/inbox", InboxItem, params={"view": view})

    async def thread(self, conversation_id: UUID) -> ThreadOut:
        """A conversation with its borrower, and who else reads it. Raises NotFound."""
        return await self._get(f"/v1/desk/conversations/{conversation_id}", ThreadOut)

    def iterate_messages(self, conversation_id: UUID) -> AsyncIterator[MessageOut]:
        """Messages and notes, the newest first."""
        return self._pages(f"/v1/desk/conversations/{conversation_id}/messages", MessageOut)

    async def claim(
        self, conversation_id: UUID, body: ClaimIn, *, idempotency_key: str | None = None
    ) -> ConversationOut:
        """Takes a conversation. Raises NotFound, Conflict where another agent has it."""
        return await self._act(conversation_id, "claim", body, idempotency_key)

    async def reply(self, conversation_id: UUID, body: ReplyIn, *, idempotency_key: str | None = None) -> MessageOut:
        """Answers. Raises NotFound, Conflict for a closed window or a newer message."""
        path = f"/v1/desk/conversations/{conversation_id}/replies"
        return await self._post(path, body, MessageOut, idempotency_key=idempotency_key)

    async def note(self, conversation_id: UUID, body: NoteIn, *, idempotency_key: str | None = None) -> MessageOut:
        """Adds a note among agents. Raises NotFound."""
        path = f"/v1/desk/conversations/{conversation_id}/notes"
        return await self._post(path, body, MessageOut, idempotency_key=idempotency_key)

    async def assign(
        self, conversation_id: UUID, body: AssignIn, *, idempotency_key: str | None = None
    ) -> ConversationOut:
        """Gives a conversation to an agent or to nobody. Raises NotFound, Conflict."""
        return await self._act(conversation_id, "assign", body, idempotency_key)

    async def snooze(
        self, conversation_id: UUID, body: SnoozeIn, *, idempotency_key: str | None = None
    ) -> ConversationOut:
        """Puts a conversation aside. Raises NotFound, Conflict, InvalidInput."""
        return await self._act(conversation_id, "snooze", body, idempotency_key)

    async def resolve(
        self, conversation_id: UUID, body: ResolveIn, *, idempotency_key: str | None = None
    ) -> ConversationOut:
        """Ends a conversation. Raises NotFound, Conflict."""
        return await self._act(conversation_id, "resolve", body, idempotency_key)

    async def give_to_bot(self, conversation_id: UUID, *, idempotency_key: str | None = None) -> ConversationOut:
        """Gives a conversation to the bot. Raises NotFound, Conflict."""
        return await self._act(conversation_id, "return", None, idempotency_key)

    async def tag(self, conversation_id: UUID, body: TagIn) -> ConversationOut:
        """Sets priority, subject or labels. Raises NotFound."""
        return await self._patch(f"/v1/desk/conversations/{conversation_id}", body, ConversationOut)

    async def reveal(self, conversation_id: UUID, body: RevealIn) -> RevealedOut:
        """The borrower's contacts in full, for a reason that is kept. Raises NotFound."""
        return await self._post(f"/v1/desk/conversations/{conversation_id}/reveal", body, RevealedOut)

    async def attach(self, message_id: UUID, upload: Upload, *, idempotency_key: str | None = None) -> AttachmentOut:
        """Puts a file on an answer. Raises NotFound, InvalidInput for a file that is refused."""
        path = f"/v1/desk/messages/{message_id}/files"
        return await self._upload(path, upload, AttachmentOut, idempotency_key=idempotency_key)

    async def download(self, file_id: UUID) -> Download:
        """A file of a conversation. Raises NotFound."""
        return await self._download(f"/v1/desk/files/{file_id}/content")

    async def be_there(self, body: AgentIn) -> AgentOut:
        """Says how one works at present; to be repeated every few minutes while online."""
        return await self._put("/v1/desk/me", body, AgentOut)

    async def agents(self) -> list[AgentOut]:
        """Agents and their load."""
        return await self._get("/v1/desk/agents", list[AgentOut])

    async def report(self) -> DeskReport:
        """How the desk does."""
        return await self._get("/v1/desk/report", DeskReport)

    async def settings(self) -> DeskSettings:
        """How the desk works."""
        return await self._get("/v1/desk/settings", DeskSettings)

    async def set_settings(self, body: DeskSettings) -> DeskSettings:
        """Changes how the desk works; for the tenant's administrator. Raises InvalidInput."""
        return await self._put("/v1/desk/settings", body, DeskSettings)

    async def macros(self, language: str | None = None) -> list[MacroOut]:
        """Saved replies."""
        return await self._get("/v1/desk/macros", list[MacroOut], params={"language": language})

    async def save_macro(self, body: MacroIn, *, idempotency_key: str | None = None) -> MacroOut:
        """Saves a reply under its name and language."""
        return await self._post("/v1/desk/macros", body, MacroOut, idempotency_key=idempotency_key)

    async def remove_macro(self, macro_id: UUID) -> None:
        """Deletes a saved reply. Raises NotFound."""
        await self._delete(f"/v1/desk/macros/{macro_id}")

    async def _act(
        self, conversation_id: UUID, verb: str, body: object, idempotency_key: str | None
    ) -> ConversationOut:
        path = f"/v1/desk/conversations/{conversation_id}/{verb}"
        return await self._post(path, body, ConversationOut, idempotency_key=idempotency_key)
