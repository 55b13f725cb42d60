"""Posts journals: the one way into the books, for every context."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from backend.kernel.db import Tx
from backend.ledger import store
from backend.ledger.domain.journal import MAX_JOURNALS, Journal, PostedJournal, reversal
from backend.ledger.errors import JournalNotFound
from shared.errors import CaasError


async def post(tx: Tx, journal: Journal) -> PostedJournal:
    """Posts one journal in the caller's transaction, in one round trip.

    Idempotent by (tenant, key): the same journal again returns the stored one, marked as replayed. Raises
    JournalMalformed, JournalUnbalanced, JournalKeyReused (another journal under the same key), AccountNotFound,
    AccountUnfit, BalanceTooLow (what is available would fall below an account's floor), PeriodClosed, AlreadyReversed.
    """
    return (await post_many(tx, [journal]))[0]


async def post_many(tx: Tx, journals: Sequence[Journal]) -> list[PostedJournal]:
    """Posts up to MAX_JOURNALS journals in one round trip: all of them, or none. Answers in the order asked.

    Raises what `post` raises.
    """
    assert len(journals) <= MAX_JOURNALS, "one call posts a bounded number of journals"
    if not journals:
        return []
    return await store.post(tx, [journal.checked() for journal in journals])


async def post_each(tx: Tx, journals: Sequence[Journal]) -> list[PostedJournal | CaasError]:
    """Posts journals each for itself, in one round trip: the answer to each is what it became, or why it was refused.

    A refusal is one of those that `post` raises, and leaves no trace.
    """
    answers: list[PostedJournal | CaasError | None] = [_malformed(journal) for journal in journals]
    sound = [place for place, refusal in enumerate(answers) if refusal is None]
    if sound:
        posted = await store.post_each(tx, [journals[place] for place in sound])
        for place, answer in zip(sound, posted, strict=True):
            answers[place] = answer
    return [answer for answer in answers if answer is not None]


def _malformed(journal: Journal) -> CaasError | None:
    try:
        journal.checked()
    except CaasError as refusal:
        return refusal
    return None


async def reverse(tx: Tx, journal_id: UUID, *, key: str, effective_on: date, description: str = "") -> PostedJournal:
    """Posts the journal that undoes `journal_id`; a journal is reversed at most once. Idempotent by `key`.

    Raises JournalNotFound, AlreadyReversed, JournalMalformed (of a reversal), JournalKeyReused, BalanceTooLow.
    """
    original = await store.journal(tx, journal_id)
    if original is None:
        raise JournalNotFound(journal_id=journal_id)
    return await post(tx, reversal(original, key=key, effective_on=effective_on, description=description))
