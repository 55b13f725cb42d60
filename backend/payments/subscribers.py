"""What payments does when others publish."""

from backend.kernel.outbox import Subscriber
from backend.payments.usecases.debit import debit_due
from backend.payments.usecases.virtual_accounts import want_account
from shared.events.servicing import InstalmentDue, LoanActivated

SUBSCRIBERS = (
    Subscriber("payments.want_account", LoanActivated, want_account),
    Subscriber("payments.debit_due", InstalmentDue, debit_due),
)
