"""What underwriting hears: submissions to decide on, withdrawals, and how loans go."""

from typing import Any

from backend.kernel.db import Tx
from backend.kernel.outbox import Subscriber
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.usecases.decide_application import decide_application
from shared.events.applications import ApplicationSubmitted, ApplicationWithdrawn
from shared.events.servicing import LoanActivated, LoanClosed, LoanReopened, RepaymentMissed


async def _withdrawn(tx: Tx, event: ApplicationWithdrawn) -> None:
    await store.close_referrals(tx, event.application_id)


async def _activated(tx: Tx, event: LoanActivated) -> None:
    await store.put_loan(tx, event.loan_id, event.user_id, event.business_id)


async def _closed(tx: Tx, event: LoanClosed) -> None:
    await store.set_loan_closed(tx, event.loan_id, event.user_id, event.on)


async def _reopened(tx: Tx, event: LoanReopened) -> None:
    await store.set_loan_closed(tx, event.loan_id, event.user_id, None)


async def _missed(tx: Tx, event: RepaymentMissed) -> None:
    await store.put_missed(tx, event.loan_id, event.number, event.user_id, event.due_on)


def subscribers(vault: Vault) -> tuple[Subscriber[Any], ...]:
    """The subscribers; those that open sealed data hold the keys."""

    async def submitted(tx: Tx, event: ApplicationSubmitted) -> None:
        await decide_application(tx, vault, event)

    return (
        Subscriber(name="underwriting.decide", event=ApplicationSubmitted, handle=submitted),
        Subscriber(name="underwriting.withdrawn", event=ApplicationWithdrawn, handle=_withdrawn),
        Subscriber(name="underwriting.loan_activated", event=LoanActivated, handle=_activated),
        Subscriber(name="underwriting.loan_closed", event=LoanClosed, handle=_closed),
        Subscriber(name="underwriting.loan_reopened", event=LoanReopened, handle=_reopened),
        Subscriber(name="underwriting.repayment_missed", event=RepaymentMissed, handle=_missed),
    )
