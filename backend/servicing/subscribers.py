"""What servicing does when others publish."""

from backend.kernel.outbox import Subscriber
from backend.servicing.usecases.activate_loan import activate_loan
from backend.servicing.usecases.cancel_loan import cancel_loan
from backend.servicing.usecases.create_loan import create_loan
from backend.servicing.usecases.record_repayment import record_repayment, reverse_repayment
from backend.servicing.usecases.refund_credit import note_refunded, restore_credit
from shared.events.agreements import AgreementCancelled, AgreementSigned
from shared.events.disbursement import DisbursementCancelled, LoanDisbursed
from shared.events.payments import PaymentReceived, PaymentReversed, PayoutFailed, PayoutSettled

SUBSCRIBERS = (
    Subscriber("servicing.create_loan", AgreementSigned, create_loan),
    Subscriber("servicing.cancel_loan", AgreementCancelled, cancel_loan),
    Subscriber("servicing.cancel_undisbursed", DisbursementCancelled, cancel_loan),
    Subscriber("servicing.activate_loan", LoanDisbursed, activate_loan),
    Subscriber("servicing.record_repayment", PaymentReceived, record_repayment),
    Subscriber("servicing.reverse_repayment", PaymentReversed, reverse_repayment),
    Subscriber("servicing.note_refunded", PayoutSettled, note_refunded),
    Subscriber("servicing.restore_credit", PayoutFailed, restore_credit),
)
