"""The chats that are linked to one's account, and the confirmations that they ask for, over HTTP."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.routes.edges import principal_in
from backend.identity.usecases import channel_links, channel_step_up
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from shared.api.channels import ChannelLinkOut, ChannelStepUpOut, LinkCodeIn, LinkCodeOut


class MyChannelsController(Controller):
    """One's own chats."""

    path = "/v1/me"
    tags = ("Me",)

    @post("/channel-links/codes", operation_id="issueLinkCode", summary="A code that links a chat")
    async def code(
        self, data: JSONBody[LinkCodeIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> LinkCodeOut:
        """Write it to the bot within ten minutes: the chat in which it is written is then linked to the account."""
        return await edge.write(
            lambda tx: channel_links.issue_link_code(tx, vault, principal_in(tx), data), LinkCodeOut
        )

    @get("/channel-links", operation_id="listChannelLinks", summary="Linked chats")
    async def links(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[ChannelLinkOut]:
        """The chats that are linked to one's account."""
        return await edge.read(lambda tx: channel_links.list_links(tx, vault, principal_in(tx)))

    @delete("/channel-links/{link_id:uuid}", operation_id="endMyChannelLink", summary="Unlink a chat")
    async def end(self, edge: NamedDependency[Edge], link_id: FromPath[UUID]) -> None:
        """Ends a link at once, and whatever a bot could do by it."""
        await edge.write_unkeyed(lambda tx: channel_links.end_own_link(tx, principal_in(tx), link_id))

    @get("/channel-step-ups/{step_up_id:uuid}", operation_id="getChannelStepUp", summary="What a chat asks to confirm")
    async def step_up(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_public_url: NamedDependency[str],
        step_up_id: FromPath[UUID],
    ) -> ChannelStepUpOut:
        """Which chat asks, and until when."""
        return await edge.read(
            lambda tx: channel_step_up.read_own_step_up(tx, vault, principal_in(tx), step_up_id, identity_public_url)
        )

    @post(
        "/channel-step-ups/{step_up_id:uuid}/confirm",
        operation_id="confirmChannelStepUp",
        summary="Say that it is oneself",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def confirm(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], step_up_id: FromPath[UUID]
    ) -> ChannelLinkOut:
        """For ten quiet minutes, thirty at most, the chat may show balances and the like."""
        return await edge.write_unkeyed(
            lambda tx: channel_step_up.confirm_step_up(tx, vault, principal_in(tx), step_up_id)
        )

    @post(
        "/channel-step-ups/{step_up_id:uuid}/refuse",
        operation_id="refuseChannelStepUp",
        summary="Say that it is not oneself",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def refuse(self, edge: NamedDependency[Edge], step_up_id: FromPath[UUID]) -> None:
        """Confirms nothing, and takes back what was confirmed before."""
        await edge.write_unkeyed(lambda tx: channel_step_up.refuse_step_up(tx, principal_in(tx), step_up_id))
