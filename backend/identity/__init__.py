"""Identity: tenants and their brand, people and how they sign in, sessions, roles, businesses, consents."""

from backend.identity.contacts import Contact
from backend.identity.domain.channels import Link
from backend.identity.domain.passkeys import METHOD as PASSKEY
from backend.identity.errors import (
    BusinessNotFound,
    MembershipInsufficient,
    PersonNotFound,
    StepUpRefused,
    TenantNotFound,
)
from backend.identity.keys import SessionKeys
from backend.identity.module import module
from backend.identity.outgoing import SEND_JOB, OutgoingMessage, SealedMessage, open_sealed
from backend.identity.people import Business, Person, TenantProfile
from backend.identity.usecases.businesses import business, businesses_of_caller, require_member
from backend.identity.usecases.channel_links import find_link, own_link, person_link, read_link
from backend.identity.usecases.manage_sessions import living_sessions
from backend.identity.usecases.parties import DECIDERS, Sight, caller, may_see, require_decider, sight
from backend.identity.usecases.people import close_person, erase_person, person
from backend.identity.usecases.profile import change_tenant, set_up_tenant, tenant_profile
from backend.identity.usecases.service_accounts import create_service_account
from backend.identity.usecases.staff import add_staff
from backend.identity.usecases.step_up import issue_step_up, verify_step_up

__all__ = [
    "DECIDERS",
    "PASSKEY",
    "SEND_JOB",
    "Business",
    "BusinessNotFound",
    "Contact",
    "Link",
    "MembershipInsufficient",
    "OutgoingMessage",
    "Person",
    "PersonNotFound",
    "SealedMessage",
    "SessionKeys",
    "Sight",
    "StepUpRefused",
    "TenantNotFound",
    "TenantProfile",
    "add_staff",
    "business",
    "businesses_of_caller",
    "caller",
    "change_tenant",
    "close_person",
    "create_service_account",
    "erase_person",
    "find_link",
    "issue_step_up",
    "living_sessions",
    "may_see",
    "module",
    "open_sealed",
    "own_link",
    "person",
    "person_link",
    "read_link",
    "require_decider",
    "require_member",
    "set_up_tenant",
    "sight",
    "tenant_profile",
    "verify_step_up",
]
