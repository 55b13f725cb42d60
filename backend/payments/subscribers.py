"""What payments does when others publish."""

from backend.kernel.outbox import Subscriber
from backend.payments.usecases.debit import debit_due
from backend.payments.usecases.mandates import stop_debits
from backend.payments.usecases.order_payout import pay_credit_back
from backend.payments.usecases.virtual_accounts import want_account
from shared.events.servicing import CreditRefundRequested, InstalmentDue, LoanActivated, LoanWrittenOff

SUBSCRIBERS = (
    Subscriber("payments.want_account", LoanActivated, want_account),
    Subscriber("payments.debit_due", InstalmentDue, debit_due),
    Subscriber("payments.stop_debits", LoanWrittenOff, stop_debits),
    Subscriber("payments.pay_credit_back", CreditRefundRequested, pay_credit_back),
)
