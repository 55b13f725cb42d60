"""What a bot asks of identity: whom a chat belongs to, to step somebody up, and to act in their name."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.keys import SessionKeys
from backend.identity.routes.edges import principal_in
from backend.identity.usecases import channel_links, channel_step_up
from backend.identity.usecases.delegate import delegate
from backend.kernel.auth import requires
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
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

_Request = Request[Any, Any, Any]


class BotIdentityController(Controller):
    """Chat identities, for the tenant's own bots."""

    path = "/v1/bot"
    tags = ("Bot",)
    guards = (requires(Role.BOT),)

    @post("/links", operation_id="linkChannel", summary="Link a chat by a code from the app")
    async def link(
        self, data: JSONBody[LinkIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> ChannelLinkOut:
        """Links the chat in which a code was written to whoever asked for the code."""
        return await edge.write(lambda tx: channel_links.link_channel(tx, vault, data), ChannelLinkOut)

    @post(
        "/links/lookup",
        operation_id="lookUpChannel",
        summary="Whom a chat belongs to",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def look_up(
        self, data: JSONBody[ChatIdentityIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> ChannelLinkOut:
        """The link of a chat identity, by either of its names; a POST, so that no name stands in an address."""
        return await edge.read(lambda tx: channel_links.look_up(tx, vault, data))

    @get("/links/{link_id:uuid}", operation_id="getChannelLink", summary="One linked chat")
    async def read(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], link_id: FromPath[UUID]
    ) -> ChannelLinkOut:
        """The link with how sure we are of who holds it."""
        return await edge.read(lambda tx: channel_links.read_link(tx, vault, link_id))

    @put("/links/{link_id:uuid}/locale", operation_id="setChannelLocale", summary="Set somebody's language")
    async def set_locale(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        link_id: FromPath[UUID],
        data: JSONBody[LinkLocaleIn],
    ) -> ChannelLinkOut:
        """Sets the language that they chose in the chat, everywhere."""
        return await edge.write_unkeyed(lambda tx: channel_links.set_locale(tx, vault, link_id, data.locale))

    @post(
        "/links/{link_id:uuid}/end",
        operation_id="endChannelLink",
        summary="End a link",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def end(self, edge: NamedDependency[Edge], link_id: FromPath[UUID], data: JSONBody[LinkEndIn]) -> None:
        """Ends a link whose owner asked for it, or whose number may have changed hands."""
        await edge.write_unkeyed(lambda tx: channel_links.end_for_bot(tx, link_id, data.reason.value))

    @post(
        "/links/{link_id:uuid}/lock",
        operation_id="lockChannelLink",
        summary="Take a confirmation back",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def lock(self, edge: NamedDependency[Edge], link_id: FromPath[UUID]) -> None:
        """Balances and the like need a new confirmation from now on."""
        await edge.write_unkeyed(lambda tx: channel_step_up.lock_channel(tx, link_id))

    @post("/links/{link_id:uuid}/step-ups", operation_id="beginChannelStepUp", summary="Ask for a confirmation")
    async def step_up(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_public_url: NamedDependency[str],
        link_id: FromPath[UUID],
        data: JSONBody[ChannelStepUpIn],
    ) -> ChannelStepUpOut:
        """An address that opens the app for one tap, or a code that is sent elsewhere and typed into the chat."""
        return await edge.write(
            lambda tx: channel_step_up.begin_step_up(tx, vault, link_id, data, identity_public_url), ChannelStepUpOut
        )

    @post(
        "/step-ups/{step_up_id:uuid}/answer",
        operation_id="answerChannelStepUp",
        summary="Confirm by a code",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def answer(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        step_up_id: FromPath[UUID],
        data: JSONBody[StepUpAnswerIn],
    ) -> ChannelLinkOut:
        """The code as it was typed; five wrong ones end it."""
        return await edge.write_unkeyed(lambda tx: channel_step_up.answer_step_up(tx, vault, step_up_id, data.code))

    @post(
        "/links/{link_id:uuid}/delegations",
        operation_id="delegateToBot",
        summary="Act in somebody's name",
        opt={"unkeyed": True},
    )
    async def delegate(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: NamedDependency[SessionKeys],
        link_id: FromPath[UUID],
    ) -> DelegationOut:
        """A token for two minutes at most, in the name of whoever spoke in the chat just now."""
        return await edge.write_unkeyed(lambda tx: delegate(tx, vault, identity_keys, principal_in(tx), link_id))
