"""What a bot does: learns whom a chat belongs to, steps somebody up, and acts in their name."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.channels import (
    ChannelLinkOut,
    ChannelStepUpIn,
    ChannelStepUpOut,
    ChatIdentityIn,
    DelegationOut,
    LinkEndIn,
    LinkIn,
    LinkLocaleIn,
    StepUpAnswerIn,
)
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
from shared.client._async.resource import Resource
from shared.client.files import Download, Upload


class Bot(Resource):
    """Chats, for a service account of the tenant's."""

    async def link(self, body: LinkIn, *, idempotency_key: str | None = None) -> ChannelLinkOut:
        """Links the chat in which a code was written. Raises NotFound for a code that is none."""
        return await self._post("/v1/bot/links", body, ChannelLinkOut, idempotency_key=idempotency_key)

    async def look_up(self, body: ChatIdentityIn) -> ChannelLinkOut:
        """Whom a chat belongs to. Raises NotFound."""
        return await self._post("/v1/bot/links/lookup", body, ChannelLinkOut)

    async def linked(self, link_id: UUID) -> ChannelLinkOut:
        """One link, with how sure we are of who holds it. Raises NotFound."""
        return await self._get(f"/v1/bot/links/{link_id}", ChannelLinkOut)

    async def set_locale(self, link_id: UUID, body: LinkLocaleIn) -> ChannelLinkOut:
        """Sets the language that somebody chose in the chat. Raises NotFound."""
        return await self._put(f"/v1/bot/links/{link_id}/locale", body, ChannelLinkOut)

    async def end_link(self, link_id: UUID, body: LinkEndIn) -> None:
        """Ends a link. Raises NotFound."""
        await self._post(f"/v1/bot/links/{link_id}/end", body, None)

    async def lock_link(self, link_id: UUID) -> None:
        """Takes a confirmation back. Raises NotFound."""
        await self._post(f"/v1/bot/links/{link_id}/lock", None, None)

    async def step_up(
        self, link_id: UUID, body: ChannelStepUpIn, *, idempotency_key: str | None = None
    ) -> ChannelStepUpOut:
        """Asks somebody to confirm that it is them. Raises NotFound, TooManyRequests."""
        path = f"/v1/bot/links/{link_id}/step-ups"
        return await self._post(path, body, ChannelStepUpOut, idempotency_key=idempotency_key)

    async def answer_step_up(self, step_up_id: UUID, body: StepUpAnswerIn) -> ChannelLinkOut:
        """Confirms by the code that was typed into the chat. Raises NotFound, NotPermitted for a wrong one."""
        return await self._post(f"/v1/bot/step-ups/{step_up_id}/answer", body, ChannelLinkOut)

    async def delegate(self, link_id: UUID) -> DelegationOut:
        """A token in the name of whoever spoke just now; `adopt` it in a client made by `as_user`. Raises NotFound."""
        return await self._post(f"/v1/bot/links/{link_id}/delegations", None, DelegationOut)

    async def take_message(self, body: BotMessageIn) -> BotMessageOut:
        """Puts a message into its thread, once by its name on the channel; says whose turn it is."""
        return await self._post("/v1/bot/messages", body, BotMessageOut)

    async def attach(self, message_id: UUID, upload: Upload, *, idempotency_key: str | None = None) -> AttachmentOut:
        """Puts a file that came by chat on its message. Raises NotFound, Unprocessable for one that is refused."""
        path = f"/v1/bot/messages/{message_id}/files"
        return await self._upload(path, upload, AttachmentOut, idempotency_key=idempotency_key)

    async def download(self, file_id: UUID) -> Download:
        """A file that an agent sent. Raises NotFound."""
        return await self._download(f"/v1/bot/files/{file_id}/content")

    async def set_status(self, message_id: UUID, body: MessageStatusIn) -> None:
        """Says what became of an outbound message. Raises NotFound."""
        await self._post(f"/v1/bot/messages/{message_id}/status", body, None)

    async def set_provider_status(self, body: ProviderStatusIn) -> None:
        """Passes on what a provider says of a message by its own name. Raises NotFound."""
        await self._post("/v1/bot/message-statuses", body, None)

    async def conversation(self, conversation_id: UUID) -> ConversationOut:
        """Where a thread stands. Raises NotFound."""
        return await self._get(f"/v1/bot/conversations/{conversation_id}", ConversationOut)

    def iterate_messages(self, conversation_id: UUID) -> AsyncIterator[MessageOut]:
        """What was said in a thread, the newest first."""
        return self._pages(f"/v1/bot/conversations/{conversation_id}/messages", MessageOut)

    async def hand_off(
        self, conversation_id: UUID, body: HandoffIn, *, idempotency_key: str | None = None
    ) -> HandoffOut:
        """Hands a thread to people. Raises NotFound."""
        path = f"/v1/bot/conversations/{conversation_id}/handoff"
        return await self._post(path, body, HandoffOut, idempotency_key=idempotency_key)

    async def take_back(self, conversation_id: UUID, *, idempotency_key: str | None = None) -> ConversationOut:
        """Takes a thread back from people. Raises NotFound, Conflict."""
        path = f"/v1/bot/conversations/{conversation_id}/return"
        return await self._post(path, None, ConversationOut, idempotency_key=idempotency_key)

    async def rate(self, rating_id: UUID, body: RatingAnswerIn) -> None:
        """Says how somebody was helped, as they tapped it. Raises NotFound, Conflict where it is not asked any more."""
        await self._post(f"/v1/bot/ratings/{rating_id}", body, None)

    async def feed(self, after: str | None = None, *, wait_s: int = 0) -> FeedOut:
        """What happened after a cursor, waiting up to 15 seconds for it; without one, the cursor to begin from.

        At least once and in order: keep the cursor of an item once it is dealt with.
        """
        return await self._get("/v1/bot/feed", FeedOut, params={"after": after, "wait_s": wait_s})
