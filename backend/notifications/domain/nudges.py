"""What may go by the chat: which message is which nudge, and what a tenant has to want first."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from shared.api.identity import TenantSettings
from shared.api.nudges import ARREARS, ORIGINATION, NudgeKind

# The nudge of a message, and which of its parameters the nudge's own places take. No amounts: a chat shows who holds a
# number, not who holds the phone, so figures come after a confirmation.
_BY_MESSAGE: Mapping[str, tuple[NudgeKind, Mapping[str, str]]] = {
    "instalment_due": (NudgeKind.PAYMENT_DUE_SOON, {"date": "due"}),
    "instalment_due_today": (NudgeKind.PAYMENT_DUE_TODAY, {}),
    "repayment_recorded": (NudgeKind.PAYMENT_RECEIVED, {}),
    "repayment_reversed": (NudgeKind.PAYMENT_FAILED, {}),
    "debit_failed": (NudgeKind.PAYMENT_FAILED, {}),
    "repayment_missed": (NudgeKind.PAYMENT_OVERDUE, {"date": "due"}),
    "plan_confirmed": (NudgeKind.PLAN_CONFIRMED, {"reference": "reference"}),
    "kyc_needs_action": (NudgeKind.DOCUMENT_NEEDED, {}),
    "application_needs_more": (NudgeKind.DOCUMENT_NEEDED, {}),
    "loan_active": (NudgeKind.DISBURSEMENT_SENT, {}),
    "new_sign_in": (NudgeKind.SECURITY_ALERT, {}),
    "bank_account_added": (NudgeKind.SECURITY_ALERT, {}),
    "dispute_question": (NudgeKind.DISPUTE_UPDATE, {"reference": "number"}),
    "dispute_resolved": (NudgeKind.DISPUTE_UPDATE, {"reference": "number"}),
}


class Nudge(Struct, frozen=True, kw_only=True):
    """What a chat is told. `values` fill the template's places; a date is written as in ISO 8601."""

    kind: NudgeKind
    values: dict[str, str]


def nudge_of(message: str, params: Mapping[str, object], settings: TenantSettings) -> Nudge | None:
    """The nudge for a message; none where it has none, or where the tenant does not send such by WhatsApp."""
    found = _BY_MESSAGE.get(message)
    if found is None:
        return None
    kind, places = found
    if (kind in ARREARS and not settings.whatsapp_arrears) or (
        kind in ORIGINATION and not settings.whatsapp_origination
    ):
        return None
    return Nudge(kind=kind, values={place: _written(params[name]) for place, name in places.items()})


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
