"""Service accounts over HTTP: made by the tenant's administrator, signed in to by their secret."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.keys import SessionKeys
from backend.identity.routes.edges import caller_of
from backend.identity.usecases import service_accounts
from backend.kernel.auth import requires
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from shared.api.channels import ServiceAccountIn, ServiceAccountOut, ServiceSecretOut, ServiceSignIn
from shared.api.identity import SignInOut

ADMIN = [requires(Role.TENANT_ADMIN)]


class ServiceAccountController(Controller):
    """Programs of the tenant's own."""

    path = "/v1"
    tags = ("Service accounts",)

    @post(
        "/service-accounts",
        operation_id="createServiceAccount",
        summary="Make an account for a bot",
        guards=ADMIN,
        opt={"unkeyed": True},
    )
    async def create(
        self,
        data: JSONBody[ServiceAccountIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: NamedDependency[SessionKeys],
    ) -> ServiceSecretOut:
        """The account with its secret, which is shown this once and stored nowhere."""
        return await edge.write_unkeyed(
            lambda tx: service_accounts.create_service_account(tx, vault, identity_keys, data)
        )

    @get("/service-accounts", operation_id="listServiceAccounts", summary="The tenant's programs", guards=ADMIN)
    async def accounts(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[ServiceAccountOut]:
        """Every account, the ended ones as well."""
        return await edge.read(lambda tx: service_accounts.list_service_accounts(tx, vault))

    @post(
        "/service-accounts/{account_id:uuid}/secret",
        operation_id="renewServiceSecret",
        summary="A new secret",
        guards=ADMIN,
        opt={"unkeyed": True},
    )
    async def renew(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: NamedDependency[SessionKeys],
        account_id: FromPath[UUID],
    ) -> ServiceSecretOut:
        """Replaces the secret; sessions that were begun by the old one go on."""
        return await edge.write_unkeyed(
            lambda tx: service_accounts.renew_service_secret(tx, vault, identity_keys, account_id)
        )

    @delete("/service-accounts/{account_id:uuid}", operation_id="endServiceAccount", summary="End it", guards=ADMIN)
    async def end(self, edge: NamedDependency[Edge], account_id: FromPath[UUID]) -> None:
        """Ends the account and its sessions at once, with whatever it does for people."""
        await edge.write_unkeyed(lambda tx: service_accounts.end_service_account(tx, account_id))

    @post(
        "/auth/service-sessions",
        operation_id="signInService",
        summary="Sign in as a program",
        status_code=200,
        opt={"public": True},
    )
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ServiceSignIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        identity_keys: NamedDependency[SessionKeys],
    ) -> SignInOut:
        """A session for the secret, renewed by its refresh token as everybody's is."""
        caller = caller_of(request, edge)
        return await edge.write_unkeyed(
            lambda tx: service_accounts.sign_in_service(tx, vault, identity_keys, data, caller)
        )
