"""Reads balances, statements and financial statements."""

from datetime import date, datetime, timedelta
from uuid import UUID

from backend.kernel.db import ReadTx
from backend.ledger import store, views
from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chart import AccountKind, ChartEntry, Side
from backend.ledger.domain.reports import ReportLine, by_currency, change, rolled_up, total
from backend.ledger.errors import AccountNotFound
from backend.ledger.store import balances, chart, statement
from backend.ledger.store.statement import Place, StatementLine
from shared.api import ledger as api
from shared.api import ledger_reports as reports
from shared.api.ledger_posting import ChartAccountOut
from shared.errors import InvalidInput
from shared.paging import Page

_FIRST = date(1, 1, 1)
_LAST = date(9999, 12, 31)
_ONE_DAY = timedelta(days=1)
_EARNED = (AccountKind.INCOME, AccountKind.EXPENSE)
_OWNED = (AccountKind.ASSET, AccountKind.LIABILITY, AccountKind.EQUITY)


async def whole_chart(tx: ReadTx) -> list[ChartAccountOut]:
    """Every account with the headings that accounts roll up into."""
    return [views.chart_account(entry) for entry in await store.accounts(tx, headings=True)]


async def balance(
    tx: ReadTx, code: str, *, as_of: date | None, at: datetime | None, loan_id: UUID | None, party_id: UUID | None
) -> reports.AccountBalancesOut:
    """An account's balance now, of all that counts up to a day, or as the books stood at a moment.

    With a loan or party, what is kept for them on an account with a floor, now. Raises AccountNotFound, InvalidInput.
    """
    entry = await _account(tx, code)
    if sum(each is not None for each in (as_of, at, loan_id or party_id)) > 1:
        raise InvalidInput({"as_of": "choose one of a day, a moment, and a loan or party"})
    if loan_id or party_id:
        if not entry.guarded:
            raise InvalidInput({"loan_id": f"{code} has no floor, so it keeps no balance of each loan and party"})
        found = await balances.kept(tx, code, loan_id=loan_id, party_id=party_id)
        shown = [_kept(each, entry.normal_side) for each in found]
    elif at is not None:
        shown = [_balance(each, entry.normal_side) for each in await store.volumes_at(tx, code, at)]
    else:
        shown = [_balance(each, entry.normal_side) for each in await store.volumes(tx, until=as_of, account=code)]
        if entry.guarded and as_of is None:
            reserved = await balances.reserved(tx, code)
            shown = [_less(each, *reserved.get(each.currency, (0, 0))) for each in shown]
    return reports.AccountBalancesOut(
        account=code, normal_side=api.Side(entry.normal_side), as_of=as_of, at=at, balances=shown
    )


async def statement_of(
    tx: ReadTx, code: str, currency: str, *, since: date | None, until: date | None, cursor: str | None, limit: int
) -> Page[reports.StatementLineOut]:
    """One page of an account's postings, the oldest day first, each with the balance after it.

    Raises AccountNotFound, InvalidInput for a cursor that is not one of ours. What comes in behind the cursor meanwhile
    is not in the pages that follow.
    """
    entry = await _account(tx, code)
    after = _place(cursor) if cursor else await _opening(tx, code, currency, since)
    found = await statement.lines(tx, code, currency, after=after, until=until or _LAST, limit=limit + 1)
    running, items = after.debit_minor, []
    for line in found[:limit]:
        running += line.amount_minor
        items.append(_line(line, running * entry.normal_side.sign))
    more = len(found) > limit
    last = found[limit - 1] if more else None
    token = f"{last.effective_on}_{last.journal_id}_{last.line}_{running}" if last else None
    return Page(items=items, next_cursor=token)


async def income_statement(tx: ReadTx, since: date, until: date) -> reports.IncomeStatementOut:
    """Income and expenses that count from `since` through `until`. Raises InvalidInput for days in the wrong order."""
    if until < since:
        raise InvalidInput({"until": "must not be before `since`"})
    entries = await store.accounts(tx, headings=True)
    before = by_currency(await store.volumes(tx, until=since - _ONE_DAY) if since > _FIRST else [])
    after = by_currency(await store.volumes(tx, until=until))
    shown = []
    for currency, debits in after.items():
        moved = change(debits, before.get(currency, {}))
        lines = rolled_up(entries, {code: net for code, net in moved.items() if net}, _EARNED)
        income, expenses = (total(entries, moved, kind) for kind in _EARNED)
        shown.append(
            reports.CurrencyIncomeOut(
                currency=currency,
                lines=[_report(line) for line in lines],
                income_minor=income,
                expenses_minor=expenses,
                net_income_minor=income - expenses,
            )
        )
    return reports.IncomeStatementOut(since=since, until=until, currencies=shown)


async def balance_sheet(tx: ReadTx, as_of: date) -> reports.BalanceSheetOut:
    """What is owned and owed at the end of a day; what was earned so far stands in equity."""
    entries = await store.accounts(tx, headings=True)
    shown = []
    for currency, debits in by_currency(await store.volumes(tx, until=as_of)).items():
        assets, liabilities, equity = (total(entries, debits, kind) for kind in _OWNED)
        income, expenses = (total(entries, debits, kind) for kind in _EARNED)
        shown.append(
            reports.CurrencySheetOut(
                currency=currency,
                lines=[_report(line) for line in rolled_up(entries, debits, _OWNED)],
                assets_minor=assets,
                liabilities_minor=liabilities,
                equity_minor=equity + income - expenses,
                earnings_minor=income - expenses,
                difference_minor=assets - liabilities - equity - income + expenses,
            )
        )
    return reports.BalanceSheetOut(as_of=as_of, currencies=shown)


async def loan_control(tx: ReadTx) -> reports.LoanControlOut:
    """The loan book against its control accounts: both sides of each sum, and what stands there for no loan."""
    sides = {entry.code: entry.normal_side for entry in await store.accounts(tx)}
    control = {(each.account, each.currency): each.net_debit_minor for each in await store.volumes(tx, until=None)}
    lines = []
    for loans in await statement.control(tx):
        sign = sides[loans.account].sign
        whole = control.get((loans.account, loans.currency), 0)
        lines.append(
            reports.ControlLineOut(
                account=loans.account,
                currency=loans.currency,
                control_minor=sign * whole,
                loans_minor=sign * loans.debit_minor,
                loans=loans.loans,
                difference_minor=sign * (whole - loans.debit_minor),
            )
        )
    return reports.LoanControlOut(agrees=not any(line.difference_minor for line in lines), lines=lines)


async def _account(tx: ReadTx, code: str) -> ChartEntry:
    entry = await chart.account(tx, code)
    if entry is None:
        raise AccountNotFound(account=code)
    return entry


async def _opening(tx: ReadTx, code: str, currency: str, since: date | None) -> Place:
    """Where a statement begins: after everything that counts before `since`."""
    day, net = since or _FIRST, 0
    if day > _FIRST:
        before = await store.volumes(tx, until=day - _ONE_DAY, account=code)
        net = sum(each.net_debit_minor for each in before if each.currency == currency)
    return Place(day=day, journal_id=balances.NOBODY, line=0, debit_minor=net)


def _place(cursor: str) -> Place:
    try:
        day, journal_id, line, net = cursor.split("_")
        place = Place(day=date.fromisoformat(day), journal_id=UUID(journal_id), line=int(line), debit_minor=int(net))
    except ValueError:
        raise InvalidInput({"cursor": "Pass back `next_cursor` as it came."}) from None
    if not 0 <= place.line < 2**15 or abs(place.debit_minor) >= 2**62:
        raise InvalidInput({"cursor": "Pass back `next_cursor` as it came."})
    return place


def _balance(volume: Volume, normal: Side) -> reports.AccountBalanceOut:
    net = volume.balance_minor(normal)
    return reports.AccountBalanceOut(
        currency=volume.currency,
        debit_minor=volume.debit_minor,
        credit_minor=volume.credit_minor,
        balance_minor=net,
        held_minor=0,
        queued_minor=0,
        available_minor=net,
    )


def _less(shown: reports.AccountBalanceOut, held: int, queued: int) -> reports.AccountBalanceOut:
    return reports.AccountBalanceOut(
        currency=shown.currency,
        debit_minor=shown.debit_minor,
        credit_minor=shown.credit_minor,
        balance_minor=shown.balance_minor,
        held_minor=held,
        queued_minor=queued,
        available_minor=shown.balance_minor - held - queued,
    )


def _kept(kept: balances.Kept, normal: Side) -> reports.AccountBalanceOut:
    net = kept.balance_minor * normal.sign
    volume = Volume(account="", currency=kept.currency, debit_minor=max(net, 0), credit_minor=max(-net, 0))
    return _less(_balance(volume, normal), kept.held_minor, kept.queued_minor)


def _line(line: StatementLine, balance_minor: int) -> reports.StatementLineOut:
    return reports.StatementLineOut(
        journal_id=line.journal_id,
        line=line.line,
        effective_on=line.effective_on,
        posted_at=line.posted_at,
        key=line.key,
        kind=line.kind,
        description=line.description,
        side=api.Side.DEBIT if line.amount_minor > 0 else api.Side.CREDIT,
        amount_minor=abs(line.amount_minor),
        balance_minor=balance_minor,
        loan_id=line.loan_id,
        party_id=line.party_id,
    )


def _report(line: ReportLine) -> reports.ReportLineOut:
    return reports.ReportLineOut(
        account=line.entry.code,
        number=line.entry.number,
        name=line.entry.name,
        kind=api.AccountKind(line.entry.kind),
        depth=line.depth,
        is_heading=not line.entry.postable,
        amount_minor=line.amount_minor,
    )
