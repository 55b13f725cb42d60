"""The signed-in person over HTTP: profile, contacts, authenticator app, consents, invitations."""

from uuid import UUID

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.identity.routes.edges import principal_in, settled
from backend.identity.usecases import consent, invitations, people, use_authenticator
from backend.kernel.auth import by_chat
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from shared.api.consents import ConsentIn, ConsentKind, ConsentOut
from shared.api.identity import (
    AuthenticatorCode,
    AuthenticatorOut,
    CodeRequest,
    CodeSent,
    ContactConfirm,
    MeChange,
    MeOut,
    RecoveryCodesOut,
)
from shared.api.members import BusinessOut, InvitationOut


class MeController(Controller):
    """What is one's own."""

    path = "/v1"
    tags = ("Me",)

    @get("/me", operation_id="getMe", summary="Who is signed in", opt=by_chat(Assurance.STEPPED_UP))
    async def me(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> MeOut:
        """One's profile, roles, and what is still to be agreed to."""
        return await edge.read(lambda tx: people.read_me(tx, vault, principal_in(tx)))

    @patch("/me", operation_id="changeMe", summary="Change one's profile")
    async def change_me(
        self, data: JSONBody[MeChange], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> MeOut:
        """Changes name and language."""
        return await edge.write_unkeyed(lambda tx: people.change_me(tx, vault, principal_in(tx), data))

    @post("/me/contacts", operation_id="requestContact", summary="Send a code to a new contact", status_code=202)
    async def request_contact(
        self, data: JSONBody[CodeRequest], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> CodeSent:
        """The first half of a change of phone or e-mail address."""
        return await edge.write(
            lambda tx: people.request_contact(tx, vault, principal_in(tx), data, edge.address), CodeSent
        )

    @post(
        "/me/contacts/confirm",
        operation_id="confirmContact",
        summary="Make a new contact one's own",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def confirm_contact(
        self, data: JSONBody[ContactConfirm], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> MeOut:
        """The second half: the code from the new contact, and a step-up code from a present one."""
        return settled(await edge.write_unkeyed(lambda tx: people.confirm_contact(tx, vault, principal_in(tx), data)))

    @post(
        "/me/authenticator",
        operation_id="beginAuthenticator",
        summary="Set up an authenticator app",
        opt={"unkeyed": True},
    )
    async def begin_authenticator(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> AuthenticatorOut:
        """A secret for the app. Needs a sign-in of the last fifteen minutes."""
        return await edge.write_unkeyed(lambda tx: use_authenticator.begin_authenticator(tx, vault, principal_in(tx)))

    @post(
        "/me/authenticator/confirm",
        operation_id="confirmAuthenticator",
        summary="Confirm the authenticator app",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def confirm_authenticator(
        self, data: JSONBody[AuthenticatorCode], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> RecoveryCodesOut:
        """A first code of the app. It is asked for at sign-in from now on; here it counts after the next refresh."""
        return settled(
            await edge.write_unkeyed(
                lambda tx: use_authenticator.confirm_authenticator(tx, vault, principal_in(tx), data.code)
            )
        )

    @post(
        "/me/authenticator/recovery-codes",
        operation_id="renewRecoveryCodes",
        summary="New recovery codes",
        status_code=200,
        opt={"unkeyed": True},
    )
    async def renew_recovery_codes(
        self, data: JSONBody[AuthenticatorCode], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> RecoveryCodesOut:
        """Replaces every recovery code."""
        return settled(
            await edge.write_unkeyed(
                lambda tx: use_authenticator.renew_recovery_codes(tx, vault, principal_in(tx), data.code)
            )
        )

    @post(
        "/me/authenticator/removal",
        operation_id="removeAuthenticator",
        summary="Remove the authenticator app",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def remove_authenticator(
        self, data: JSONBody[AuthenticatorCode], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> None:
        """Removes the app and its recovery codes, and signs all other devices out."""
        settled(
            await edge.write_unkeyed(
                lambda tx: use_authenticator.remove_authenticator(tx, vault, principal_in(tx), data.code)
            )
        )

    @get("/me/consents", operation_id="listConsents", summary="What one agreed to")
    async def consents(self, edge: NamedDependency[Edge]) -> list[ConsentOut]:
        """Every agreement, the newest first; withdrawn ones stay on record."""
        return await edge.read(lambda tx: consent.given(tx, principal_in(tx).user_id))

    @post("/me/consents", operation_id="giveConsent", summary="Agree to a text", status_code=200)
    async def give_consent(
        self, data: JSONBody[ConsentIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> list[ConsentOut]:
        """Agrees to the current version of a text."""

        async def give(tx: Tx) -> list[ConsentOut]:
            me = await people.person(tx, vault, principal_in(tx).user_id)
            return await consent.give_consent(tx, vault, me.id, data, locale=me.locale, address=edge.address)

        return await edge.write(give, list[ConsentOut])

    @delete("/me/consents/{kind:str}", operation_id="withdrawConsent", summary="End an agreement")
    async def withdraw_consent(self, edge: NamedDependency[Edge], kind: FromPath[ConsentKind]) -> None:
        """Ends an agreement that the account does not need."""
        await edge.write_unkeyed(lambda tx: consent.withdraw_consent(tx, principal_in(tx).user_id, kind))

    @get("/invitations", operation_id="listMyInvitations", summary="Invitations to oneself")
    async def invitations(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[InvitationOut]:
        """Open invitations to one's phone or e-mail address."""
        return await edge.read(lambda tx: invitations.list_my_invitations(tx, vault, principal_in(tx)))

    @post(
        "/invitations/{invitation_id:uuid}/accept",
        operation_id="acceptInvitation",
        summary="Accept an invitation",
        status_code=200,
    )
    async def accept_invitation(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], invitation_id: FromPath[UUID]
    ) -> BusinessOut:
        """Joins the business in the role invited for."""
        return await edge.write(
            lambda tx: invitations.accept_invitation(tx, vault, principal_in(tx), invitation_id), BusinessOut
        )
