"""Businesses and their members over HTTP."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.routes.edges import principal_in
from backend.identity.usecases import businesses, invitations
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from shared.api.members import BusinessIn, BusinessOut, InvitationIn, InvitationOut, MemberOut
from shared.roles import Role


class BusinessController(Controller):
    """Businesses and who acts for them."""

    path = "/v1"
    tags = ("Businesses",)

    @post("/businesses", operation_id="registerBusiness", summary="Register a business")
    async def register(
        self, data: JSONBody[BusinessIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> BusinessOut:
        """Registers a business, the caller being its first owner."""
        return await edge.write(lambda tx: businesses.register_business(tx, vault, principal_in(tx), data), BusinessOut)

    @get("/businesses", operation_id="listBusinesses", summary="One's businesses")
    async def businesses(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[BusinessOut]:
        """The businesses that the caller acts for."""
        return await edge.read(lambda tx: businesses.list_businesses(tx, vault, principal_in(tx)))

    @get("/businesses/{business_id:uuid}", operation_id="getBusiness", summary="One business")
    async def business(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], business_id: FromPath[UUID]
    ) -> BusinessOut:
        """A business, for its members and the tenant's own people."""
        return await edge.read(lambda tx: businesses.read_business(tx, vault, principal_in(tx), business_id))

    @get("/businesses/{business_id:uuid}/members", operation_id="listMembers", summary="Who acts for a business")
    async def members(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], business_id: FromPath[UUID]
    ) -> list[MemberOut]:
        """The members and their roles."""
        return await edge.read(lambda tx: businesses.list_members(tx, vault, principal_in(tx), business_id))

    @delete(
        "/businesses/{business_id:uuid}/members/{user_id:uuid}/{role:str}",
        operation_id="removeMember",
        summary="Take a role away",
    )
    async def remove_member(
        self, edge: NamedDependency[Edge], business_id: FromPath[UUID], user_id: FromPath[UUID], role: FromPath[Role]
    ) -> None:
        """Takes a role in the business from somebody, or gives up one's own."""
        await edge.write_unkeyed(lambda tx: businesses.remove_member(tx, principal_in(tx), business_id, user_id, role))

    @post("/businesses/{business_id:uuid}/invitations", operation_id="invite", summary="Invite somebody")
    async def invite(
        self,
        data: JSONBody[InvitationIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        business_id: FromPath[UUID],
    ) -> InvitationOut:
        """Invites somebody by phone or e-mail address; they sign in with it and accept."""
        return await edge.write(
            lambda tx: invitations.invite(tx, vault, principal_in(tx), business_id, data), InvitationOut
        )

    @get(
        "/businesses/{business_id:uuid}/invitations",
        operation_id="listInvitations",
        summary="Invitations into a business",
    )
    async def invitations(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], business_id: FromPath[UUID]
    ) -> list[InvitationOut]:
        """The newest invitations and where they stand."""
        return await edge.read(lambda tx: invitations.list_invitations_into(tx, vault, business_id))

    @delete("/invitations/{invitation_id:uuid}", operation_id="withdrawInvitation", summary="Take an invitation back")
    async def withdraw_invitation(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], invitation_id: FromPath[UUID]
    ) -> None:
        """Takes an open invitation back."""
        await edge.write_unkeyed(lambda tx: invitations.withdraw_invitation(tx, vault, invitation_id))
