"""What the platform may tell somebody in a chat without being asked. The bot has a template for each."""

from enum import StrEnum


class NudgeKind(StrEnum):
    """What is told; the value names the template that is registered for it."""

    PAYMENT_DUE_SOON = "payment_due_soon"
    PAYMENT_DUE_TODAY = "payment_due_today"
    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_FAILED = "payment_failed"
    PAYMENT_OVERDUE = "payment_overdue"
    PLAN_CONFIRMED = "plan_confirmed"
    DISPUTE_UPDATE = "dispute_update"
    DOCUMENT_NEEDED = "document_needed"
    DISBURSEMENT_SENT = "disbursement_sent"
    SECURITY_ALERT = "security_alert"


# WhatsApp's commercial policy is at odds with lending and collecting debts: a tenant turns these on, or not at all.
ARREARS = frozenset({NudgeKind.PAYMENT_OVERDUE, NudgeKind.PLAN_CONFIRMED})
ORIGINATION = frozenset({NudgeKind.DOCUMENT_NEEDED, NudgeKind.DISBURSEMENT_SENT})


class NudgeFailure(StrEnum):
    """Why a nudge did not reach anybody, where it matters for what is done next; a bot may say other things."""

    STOPPED = "stopped"  # the person wants none
    NUMBER_CHANGED = "number_changed"  # the number may have another owner
    UNREACHABLE = "unreachable"
    TEMPLATE_UNUSABLE = "template_unusable"
    TOO_LATE = "too_late"
    UNKNOWN_CHAT = "unknown_chat"
