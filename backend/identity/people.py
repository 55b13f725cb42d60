"""What identity tells other contexts about tenants, people and businesses."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.identity.contacts import Contact
from shared.api.identity import Brand, TenantSettings
from shared.roles import Role


class TenantProfile(Struct, frozen=True, kw_only=True):
    """A tenant as its people know it."""

    name: str
    country: str
    currency: str
    locale: str
    time_zone: str
    brand: Brand = Brand()
    settings: TenantSettings = TenantSettings()
    app_url: str | None = None  # the origin that its borrowers' app has in browsers

    def app_address(self, public_url: str) -> str:
        """What links into the app begin with; the platform's own address for a tenant without an app in browsers."""
        return (self.app_url or public_url).rstrip("/")


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who can sign in. After erasure only the id remains."""

    id: UUID
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    locale: str
    roles: tuple[Role, ...] = ()
    registered_at: datetime

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Where this person can be reached, the phone first."""
        phone = (Contact(phone=self.phone),) if self.phone else ()
        email = (Contact(email=self.email),) if self.email else ()
        return phone + email


class Business(Struct, frozen=True, kw_only=True):
    """A business that people act for."""

    id: UUID
    name: str
    country: str
    registration_number: str | None
    registered_by: UUID
    registered_at: datetime
