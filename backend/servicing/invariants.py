"""Truths about a tenant's loans, checked by whoever runs the platform."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from backend import ledger
from backend.kernel import business_date
from backend.kernel.db import ReadTx
from backend.kernel.module import Invariant
from backend.servicing.domain.impairment import allowance_minor
from backend.servicing.domain.journals import Account
from backend.servicing.store import closing, loan_reads

BATCH = 200
MAX_NAMED = 100
RECEIVABLES = (Account.INTEREST_RECEIVABLE, Account.FEES_RECEIVABLE, Account.PENALTIES_RECEIVABLE)


async def ledger_agrees(tx: ReadTx) -> list[str]:
    """For each loan that was paid out the ledger shows what the loan says was posted for it."""
    found: list[str] = []
    after = UUID(int=0)
    while len(found) < MAX_NAMED and (batch := await loan_reads.posted(tx, after=after, limit=BATCH)):
        for loan_id, posted in batch.items():
            found += await _differences(tx, loan_id, dict(posted))
        after = max(batch)
    return found[:MAX_NAMED]


async def _differences(tx: ReadTx, loan_id: UUID, posted: dict[str, int]) -> list[str]:
    shown = {volume.account: volume.net_debit_minor for volume in await ledger.loan_volumes(tx, loan_id)}
    # Others post to these two as well: the payout that left, and the receipt that came in.
    ours = set(posted) - {ledger.Account.PAYOUTS_IN_TRANSIT, ledger.Account.UNALLOCATED_RECEIPTS}
    return [
        f"loan {loan_id} has {posted[account]} on {account}, the ledger shows {shown.get(account, 0)}"
        for account in sorted(ours)
        if posted[account] != shown.get(account, 0)
    ]


async def nobody_left_behind(tx: ReadTx) -> list[str]:
    """Every open loan stands on the business date, or on the day before where it was paid out as the date moved."""
    yesterday = await business_date.current(tx) - timedelta(days=1)
    return await closing.left_behind(tx, yesterday, limit=MAX_NAMED)


async def losses_agree(tx: ReadTx) -> list[str]:
    """Each loan's allowance is the rate of its bucket; income stands in suspense for non-accrual loans alone."""
    found: list[str] = []
    after = UUID(int=0)
    while len(found) < MAX_NAMED and (batch := await loan_reads.judged(tx, after=after, limit=BATCH)):
        found += [f"loan {each.id} {wrong}" for each in batch for wrong in _misjudged(each)]
        after = batch[-1].id
    return found[:MAX_NAMED]


def _misjudged(loan: loan_reads.Judged) -> Iterator[str]:
    suspended, allowance = -loan.posted.get(Account.IN_SUSPENSE, 0), -loan.posted.get(Account.LOSS_ALLOWANCE, 0)
    if suspended < 0 or (suspended and loan.non_accrual_since is None):
        yield f"has {suspended} in suspense, non-accrual since {loan.non_accrual_since}"
    bucket = next((each for each in loan.policy.buckets if each.code == loan.loss_bucket), None)
    least = loan.posted.get(Account.PRINCIPAL, 0)
    most = least + (0 if loan.non_accrual_since else sum(max(loan.posted.get(each, 0), 0) for each in RECEIVABLES))
    lowest, highest = (allowance_minor(exposure, bucket, loan.rounding) for exposure in (least, most))
    if not lowest <= allowance <= highest:
        yield f"has an allowance of {allowance} in bucket {loan.loss_bucket}, not of {lowest} to {highest}"


INVARIANTS = (
    Invariant(name="loans agree with the ledger", violations=ledger_agrees),
    Invariant(name="loans are provided for as their policy on losses says", violations=losses_agree),
    Invariant(name="close of business reaches every open loan", violations=nobody_left_behind),
)
