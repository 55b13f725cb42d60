"""Businesses, their members, invitations, and the tenant's own people, as the API takes and gives them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.consents import Locale
from shared.api.identity import Country, EmailText, PersonName, PhoneText
from shared.roles import Role


class BusinessIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A business of the caller's."""

    name: Annotated[str, Meta(min_length=1, max_length=200, examples=["Obi Textiles Ltd"])]
    country: Country
    registration_number: Annotated[str, Meta(min_length=1, max_length=40, examples=["RC123456"])] | None = None


class BusinessOut(Struct, frozen=True, kw_only=True):
    """A business, and what the caller is in it."""

    id: UUID
    name: str
    country: Country
    registration_number: str | None
    registered_at: datetime
    my_roles: list[Role]


class MemberOut(Struct, frozen=True, kw_only=True):
    """Somebody of a business."""

    user_id: UUID
    name: str | None
    roles: list[Role]
    joined_at: datetime


class InvitationIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite, by phone or e-mail, and as what."""

    role: Role
    phone: PhoneText | None = None
    email: EmailText | None = None


class InvitationStatus(StrEnum):
    """Where an invitation stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class InvitationOut(Struct, frozen=True, kw_only=True):
    """An invitation into a business; whoever proves to hold the contact may accept it."""

    id: UUID
    business_id: UUID
    business_name: str
    role: Role
    sent_to: str  # masked
    status: InvitationStatus
    expires_at: datetime


class StaffIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Someone who works for the tenant. They sign in by a code to this phone or address."""

    name: PersonName
    roles: Annotated[list[Role], Meta(min_length=1, max_length=9)]
    phone: PhoneText | None = None
    email: EmailText | None = None
    locale: Locale | None = None


class StaffRoles(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The roles someone holds from now on; an empty list ends their access."""

    roles: Annotated[list[Role], Meta(max_length=9)]


class PersonOut(Struct, frozen=True, kw_only=True):
    """A person, as the tenant's people see them."""

    id: UUID
    name: str | None
    phone: str | None
    email: str | None
    locale: Locale
    roles: list[Role]
    registered_at: datetime
