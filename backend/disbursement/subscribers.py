"""What disbursement does when others publish."""

from backend.disbursement.usecases.cancel import call_off
from backend.disbursement.usecases.follow_payout import note_failed, note_settled
from backend.disbursement.usecases.order import order_draw, order_signed
from backend.kernel.outbox import Subscriber
from shared.events.agreements import AgreementCancelled, AgreementSigned
from shared.events.payments import PayoutFailed, PayoutSettled
from shared.events.servicing import DrawRequested

SUBSCRIBERS = (
    Subscriber("disbursement.order_signed", AgreementSigned, order_signed),
    Subscriber("disbursement.order_draw", DrawRequested, order_draw),
    Subscriber("disbursement.call_off", AgreementCancelled, call_off),
    Subscriber("disbursement.note_settled", PayoutSettled, note_settled),
    Subscriber("disbursement.note_failed", PayoutFailed, note_failed),
)
