"""Money over rails: payouts, ways to pay in, what came in, and what nobody has matched yet."""

from backend.payments.module import module
from backend.payments.records import PayoutPurpose
from backend.payments.usecases.follow_order import NEVER_RECEIVED
from backend.payments.usecases.order_payout import PayoutOrder, cancel_payout, order_payout

__all__ = (
    "NEVER_RECEIVED",
    "PayoutOrder",
    "PayoutPurpose",
    "cancel_payout",
    "module",
    "order_payout",
)
