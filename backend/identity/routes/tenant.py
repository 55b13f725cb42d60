"""The tenant and its own people over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec.structs import asdict

from backend.identity.routes.edges import principal_in
from backend.identity.usecases import consent, people, profile, staff
from backend.kernel import audit
from backend.kernel.auth import requires
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import STAFF, Role
from backend.kernel.vault import Vault
from shared.api.consents import ConsentTextIn, ConsentTextOut
from shared.api.identity import TenantChange, TenantOut
from shared.api.members import PersonOut, StaffIn, StaffRoles
from shared.paging import DEFAULT_PAGE, MAX_PAGE, Page

PUBLIC = {"public": True}
ADMIN = [requires(Role.TENANT_ADMIN)]
Language = Annotated[str, QueryParameter(name="locale", max_length=6, description="BCP 47 language tag")]
Phone = Annotated[str | None, QueryParameter(name="phone", max_length=40, description="Who signs in by it")]
Email = Annotated[str | None, QueryParameter(name="email", max_length=254, description="Who signs in by it")]
Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=64, description="`next_cursor` of the last page")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]


class TenantController(Controller):
    """The tenant, its texts and its own people."""

    path = "/v1"
    tags = ("Tenant",)

    @get("/tenant", operation_id="getTenant", summary="Brand and settings", opt=PUBLIC)
    async def tenant(self, edge: NamedDependency[Edge]) -> TenantOut:
        """What an app needs before anyone signs in."""
        return await edge.read(profile.read_tenant)

    @patch("/tenant", operation_id="changeTenant", summary="Change brand and settings", guards=ADMIN)
    async def change_tenant(self, data: JSONBody[TenantChange], edge: NamedDependency[Edge]) -> TenantOut:
        """Changes the tenant's name, brand or settings."""
        return await edge.write_unkeyed(lambda tx: profile.change_tenant(tx, data))

    @get("/consent-texts", operation_id="listConsentTexts", summary="Texts to agree to", opt=PUBLIC)
    async def texts(self, edge: NamedDependency[Edge], locale: Language = "en") -> list[ConsentTextOut]:
        """The current version of each text, in the language that comes closest."""
        return await edge.read(lambda tx: consent.current_texts(tx, locale))

    @post("/consent-texts", operation_id="publishConsentTexts", summary="Publish new texts", guards=ADMIN)
    async def publish_texts(
        self, data: JSONBody[list[ConsentTextIn]], edge: NamedDependency[Edge]
    ) -> list[ConsentTextOut]:
        """Publishes new versions; a version that was published never changes."""
        texts = [ConsentTextOut(**asdict(text)) for text in data]
        return await edge.write(lambda tx: consent.publish_texts(tx, texts), list[ConsentTextOut])

    @get("/staff", operation_id="listStaff", summary="The tenant's own people", guards=ADMIN)
    async def staff(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[PersonOut]:
        """Who works for the tenant, in the order they came."""
        return await edge.read(lambda tx: staff.list_staff(tx, vault, cursor=cursor, limit=limit))

    @post("/staff", operation_id="addStaff", summary="Add one of the tenant's own people", guards=ADMIN)
    async def add_staff(
        self, data: JSONBody[StaffIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> PersonOut:
        """Gives staff roles to whoever holds a phone or address; they sign in by a code to it."""
        return await edge.write(lambda tx: staff.hire(tx, vault, principal_in(tx), data), PersonOut)

    @put("/staff/{user_id:uuid}/roles", operation_id="setStaffRoles", summary="Set someone's roles", guards=ADMIN)
    async def set_roles(
        self,
        data: JSONBody[StaffRoles],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        user_id: FromPath[UUID],
    ) -> PersonOut:
        """Sets the roles; the person's sessions end, so that the old ones are gone at once."""
        return await edge.write_unkeyed(
            lambda tx: staff.set_staff_roles(tx, vault, principal_in(tx), user_id, data.roles)
        )

    @get("/people", operation_id="findPerson", summary="Find a person by contact", guards=[requires(*STAFF)])
    async def find_person(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], phone: Phone = None, email: Email = None
    ) -> PersonOut:
        """The person who holds a phone or address. Looking is noted in the audit log."""

        async def look(tx: Tx) -> PersonOut:
            found = await people.find_person(tx, vault, phone, email)
            await audit.record(tx, "person.looked_up", f"person:{found.id}")
            return found

        return await edge.write_unkeyed(look)

    @get("/people/{user_id:uuid}", operation_id="getPerson", summary="One person", guards=[requires(*STAFF)])
    async def person(
        self, edge: NamedDependency[Edge], vault: NamedDependency[Vault], user_id: FromPath[UUID]
    ) -> PersonOut:
        """A person. Looking is noted in the audit log."""

        async def look(tx: Tx) -> PersonOut:
            found = await people.read_person(tx, vault, user_id)
            await audit.record(tx, "person.looked_up", f"person:{user_id}")
            return found

        return await edge.write_unkeyed(look)
