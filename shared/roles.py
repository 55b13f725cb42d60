"""The roles that people hold towards a tenant or a business, as tokens, screens and guards name them."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be; one person may be several."""

    BORROWER = "borrower"
    BUSINESS_OWNER = "business_owner"
    FINANCE_VIEWER = "finance_viewer"
    FINANCE_APPROVER = "finance_approver"
    SUPPORT_AGENT = "support_agent"
    COMPLIANCE_OFFICER = "compliance_officer"
    OPERATIONS = "operations"
    TENANT_ADMIN = "tenant_admin"
    PARTNER = "partner"
    BOT = "bot"  # a program of the tenant's own; it sees nothing by itself


STAFF = frozenset({Role.SUPPORT_AGENT, Role.COMPLIANCE_OFFICER, Role.OPERATIONS, Role.TENANT_ADMIN})
BUSINESS = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_VIEWER, Role.FINANCE_APPROVER})
