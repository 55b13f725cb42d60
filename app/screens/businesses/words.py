"""What roles in a business are called, and what they may do."""

from app.ui import Ui
from shared.roles import Role

ROLES = (Role.BUSINESS_OWNER, Role.FINANCE_APPROVER, Role.FINANCE_VIEWER)


def role_name(ui: Ui, role: Role) -> str:
    """A role in a business, in a word."""
    return {
        Role.BUSINESS_OWNER: ui.say("Owner", context="role"),
        Role.FINANCE_APPROVER: ui.say("Approver", context="role"),
        Role.FINANCE_VIEWER: ui.say("Viewer", context="role"),
    }.get(role, role.value)


def role_words(ui: Ui, role: Role) -> str:
    """What a role may do."""
    return {
        Role.BUSINESS_OWNER: ui.say("May do everything, and invite others"),
        Role.FINANCE_APPROVER: ui.say("May apply, sign and pay"),
        Role.FINANCE_VIEWER: ui.say("May look at everything"),
    }.get(role, "")
