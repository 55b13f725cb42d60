"""What the ledger shows of itself over HTTP."""

from collections.abc import Sequence

from backend.ledger.domain.chart import ChartEntry
from backend.ledger.domain.closing import Closing
from backend.ledger.domain.holds import PlacedHold
from backend.ledger.domain.journal import PostedJournal
from backend.ledger.store.chain import SigningKey
from shared.api import ledger as api
from shared.api import ledger_posting as posting
from shared.errors import CaasError, InvalidInput


def journal(posted: PostedJournal) -> api.JournalOut:
    """A journal as it stands in the books."""
    asked = posted.journal
    return api.JournalOut(
        id=posted.id,
        key=asked.key,
        kind=asked.kind,
        effective_on=posted.effective_on,
        asked_on=asked.effective_on if posted.moved_to else None,
        posted_at=posted.posted_at,
        description=asked.description,
        source=asked.source,
        source_id=asked.source_id,
        reverses=asked.reverses,
        metadata=asked.metadata or {},
        content_hash=posted.content_hash.hex(),
        postings=[
            api.PostingOut(
                account=line.account,
                side=api.Side(line.side),
                amount=api.LedgerAmount(amount_minor=line.amount_minor, currency=line.currency),
                loan_id=line.loan_id,
                party_id=line.party_id,
            )
            for line in asked.postings
        ],
    )


def bulk(answers: Sequence[PostedJournal | CaasError]) -> posting.BulkOut:
    """What became of each of many journals."""
    shown = [_answer(each) for each in answers]
    counts = dict.fromkeys(posting.BulkOutcome, 0)
    for each in shown:
        counts[each.outcome] += 1
    return posting.BulkOut(
        posted=counts[posting.BulkOutcome.POSTED],
        replayed=counts[posting.BulkOutcome.REPLAYED],
        refused=counts[posting.BulkOutcome.REFUSED],
        answers=shown,
    )


def _answer(answer: PostedJournal | CaasError) -> posting.BulkAnswer:
    if isinstance(answer, PostedJournal):
        outcome = posting.BulkOutcome.REPLAYED if answer.replayed else posting.BulkOutcome.POSTED
        return posting.BulkAnswer(outcome=outcome, journal_id=answer.id)
    fields = answer.fields if isinstance(answer, InvalidInput) else {}
    detail = "; ".join(f"{name}: {why}" for name, why in fields.items()) or answer.detail
    return posting.BulkAnswer(outcome=posting.BulkOutcome.REFUSED, code=answer.code, detail=detail)


def hold(placed: PlacedHold) -> posting.HoldOut:
    """A hold as it stands."""
    asked, end = placed.hold, placed.end
    return posting.HoldOut(
        id=placed.id,
        key=asked.key,
        kind=posting.HoldKind(asked.kind),
        status=posting.HoldStatus(end.outcome) if end else posting.HoldStatus.OPEN,
        account=asked.account,
        amount=api.LedgerAmount(amount_minor=asked.amount_minor, currency=asked.currency),
        loan_id=asked.loan_id,
        party_id=asked.party_id,
        expires_at=asked.expires_at,
        description=asked.description,
        placed_at=placed.posted_at,
        ended_at=end.posted_at if end else None,
        posted_minor=end.posted_minor if end else None,
        journal_key=end.journal_key if end else None,
    )


def closing(closed: Closing) -> posting.ClosingOut:
    """A closing of the books."""
    return posting.ClosingOut(
        number=closed.number,
        closed_through=closed.closed_through,
        late_entries=posting.LateEntries(closed.late),
        closed_at=closed.posted_at,
        actor=closed.actor,
    )


def chart_account(entry: ChartEntry) -> posting.ChartAccountOut:
    """An account of the chart."""
    return posting.ChartAccountOut(
        code=entry.code,
        number=entry.number,
        name=entry.name,
        kind=api.AccountKind(entry.kind),
        normal_side=api.Side(entry.normal_side),
        parent=entry.parent,
        postable=entry.postable,
        floor_minor=entry.floor_minor,
        unit=entry.unit,
        exponent=entry.exponent,
    )


def key(signing: SigningKey) -> posting.SigningKeyOut:
    """A public key of the ledger."""
    return posting.SigningKeyOut(
        number=signing.number,
        public_key=signing.public_key.hex(),
        endorsement=signing.endorsement.hex(),
        made_at=signing.made_at,
    )
