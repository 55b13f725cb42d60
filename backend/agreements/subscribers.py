"""What agreements does when others publish."""

from backend.agreements.usecases.draft_agreement import draft_agreement
from backend.agreements.usecases.follow_loan import note_given_up, note_payoff, note_payout, withdraw
from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from shared.events.applications import ApplicationWithdrawn
from shared.events.disbursement import DisbursementCancelled, LoanDisbursed
from shared.events.offers import OfferAccepted
from shared.events.servicing import LoanClosed


async def _withdrawn(tx: Tx, event: ApplicationWithdrawn) -> None:
    await withdraw(tx, event.application_id)


SUBSCRIBERS = (
    Subscriber("agreements.draft", OfferAccepted, draft_agreement),
    Subscriber("agreements.withdraw", ApplicationWithdrawn, _withdrawn),
    Subscriber("agreements.note_payout", LoanDisbursed, note_payout),
    Subscriber("agreements.note_given_up", DisbursementCancelled, note_given_up),
    Subscriber("agreements.note_payoff", LoanClosed, note_payoff),
)
