"""What happens elsewhere that people are told of."""

from collections.abc import Awaitable, Callable
from typing import Any

from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from backend.kernel.vault import Vault
from backend.notifications.usecases.notify import notify
from shared.events import Event
from shared.events.agreements import AgreementSigned
from shared.events.identity import UserRegistered
from shared.events.onboarding import KycFailed, KycNeedsAction, KycPassed
from shared.events.servicing import (
    InstalmentDue,
    LoanActivated,
    LoanClosed,
    RepaymentMissed,
    RepaymentRecorded,
    RepaymentReversed,
)

Params = dict[str, object]
_NOTHING_MORE: Params = {}
# What happened, what is said about it, and with which figures.
TOLD: tuple[tuple[type[Event], str, Callable[[Any], Params]], ...] = (
    (UserRegistered, "welcome", lambda _: _NOTHING_MORE),
    (KycPassed, "kyc_passed", lambda _: _NOTHING_MORE),
    (KycNeedsAction, "kyc_needs_action", lambda _: _NOTHING_MORE),
    (KycFailed, "kyc_failed", lambda _: _NOTHING_MORE),
    (AgreementSigned, "agreement_signed", lambda event: {"until": event.cooling_off_until}),
    (LoanActivated, "loan_active", lambda event: {"amount": event.principal, "first_due": event.first_due_on}),
    (
        RepaymentRecorded,
        "repayment_recorded",
        lambda event: {"amount": event.amount, "outstanding": event.outstanding},
    ),
    (RepaymentReversed, "repayment_reversed", lambda event: {"amount": event.amount}),
    (InstalmentDue, "instalment_due", lambda event: {"amount": event.amount, "due": event.due_on}),
    (RepaymentMissed, "repayment_missed", lambda event: {"amount": event.amount, "due": event.due_on}),
    (LoanClosed, "loan_closed", lambda _: _NOTHING_MORE),
)


def subscribers(vault: Vault) -> tuple[Subscriber[Event], ...]:
    """One for each event that somebody should hear of."""
    return tuple(
        Subscriber(name=f"notifications.{event.topic}", event=event, handle=_teller(vault, template, params))
        for event, template, params in TOLD
    )


def _teller(vault: Vault, template: str, params: Callable[[Any], Params]) -> Callable[[Tx, Any], Awaitable[None]]:
    async def tell(tx: Tx, event: Any) -> None:
        await notify(tx, vault, event.user_id, template, params(event))

    return tell
