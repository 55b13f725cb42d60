"""Reads the books: accounts, the trial balance, journals."""

from datetime import date
from itertools import groupby
from uuid import UUID

from backend.kernel.db import ReadTx
from backend.ledger import store
from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chart import ChartEntry
from backend.ledger.domain.journal import PostedJournal
from backend.ledger.errors import JournalNotFound
from backend.ledger.store import JournalFilter
from shared.api import ledger as api
from shared.errors import InvalidInput
from shared.paging import Page


async def accounts(tx: ReadTx, *, until: date | None = None) -> list[api.AccountOut]:
    """Every account that was opened, with its balance in each currency up to and including `until`."""
    volumes: dict[str, list[Volume]] = {}
    for volume in await store.volumes(tx, until=until):
        volumes.setdefault(volume.account, []).append(volume)
    return [_account(entry, volumes.get(entry.code, [])) for entry in await store.accounts(tx)]


async def loan_accounts(tx: ReadTx, loan_id: UUID) -> list[api.AccountOut]:
    """The accounts that a loan was posted to, with that loan's balances alone."""
    volumes: dict[str, list[Volume]] = {}
    for volume in await store.loan_volumes(tx, loan_id):
        volumes.setdefault(volume.account, []).append(volume)
    return [_account(entry, volumes[entry.code]) for entry in await store.accounts(tx) if entry.code in volumes]


async def loan_volumes(tx: ReadTx, loan_id: UUID) -> list[Volume]:
    """Debits and credits of every account for one loan, for another context to check itself against."""
    return await store.loan_volumes(tx, loan_id)


async def trial_balance(tx: ReadTx, *, as_of: date | None = None) -> api.TrialBalanceOut:
    """The trial balance in each currency, of all that counts up to and including `as_of` (None: ever)."""
    chart = {entry.code: entry for entry in await store.accounts(tx)}
    volumes = await store.volumes(tx, until=as_of)
    volumes.sort(key=lambda volume: (volume.currency, chart[volume.account].number))
    currencies = [
        _currency_trial(currency, [_line(chart[volume.account], volume) for volume in group])
        for currency, group in groupby(volumes, key=lambda volume: volume.currency)
    ]
    balanced = all(currency.difference_minor == 0 for currency in currencies)
    return api.TrialBalanceOut(as_of=as_of, balanced=balanced, currencies=currencies)


async def journal(tx: ReadTx, journal_id: UUID) -> api.JournalOut:
    """One journal. Raises JournalNotFound."""
    found = await store.journal(tx, journal_id)
    if found is None:
        raise JournalNotFound(journal_id=journal_id)
    return _journal(found)


async def journals(tx: ReadTx, wanted: JournalFilter, *, cursor: str | None = None, limit: int) -> Page[api.JournalOut]:
    """One page of journals, the newest first. Raises InvalidInput for a cursor that is not one of ours."""
    found = await store.journals(tx, wanted, before=_journal_id(cursor), limit=limit + 1)
    more = len(found) > limit
    page = found[:limit]
    return Page(items=[_journal(posted) for posted in page], next_cursor=str(page[-1].id) if more else None)


def _journal_id(cursor: str | None) -> UUID | None:
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError:
        raise InvalidInput({"cursor": "Pass back `next_cursor` as it came."}) from None


def _account(entry: ChartEntry, volumes: list[Volume]) -> api.AccountOut:
    return api.AccountOut(
        code=entry.code,
        number=entry.number,
        name=entry.name,
        kind=api.AccountKind(entry.kind),
        normal_side=api.Side(entry.normal_side),
        balances=[
            api.BalanceOut(
                currency=volume.currency,
                debit_minor=volume.debit_minor,
                credit_minor=volume.credit_minor,
                balance_minor=volume.balance_minor(entry.normal_side),
            )
            for volume in volumes
        ],
    )


def _line(entry: ChartEntry, volume: Volume) -> api.TrialLineOut:
    return api.TrialLineOut(
        account=entry.code,
        number=entry.number,
        name=entry.name,
        kind=api.AccountKind(entry.kind),
        debit_minor=max(volume.net_debit_minor, 0),
        credit_minor=max(-volume.net_debit_minor, 0),
    )


def _currency_trial(currency: str, lines: list[api.TrialLineOut]) -> api.CurrencyTrialOut:
    debits = sum(line.debit_minor for line in lines)
    credits_ = sum(line.credit_minor for line in lines)
    return api.CurrencyTrialOut(
        currency=currency,
        lines=lines,
        total_debit_minor=debits,
        total_credit_minor=credits_,
        difference_minor=debits - credits_,
    )


def _journal(posted: PostedJournal) -> api.JournalOut:
    journal = posted.journal
    return api.JournalOut(
        id=posted.id,
        key=journal.key,
        kind=journal.kind,
        effective_on=posted.effective_on,
        asked_on=journal.effective_on if posted.moved_to else None,
        posted_at=posted.posted_at,
        description=journal.description,
        source=journal.source,
        source_id=journal.source_id,
        reverses=journal.reverses,
        metadata=journal.metadata or {},
        content_hash=posted.content_hash.hex(),
        postings=[
            api.PostingOut(
                account=posting.account,
                side=api.Side(posting.side),
                amount=api.LedgerAmount(amount_minor=posting.amount_minor, currency=posting.currency),
                loan_id=posting.loan_id,
                party_id=posting.party_id,
            )
            for posting in journal.postings
        ],
    )
