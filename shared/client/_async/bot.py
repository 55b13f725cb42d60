"""What a bot does: learns whom a chat belongs to, steps somebody up, and acts in their name."""

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
from shared.client._async.resource import Resource


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
