"""What happens elsewhere that people are told of."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from backend.kernel.vault import Vault
from backend.notifications.store import registrations
from backend.notifications.usecases.notify import notify
from shared.events import Event
from shared.events.agreements import AgreementReady, AgreementSigned
from shared.events.arrears import HardshipAgreed
from shared.events.disbursement import DisbursementCancelled, DisbursementFailed
from shared.events.identity import NewDeviceSignedIn, PasskeyAdded, PasskeyRemoved, SessionEnded, UserRegistered
from shared.events.offers import OffersReady
from shared.events.onboarding import BankAccountAdded, KycFailed, KycNeedsAction, KycPassed
from shared.events.payments import DebitFailed
from shared.events.servicing import (
    CreditRefunded,
    InstalmentDue,
    LoanActivated,
    LoanClosed,
    RepaymentMissed,
    RepaymentRecorded,
    RepaymentReversed,
)
from shared.events.support import DisputeInfoRequested, DisputeOpened, DisputeResolved
from shared.events.underwriting import DecisionMade, DecisionOutcome

Params = dict[str, object]
Said = str | Callable[[Any], str | None]
_NOTHING_MORE: Params = {}
_OF_OUTCOME = {
    DecisionOutcome.APPROVE: "application_approved",
    DecisionOutcome.DECLINE: "application_declined",
    DecisionOutcome.REFER: "application_referred",
    DecisionOutcome.MORE_INFO: "application_needs_more",
}
# What happened, what is said about it (always the same, or by what the event says), and with which figures. That money
# has arrived is told once the loan stands in the books, with its first due date.
TOLD: tuple[tuple[type[Event], Said, Callable[[Any], Params]], ...] = (
    (UserRegistered, "welcome", lambda _: _NOTHING_MORE),
    (NewDeviceSignedIn, "new_sign_in", lambda _: _NOTHING_MORE),
    (PasskeyAdded, "passkey_added", lambda _: _NOTHING_MORE),
    (PasskeyRemoved, "passkey_removed", lambda _: _NOTHING_MORE),
    (BankAccountAdded, lambda event: None if event.is_first else "bank_account_added", lambda _: _NOTHING_MORE),
    (KycPassed, "kyc_passed", lambda _: _NOTHING_MORE),
    (KycNeedsAction, "kyc_needs_action", lambda _: _NOTHING_MORE),
    (KycFailed, "kyc_failed", lambda _: _NOTHING_MORE),
    (DecisionMade, lambda event: _OF_OUTCOME[event.outcome], lambda _: _NOTHING_MORE),
    (OffersReady, lambda event: "offers_ready" if event.offers else "no_offers", lambda _: _NOTHING_MORE),
    (AgreementReady, "agreement_ready", lambda _: _NOTHING_MORE),
    (AgreementSigned, "agreement_signed", lambda event: {"until": event.cooling_off_until}),
    (LoanActivated, "loan_active", lambda event: {"amount": event.principal, "first_due": event.first_due_on}),
    (DisbursementFailed, "disbursement_failed", lambda _: _NOTHING_MORE),
    (DisbursementCancelled, "disbursement_cancelled", lambda _: _NOTHING_MORE),
    (
        RepaymentRecorded,
        "repayment_recorded",
        lambda event: {"amount": event.amount, "outstanding": event.outstanding},
    ),
    (RepaymentReversed, "repayment_reversed", lambda event: {"amount": event.amount}),
    (DebitFailed, "debit_failed", lambda event: {"amount": event.amount}),
    (
        InstalmentDue,
        lambda event: "instalment_due" if event.days_ahead else "instalment_due_today",
        lambda event: {"amount": event.amount, "due": event.due_on},
    ),
    (RepaymentMissed, "repayment_missed", lambda event: {"amount": event.amount, "due": event.due_on}),
    (LoanClosed, "loan_closed", lambda _: _NOTHING_MORE),
    (CreditRefunded, "credit_refunded", lambda event: {"amount": event.amount}),
    (
        HardshipAgreed,
        "plan_confirmed",
        lambda event: (
            {"amount": event.first_amount, "first": event.first_on, "last": event.last_on}
            | {"reference": _reference(event.case_id)}
        ),
    ),
    (DisputeOpened, "dispute_opened", lambda event: {"number": event.number, "by": event.answer_by}),
    (DisputeInfoRequested, "dispute_question", lambda event: {"number": event.number}),
    (DisputeResolved, "dispute_resolved", lambda event: {"number": event.number}),
)


def _reference(id_: UUID) -> str:
    """The end of an id, as people read it to each other: its eight random characters."""
    return id_.hex[-8:].upper()


def subscribers(vault: Vault) -> tuple[Subscriber[Event], ...]:
    """One for each event that somebody should hear of."""
    told: list[Subscriber[Any]] = [
        Subscriber(name=f"notifications.{event.topic}", event=event, handle=_teller(vault, template, params))
        for event, template, params in TOLD
    ]
    ended: Subscriber[Any] = Subscriber(name="notifications.push_ended", event=SessionEnded, handle=_end_push)
    return (*told, ended)


async def _end_push(tx: Tx, event: SessionEnded) -> None:
    """Until then no notice goes to that device either: only phones of living sessions get any."""
    await registrations.drop_session(tx, event.session_id)


def _teller(vault: Vault, template: Said, params: Callable[[Any], Params]) -> Callable[[Tx, Any], Awaitable[None]]:
    async def tell(tx: Tx, event: Any) -> None:
        if event.user_id is None:
            return  # published before the event named whom it is about
        said = template if isinstance(template, str) else template(event)
        if said is None:
            return  # not worth a word
        await notify(tx, vault, event.user_id, said, params(event), about=getattr(event, "loan_id", None))

    return tell
