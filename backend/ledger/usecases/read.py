"""Reads the books: accounts, the trial balance, journals, holds, closings."""

from datetime import date
from itertools import groupby
from uuid import UUID

from backend.kernel.db import ReadTx
from backend.ledger import store, views
from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chart import ChartEntry
from backend.ledger.errors import HoldNotFound, JournalNotFound
from backend.ledger.store import JournalFilter
from backend.ledger.store import closings as closings_store
from backend.ledger.store import holds as holds_store
from shared.api import ledger as api
from shared.api import ledger_posting as posting
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
    return views.journal(found)


async def journals(tx: ReadTx, wanted: JournalFilter, *, cursor: str | None = None, limit: int) -> Page[api.JournalOut]:
    """One page of journals, the newest first. Raises InvalidInput for a cursor that is not one of ours."""
    found = await store.journals(tx, wanted, before=_identifier(cursor), limit=limit + 1)
    more = len(found) > limit
    page = found[:limit]
    return Page(items=[views.journal(posted) for posted in page], next_cursor=str(page[-1].id) if more else None)


async def hold(tx: ReadTx, hold_id: UUID) -> posting.HoldOut:
    """One hold. Raises HoldNotFound."""
    found = await holds_store.by_id(tx, hold_id)
    if found is None:
        raise HoldNotFound(hold_id=hold_id)
    return views.hold(found)


async def holds(
    tx: ReadTx, account: str | None, *, is_open: bool, cursor: str | None, limit: int
) -> Page[posting.HoldOut]:
    """One page of holds, the newest first. Raises InvalidInput for a cursor that is not one of ours."""
    before = _identifier(cursor)
    found = await holds_store.of_account(tx, account, is_open=is_open, before=before, limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return Page(items=[views.hold(placed) for placed in page], next_cursor=str(page[-1].id) if more else None)


async def closings(tx: ReadTx, *, cursor: str | None, limit: int) -> Page[posting.ClosingOut]:
    """One page of closings, the newest first. Raises InvalidInput for a cursor that is not one of ours."""
    if cursor is not None and not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 18):
        raise InvalidInput({"cursor": "Pass back `next_cursor` as it came."})
    found = await closings_store.closings(tx, before=int(cursor) if cursor else None, limit=limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return Page(items=[views.closing(each) for each in page], next_cursor=str(page[-1].number) if more else None)


def _identifier(cursor: str | None) -> UUID | None:
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
