"""Exchanges currencies and values positions, posting realised and unrealised gains."""

from datetime import date
from decimal import Decimal

from backend.kernel.db import ReadTx, Tx
from backend.ledger import store
from backend.ledger.domain.balances import Volume
from backend.ledger.domain.fx import Position, position_account, realised, revaluation_account, unrealised
from backend.ledger.domain.journal import Journal, PostedJournal, Posting, credit, debit
from backend.ledger.domain.templates import Account
from backend.ledger.store import chart
from backend.ledger.store.journals import journal_by_key
from backend.ledger.usecases.post import post
from shared.api.fx import ExchangeIn, PositionOut, RevaluationIn
from shared.errors import InvalidInput


async def exchange(tx: Tx, asked: ExchangeIn) -> PostedJournal:
    """Posts an exchange between the base currency and another, with the gain that it realises. Idempotent by its key.

    Raises InvalidInput (neither or both amounts are in the base currency), JournalKeyReused, and what `post` raises.
    """
    given, taken, base = asked.sold, asked.bought, asked.base
    if (given.currency == base) == (taken.currency == base):
        raise InvalidInput({"base": "one of both amounts is in the base currency, the other is not"})
    foreign = taken.currency if given.currency == base else given.currency
    bought = taken.currency == foreign
    before = await _locked(tx, foreign, base)
    change = taken.amount_minor if bought else -given.amount_minor
    paid = given.amount_minor if bought else -taken.amount_minor
    account = position_account(foreign).code
    legs = [
        _moved(asked.cash_account, foreign, change),
        _moved(account, foreign, -change),
        _moved(account, base, paid),
        _moved(asked.cash_account, base, -paid),
    ]
    if stored := await journal_by_key(tx, asked.key):  # its gain is that of the position as it was then
        legs += stored.journal.postings[len(legs) :]
    elif gain := realised(before, change, paid):
        legs += [_moved(account, base, gain), _moved(Account.FX_REALISED_GAIN, base, -gain)]
    return await post(tx, _journal(asked.key, "fx_exchange", asked.effective_on, legs))


async def revalue(tx: Tx, asked: RevaluationIn) -> PostedJournal | None:
    """Values a position at a rate and posts what that adds to what was added before; None where that is nothing.

    Idempotent by its key: what was posted under it stays. Raises InvalidInput, and what `post` raises.
    """
    rate = Decimal(asked.rate)
    if not rate or asked.currency == asked.base:
        raise InvalidInput({"rate": "is above 0, between two currencies"})
    before = await _locked(tx, asked.currency, asked.base)
    if stored := await journal_by_key(tx, asked.key):
        return await post(tx, stored.journal)
    added = unrealised(before, rate, asked.base)
    if not added:
        return None
    account = revaluation_account(asked.currency).code
    legs = [_moved(account, asked.base, added), _moved(Account.FX_UNREALISED_GAIN, asked.base, -added)]
    return await post(tx, _journal(asked.key, "fx_revaluation", asked.effective_on, legs))


async def positions(tx: ReadTx, base: str) -> list[PositionOut]:
    """Every currency that was exchanged against the base currency."""
    prefix = "fx_position_"
    codes = [entry.code for entry in await store.accounts(tx) if entry.code.startswith(prefix)]
    return [await position(tx, code.removeprefix(prefix).upper(), base) for code in codes]


async def position(tx: ReadTx, currency: str, base: str) -> PositionOut:
    """What is held of a currency, what it cost, and what valuing it has added."""
    found = await _position(tx, currency, base)
    return PositionOut(
        currency=currency,
        base=base,
        amount_minor=found.amount_minor,
        cost_minor=found.cost_minor,
        revalued_minor=found.revalued_minor,
    )


async def _locked(tx: Tx, currency: str, base: str) -> Position:
    """The position, held still until the transaction ends, its accounts open."""
    await chart.lock_position(tx, currency)
    await chart.open_accounts(tx, ["fx_position", Account.FX_REALISED_GAIN, Account.FX_UNREALISED_GAIN])
    for entry in (position_account(currency), revaluation_account(currency)):
        await chart.open_account(tx, entry)
    return await _position(tx, currency, base)


async def _position(tx: ReadTx, currency: str, base: str) -> Position:
    """The position's account is credited with what is held and debited with what it cost."""
    held = {each.currency: each.net_debit_minor for each in await _volumes(tx, position_account(currency).code)}
    valued = {each.currency: each.net_debit_minor for each in await _volumes(tx, revaluation_account(currency).code)}
    return Position(
        currency=currency,
        amount_minor=-held.get(currency, 0),
        cost_minor=held.get(base, 0),
        revalued_minor=valued.get(base, 0),
    )


async def _volumes(tx: ReadTx, account: str) -> list[Volume]:
    return await store.volumes(tx, until=None, account=account)


def _moved(account: str, currency: str, debit_minor: int) -> Posting:
    return debit(account, debit_minor, currency) if debit_minor > 0 else credit(account, -debit_minor, currency)


def _journal(key: str, kind: str, on: date, legs: list[Posting]) -> Journal:
    return Journal(key=key, kind=kind, effective_on=on, postings=tuple(legs), source="ledger.fx")
