"""Sign-up and sign-in, one's own profile and sessions, businesses, and the tenant with its people."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from shared.api.channels import (
    ChannelLinkOut,
    ChannelStepUpOut,
    LinkCodeIn,
    LinkCodeOut,
    ServiceAccountIn,
    ServiceAccountOut,
    ServiceSecretOut,
    ServiceSignIn,
)
from shared.api.consents import ConsentIn, ConsentKind, ConsentOut, ConsentTextIn, ConsentTextOut
from shared.api.identity import (
    AuthenticatorCode,
    AuthenticatorOut,
    CodeRequest,
    CodeSent,
    ContactConfirm,
    LinkRedeem,
    LinkRequest,
    MeChange,
    MeOut,
    RecoveryCodesOut,
    SecondFactorIn,
    SessionOut,
    SignInOut,
    SignInRequest,
    SignUpRequest,
    StepUpRequest,
    TenantChange,
    TenantOut,
)
from shared.api.members import (
    BusinessIn,
    BusinessOut,
    InvitationIn,
    InvitationOut,
    MemberOut,
    PersonOut,
    StaffIn,
    StaffRoles,
)
from shared.client._async.resource import Resource
from shared.paging import Page
from shared.roles import Role


class Identity(Resource):
    """Who somebody is, and how they prove it. A sign-in that succeeds leaves this client signed in."""

    async def tenant(self) -> TenantOut:
        """Brand and settings, before anyone signs in."""
        return await self._get("/v1/tenant", TenantOut, public=True)

    async def consent_texts(self, locale: str = "en") -> list[ConsentTextOut]:
        """The texts to agree to, in the language that comes closest."""
        return await self._get("/v1/consent-texts", list[ConsentTextOut], params={"locale": locale}, public=True)

    async def request_code(self, body: CodeRequest, *, idempotency_key: str | None = None) -> CodeSent:
        """Sends a code to a phone or e-mail address. Raises InvalidInput, TooManyRequests."""
        return await self._post("/v1/auth/codes", body, CodeSent, public=True, idempotency_key=idempotency_key)

    async def sign_in(self, body: SignInRequest, *, idempotency_key: str | None = None) -> SignInOut:
        """Answers a code. Raises NotAuthenticated for a wrong one, NotPermitted where sign-up is closed."""
        return await self._prove("/v1/auth/sessions", body, idempotency_key)

    async def request_link(self, body: LinkRequest, *, idempotency_key: str | None = None) -> CodeSent:
        """Sends a link that works once. Raises InvalidInput, TooManyRequests."""
        return await self._post("/v1/auth/magic-links", body, CodeSent, public=True, idempotency_key=idempotency_key)

    async def redeem_link(self, body: LinkRedeem, *, idempotency_key: str | None = None) -> SignInOut:
        """Signs in with a link's token. Raises NotAuthenticated, NotPermitted."""
        return await self._prove("/v1/auth/magic-links/redeem", body, idempotency_key)

    async def add_second_factor(self, body: SecondFactorIn, *, idempotency_key: str | None = None) -> SignInOut:
        """Ends a sign-in with the authenticator's code. Raises NotAuthenticated, TooManyRequests."""
        return await self._prove("/v1/auth/totp", body, idempotency_key)

    async def sign_up(self, body: SignUpRequest, *, idempotency_key: str | None = None) -> SignInOut:
        """Registers whoever proved a contact. Raises NotAuthenticated, InvalidInput for missing consents, Conflict."""
        return await self._prove("/v1/auth/sign-ups", body, idempotency_key)

    async def sign_out(self) -> None:
        """Ends this session, here and there."""
        await self._post("/v1/auth/sign-out", None, None)
        await self._forget()

    async def request_step_up(self, body: StepUpRequest, *, idempotency_key: str | None = None) -> CodeSent:
        """Sends a code that confirms one action on one subject. Raises TooManyRequests."""
        return await self._post("/v1/auth/step-up", body, CodeSent, idempotency_key=idempotency_key)

    async def sessions(self) -> list[SessionOut]:
        """One's devices that are signed in, the newest first."""
        return await self._get("/v1/sessions", list[SessionOut])

    async def end_session(self, session_id: UUID) -> None:
        """Signs one of one's devices out. Raises NotFound."""
        await self._delete(f"/v1/sessions/{session_id}")

    async def end_other_sessions(self) -> None:
        """Signs all of one's other devices out."""
        await self._delete("/v1/sessions")

    async def me(self) -> MeOut:
        """Who is signed in."""
        return await self._get("/v1/me", MeOut)

    async def change_me(self, body: MeChange) -> MeOut:
        """Changes name or language."""
        return await self._patch("/v1/me", body, MeOut)

    async def request_contact(self, body: CodeRequest, *, idempotency_key: str | None = None) -> CodeSent:
        """Sends a code to a new phone or address of one's own. Raises InvalidInput, TooManyRequests."""
        return await self._post("/v1/me/contacts", body, CodeSent, idempotency_key=idempotency_key)

    async def confirm_contact(self, body: ContactConfirm) -> MeOut:
        """Makes the new contact one's own. Raises NotPermitted for a wrong code, Conflict."""
        return await self._post("/v1/me/contacts/confirm", body, MeOut)

    async def begin_authenticator(self) -> AuthenticatorOut:
        """A secret for an authenticator app. Raises NotPermitted when the sign-in is too old, Conflict."""
        return await self._post("/v1/me/authenticator", None, AuthenticatorOut)

    async def confirm_authenticator(self, code: str) -> RecoveryCodesOut:
        """Has the app count from now on. Raises NotPermitted, TooManyRequests, Conflict."""
        return await self._post("/v1/me/authenticator/confirm", AuthenticatorCode(code=code), RecoveryCodesOut)

    async def renew_recovery_codes(self, code: str) -> RecoveryCodesOut:
        """Replaces every recovery code. Raises NotPermitted, TooManyRequests, Conflict."""
        return await self._post("/v1/me/authenticator/recovery-codes", AuthenticatorCode(code=code), RecoveryCodesOut)

    async def remove_authenticator(self, code: str) -> None:
        """Removes the app and its recovery codes. Raises NotPermitted, TooManyRequests, Conflict."""
        await self._post("/v1/me/authenticator/removal", AuthenticatorCode(code=code), None)

    async def consents(self) -> list[ConsentOut]:
        """What one agreed to, the newest first."""
        return await self._get("/v1/me/consents", list[ConsentOut])

    async def give_consent(self, body: ConsentIn, *, idempotency_key: str | None = None) -> list[ConsentOut]:
        """Agrees to the current version of a text. Raises NotFound for an older one."""
        return await self._post("/v1/me/consents", body, list[ConsentOut], idempotency_key=idempotency_key)

    async def withdraw_consent(self, kind: ConsentKind) -> None:
        """Ends an agreement. Raises Conflict for one that the account needs."""
        await self._delete(f"/v1/me/consents/{kind.value}")

    async def register_business(self, body: BusinessIn, *, idempotency_key: str | None = None) -> BusinessOut:
        """Registers a business of one's own."""
        return await self._post("/v1/businesses", body, BusinessOut, idempotency_key=idempotency_key)

    async def businesses(self) -> list[BusinessOut]:
        """The businesses that one acts for."""
        return await self._get("/v1/businesses", list[BusinessOut])

    async def business(self, business_id: UUID) -> BusinessOut:
        """One business. Raises NotFound."""
        return await self._get(f"/v1/businesses/{business_id}", BusinessOut)

    async def members(self, business_id: UUID) -> list[MemberOut]:
        """Who acts for a business. Raises NotFound."""
        return await self._get(f"/v1/businesses/{business_id}/members", list[MemberOut])

    async def remove_member(self, business_id: UUID, user_id: UUID, role: Role) -> None:
        """Takes a role in a business away. Raises NotFound, NotPermitted, Conflict for the last owner."""
        await self._delete(f"/v1/businesses/{business_id}/members/{user_id}/{role.value}")

    async def invite(
        self, business_id: UUID, body: InvitationIn, *, idempotency_key: str | None = None
    ) -> InvitationOut:
        """Invites somebody into a business. Raises NotFound, NotPermitted, Conflict, TooManyRequests."""
        path = f"/v1/businesses/{business_id}/invitations"
        return await self._post(path, body, InvitationOut, idempotency_key=idempotency_key)

    async def invitations_into(self, business_id: UUID) -> list[InvitationOut]:
        """Invitations into a business. Raises NotFound."""
        return await self._get(f"/v1/businesses/{business_id}/invitations", list[InvitationOut])

    async def my_invitations(self) -> list[InvitationOut]:
        """Invitations to oneself."""
        return await self._get("/v1/invitations", list[InvitationOut])

    async def accept_invitation(self, invitation_id: UUID, *, idempotency_key: str | None = None) -> BusinessOut:
        """Joins a business. Raises NotFound, Conflict."""
        path = f"/v1/invitations/{invitation_id}/accept"
        return await self._post(path, None, BusinessOut, idempotency_key=idempotency_key)

    async def withdraw_invitation(self, invitation_id: UUID) -> None:
        """Takes an invitation back. Raises NotFound, NotPermitted."""
        await self._delete(f"/v1/invitations/{invitation_id}")

    async def change_tenant(self, body: TenantChange) -> TenantOut:
        """Changes name, brand or settings; for administrators. Raises NotPermitted."""
        return await self._patch("/v1/tenant", body, TenantOut)

    async def publish_consent_texts(
        self, texts: Sequence[ConsentTextIn], *, idempotency_key: str | None = None
    ) -> list[ConsentTextOut]:
        """Publishes new versions of texts; for administrators. Raises NotPermitted."""
        return await self._post("/v1/consent-texts", list(texts), list[ConsentTextOut], idempotency_key=idempotency_key)

    async def add_staff(self, body: StaffIn, *, idempotency_key: str | None = None) -> PersonOut:
        """Adds one of the tenant's own people; for administrators. Raises NotPermitted, InvalidInput."""
        return await self._post("/v1/staff", body, PersonOut, idempotency_key=idempotency_key)

    async def staff(self, *, cursor: str | None = None, limit: int = 50) -> Page[PersonOut]:
        """One page of the tenant's own people; for administrators. Raises NotPermitted."""
        return await self._page("/v1/staff", PersonOut, cursor=cursor, limit=limit)

    def iterate_staff(self) -> AsyncIterator[PersonOut]:
        """All of the tenant's own people, page by page."""
        return self._pages("/v1/staff", PersonOut)

    async def set_staff_roles(self, user_id: UUID, roles: Sequence[Role]) -> PersonOut:
        """Sets someone's roles; their sessions end. For administrators. Raises NotFound, NotPermitted."""
        return await self._put(f"/v1/staff/{user_id}/roles", StaffRoles(roles=list(roles)), PersonOut)

    async def find_person(self, *, phone: str | None = None, email: str | None = None) -> PersonOut:
        """The person who holds a contact; for the tenant's own people. Raises NotFound, NotPermitted."""
        return await self._get("/v1/people", PersonOut, params={"phone": phone, "email": email})

    async def person(self, user_id: UUID) -> PersonOut:
        """A person; for the tenant's own people. Raises NotFound, NotPermitted."""
        return await self._get(f"/v1/people/{user_id}", PersonOut)

    async def sign_in_service(self, body: ServiceSignIn, *, idempotency_key: str | None = None) -> SignInOut:
        """Signs a program in by its secret. Raises NotAuthenticated."""
        return await self._prove("/v1/auth/service-sessions", body, idempotency_key)

    async def create_service_account(self, body: ServiceAccountIn) -> ServiceSecretOut:
        """Makes an account for a bot; for the tenant's administrator."""
        return await self._post("/v1/service-accounts", body, ServiceSecretOut)

    async def service_accounts(self) -> list[ServiceAccountOut]:
        """The tenant's programs; for its administrator."""
        return await self._get("/v1/service-accounts", list[ServiceAccountOut])

    async def renew_service_secret(self, account_id: UUID) -> ServiceSecretOut:
        """A new secret for a program; for the tenant's administrator. Raises NotFound."""
        return await self._post(f"/v1/service-accounts/{account_id}/secret", None, ServiceSecretOut)

    async def end_service_account(self, account_id: UUID) -> None:
        """Ends a program's account at once; for the tenant's administrator. Raises NotFound."""
        await self._delete(f"/v1/service-accounts/{account_id}")

    async def issue_link_code(self, body: LinkCodeIn, *, idempotency_key: str | None = None) -> LinkCodeOut:
        """A code that links the chat in which it is written. Raises TooManyRequests."""
        return await self._post("/v1/me/channel-links/codes", body, LinkCodeOut, idempotency_key=idempotency_key)

    async def channel_links(self) -> list[ChannelLinkOut]:
        """The chats that are linked to one's account."""
        return await self._get("/v1/me/channel-links", list[ChannelLinkOut])

    async def end_channel_link(self, link_id: UUID) -> None:
        """Unlinks a chat. Raises NotFound."""
        await self._delete(f"/v1/me/channel-links/{link_id}")

    async def channel_step_up(self, step_up_id: UUID) -> ChannelStepUpOut:
        """What a chat asks to confirm. Raises NotFound."""
        return await self._get(f"/v1/me/channel-step-ups/{step_up_id}", ChannelStepUpOut)

    async def confirm_channel_step_up(self, step_up_id: UUID) -> ChannelLinkOut:
        """Says that it is oneself who chats. Raises NotFound."""
        return await self._post(f"/v1/me/channel-step-ups/{step_up_id}/confirm", None, ChannelLinkOut)

    async def refuse_channel_step_up(self, step_up_id: UUID) -> None:
        """Says that it is not oneself. Raises NotFound."""
        await self._post(f"/v1/me/channel-step-ups/{step_up_id}/refuse", None, None)

    async def _prove(self, path: str, body: object, idempotency_key: str | None) -> SignInOut:
        answer = await self._post(path, body, SignInOut, public=True, idempotency_key=idempotency_key)
        if answer.tokens is not None:
            await self._adopt(answer.tokens)
        return answer
