"""What payments books. Money in transit and money not yet allocated carry the loan that they are for."""

from datetime import date
from uuid import UUID

from backend import ledger
from backend.kernel.db import Tx
from backend.ledger import Account, Journal
from backend.payments.records import REFUNDS, RailOrder, Receipt


async def payout_taken_up(tx: Tx, order: RailOrder, on: date) -> None:
    """From now on the rail may move the money."""
    await _post(tx, f"payments.payout_sent:{order.id}", "payout_sent", on, order.id, *_left(order))


async def payout_failed(tx: Tx, order: RailOrder, on: date) -> None:
    """No money moved after all."""
    back = tuple(posting.swapped() for posting in _left(order))
    await _post(tx, f"payments.payout_failed:{order.id}", "payout_failed", on, order.id, *back)


def _left(order: RailOrder) -> tuple[ledger.Posting, ledger.Posting]:
    return (
        ledger.debit(Account.PAYOUTS_IN_TRANSIT, order.amount_minor, order.currency, loan_id=order.loan_id),
        ledger.credit(Account.RAIL_CASH, order.amount_minor, order.currency),
    )


async def refund_settled(tx: Tx, order: RailOrder, on: date) -> None:
    """Money that nobody could match is with its sender again, or a loan's credit is with its borrower."""
    assert order.purpose in REFUNDS, "a disbursement is booked by its loan"
    await _post(
        tx,
        f"payments.refund_settled:{order.id}",
        "refund_settled",
        on,
        order.id,
        ledger.debit(Account.UNALLOCATED_RECEIPTS, order.amount_minor, order.currency, loan_id=order.loan_id),
        ledger.credit(Account.PAYOUTS_IN_TRANSIT, order.amount_minor, order.currency, loan_id=order.loan_id),
    )


async def money_came_in(tx: Tx, received: Receipt) -> None:
    """The rail has it, and nobody has allocated it yet."""
    key = f"payments.received:{received.id}"
    await _post(tx, key, "payment_received", received.received_on, received.id, *_came(received))


async def money_went_back(tx: Tx, received: Receipt, on: date) -> None:
    """The bank took it back."""
    back = tuple(posting.swapped() for posting in _came(received))
    await _post(tx, f"payments.reversed:{received.id}", "payment_reversed", on, received.id, *back)


def _came(received: Receipt) -> tuple[ledger.Posting, ledger.Posting]:
    amount, currency = received.amount_minor, received.currency
    return (
        ledger.debit(Account.RAIL_CASH, amount, currency),
        ledger.credit(Account.UNALLOCATED_RECEIPTS, amount, currency, loan_id=received.loan_id),
    )


async def assigned(tx: Tx, received: Receipt, on: date) -> None:
    """What was in suspense is known to be for a loan."""
    assert received.loan_id is not None, "it was just assigned"
    await _post(
        tx,
        f"payments.assigned:{received.id}",
        "payment_assigned",
        on,
        received.id,
        ledger.debit(Account.UNALLOCATED_RECEIPTS, received.amount_minor, received.currency),
        ledger.credit(Account.UNALLOCATED_RECEIPTS, received.amount_minor, received.currency, loan_id=received.loan_id),
    )


async def _post(tx: Tx, key: str, kind: str, on: date, source_id: UUID, *postings: ledger.Posting) -> None:
    journal = Journal(key=key, kind=kind, effective_on=on, postings=postings, source="payments", source_id=source_id)
    await ledger.post(tx, journal)
