"""Balances at any moment, statements, financial statements, and exports that others agree with."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import openpyxl
import pytest
from beancount import loader
from beancount.core import data

from backend import ledger
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant
from backend.ledger import Account, credit, debit
from backend.ledger.domain.holds import Hold
from backend.ledger.usecases.hold import place_hold
from backend.ledger.usecases.post import post
from backend.settings import Settings
from shared.ids import new_id
from tests.builders import platform
from tests.builders.books import DAY, Books, a_move, fill

PERIOD = {"since": "2025-01-01", "until": "2026-12-31"}


@pytest.fixture(scope="module")
async def client(settings: Settings, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [ledger.module(services)]) as client:
        yield client


@pytest.fixture
def books(services: Services, tenant: Tenant) -> Books:
    return Books(services, tenant)


@pytest.fixture
def headers(services: Services, tenant: Tenant) -> dict[str, str]:
    return platform.caller(services, tenant, Role.COMPLIANCE_OFFICER).headers


async def read(client: httpx.AsyncClient, headers: dict[str, str], path: str, **params: Any) -> Any:
    answer = await client.get(f"/v1/ledger/{path}", headers=headers, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def pay_in(books: Books, amount: int, on: date = DAY) -> datetime:
    """Pays capital in; when it was posted."""
    move = a_move(debit(Account.RAIL_CASH, amount, "NGN"), credit(Account.CAPITAL, amount, "NGN"), on=on)
    return (await books.write(lambda tx: post(tx, move))).posted_at


async def test_a_balance_is_told_at_any_moment_of_the_past_sealed_or_not(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    moments: list[datetime] = []
    for number in range(12):
        moments.append(await pay_in(books, 10**number))
        if number == 3:
            await books.seal()
        if number in {5, 8}:
            await books.seal()
            await books.sign()

    for number, moment in enumerate(moments):
        shown = await read(client, headers, "accounts/rail_cash/balance", at=moment.isoformat())
        assert shown["balances"][0]["balance_minor"] == int("1" * (number + 1)), number
    before = await read(client, headers, "accounts/rail_cash/balance", at="2020-01-01T00:00:00Z")
    now = await read(client, headers, "accounts/capital/balance")
    assert before["balances"] == []
    assert (now["normal_side"], now["balances"][0]["balance_minor"]) == ("credit", int("1" * 12))


async def test_a_balance_up_to_a_day_counts_effective_days(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    for days in range(5):
        await pay_in(books, 10**days, on=DAY + timedelta(days=days))
        await books.seal()
    await pay_in(books, 10**6, on=DAY)

    shown = [
        (await read(client, headers, "accounts/rail_cash/balance", as_of=str(DAY + timedelta(days=days))))["balances"]
        for days in range(-1, 5)
    ]

    assert shown[0] == []
    assert [each[0]["balance_minor"] for each in shown[1:]] == [10**6 + int("1" * n) for n in range(1, 6)]


async def test_available_is_shown_less_what_is_held(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    party = new_id()
    await books.open_wallets()
    await books.fund(party, 1_000)
    hold = Hold(key="h", account="wallets", amount_minor=300, currency="NGN", party_id=party)
    await books.write(lambda tx: place_hold(tx, hold))

    whole = await read(client, headers, "accounts/wallets/balance")
    own = await read(client, headers, "accounts/wallets/balance", party_id=str(party))
    other = await read(client, headers, "accounts/wallets/balance", party_id=str(new_id()))

    wanted = {"balance_minor": 1_000, "held_minor": 300, "queued_minor": 0, "available_minor": 700}
    for shown in (whole, own):
        assert {name: shown["balances"][0][name] for name in wanted} == wanted
    assert other["balances"] == []


async def test_a_statement_runs_page_by_page_without_a_gap(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    for number in range(7):
        await pay_in(books, number + 1, on=DAY + timedelta(days=number // 3))

    async def lines(**params: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            wanted = {**params, "currency": "NGN", **({"cursor": cursor} if cursor else {})}
            page = await read(client, headers, "accounts/rail_cash/statement", **wanted)
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    by_two, at_once = await lines(limit=2), await lines()
    later = await lines(limit=2, since=str(DAY + timedelta(days=1)))
    bounded = await lines(until=str(DAY))

    assert by_two == at_once
    assert [line["balance_minor"] for line in at_once] == [1, 3, 6, 10, 15, 21, 28]
    assert later == at_once[3:]
    assert bounded == at_once[:3]


async def test_financial_statements_roll_up_and_add_up(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    loan = new_id()
    await pay_in(books, 1_000)
    for legs in (
        (debit(Account.LOANS_PRINCIPAL, 600, "NGN", loan_id=loan), credit(Account.RAIL_CASH, 600, "NGN")),
        (debit(Account.INTEREST_RECEIVABLE, 90, "NGN", loan_id=loan), credit(Account.INTEREST_INCOME, 90, "NGN")),
        (debit(Account.LOSS_PROVISIONS, 40, "NGN"), credit(Account.LOSS_ALLOWANCE, 40, "NGN")),
        (debit(Account.RAIL_CHARGES, 7, "NGN"), credit(Account.RAIL_CASH, 7, "NGN")),
    ):
        await books.write(lambda tx: post(tx, a_move(*legs)))  # noqa: B023

    income = (await read(client, headers, "income-statement", **PERIOD))["currencies"][0]
    sheet = (await read(client, headers, "balance-sheet", as_of="2026-12-31"))["currencies"][0]
    later = await read(client, headers, "income-statement", since="2026-02-01", until="2026-02-28")
    control = await read(client, headers, "loan-control")

    assert (income["income_minor"], income["expenses_minor"], income["net_income_minor"]) == (90, 47, 43)
    assert (sheet["assets_minor"], sheet["equity_minor"], sheet["earnings_minor"]) == (1_043, 1_043, 43)
    assert (sheet["liabilities_minor"], sheet["difference_minor"]) == (0, 0)
    amounts = {line["account"]: (line["depth"], line["amount_minor"]) for line in sheet["lines"]}
    assert amounts["assets"] == (0, 1_043)
    assert amounts["cash"] == (1, 393)
    assert amounts["loans"] == (1, 650)
    assert amounts["loss_allowance"] == (2, -40)
    assert later["currencies"][0]["net_income_minor"] == 0
    assert control["agrees"] is True
    assert {line["account"]: line["loans_minor"] for line in control["lines"]} == {
        "interest_receivable": 90,
        "loans_principal": 600,
    }


async def test_beancount_takes_the_ledger_and_arrives_at_the_same_balances(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    await fill(books)
    odd = a_move(debit(Account.RAIL_CASH, 12_345, "KWD"), credit(Account.CAPITAL, 12_345, "KWD"))
    await books.write(lambda tx: post(tx, odd))

    got = await client.get("/v1/ledger/export", headers=headers, params={**PERIOD, "format": "beancount"})
    entries, errors, _ = loader.load_string(got.text)
    trial = await read(client, headers, "trial-balance")

    assert errors == []
    assert sum(isinstance(entry, data.Balance) for entry in entries) > 4
    ours: dict[tuple[str, str], Decimal] = {}
    for currency in trial["currencies"]:
        exponent = {"NGN": 2, "KWD": 3}[currency["currency"]]
        for line in currency["lines"]:
            net = Decimal(line["debit_minor"] - line["credit_minor"]).scaleb(-exponent)
            if net:
                ours[line["account"].replace("_", "-").capitalize(), currency["currency"]] = net
    theirs: dict[tuple[str, str], Decimal] = {}
    for posting in (line for entry in entries if isinstance(entry, data.Transaction) for line in entry.postings):
        units = posting.units
        assert units is not None
        assert units.number is not None
        place = (posting.account.rpartition(":")[2], units.currency)
        theirs[place] = theirs.get(place, Decimal(0)) + units.number
    theirs = {place: amount for place, amount in theirs.items() if amount}
    assert theirs == ours


async def test_csv_and_xlsx_say_the_same_and_carry_no_formulas(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str]
) -> None:
    await fill(books)
    bad = a_move(debit(Account.RAIL_CASH, 1, "NGN"), credit(Account.CAPITAL, 1, "NGN"), description="=1+1")
    await books.write(lambda tx: post(tx, bad))

    text = await client.get("/v1/ledger/export", headers=headers, params={**PERIOD, "format": "csv"})
    book = await client.get("/v1/ledger/export", headers=headers, params={**PERIOD, "format": "xlsx"})
    rows = list(csv.DictReader(io.StringIO(text.text)))
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))

    assert text.headers["content-disposition"] == 'attachment; filename="ledger-2025-01-01-2026-12-31.csv"'
    assert len(cells) == len(rows) + 1
    for side in ("debit", "credit"):
        column = cells[0].index(side)
        in_csv = sum((Decimal(row[side]) for row in rows if row[side]), Decimal(0))
        in_xlsx = sum((Decimal(str(cell[column])) for cell in cells[1:] if cell[column]), Decimal(0))
        assert in_csv == in_xlsx
    assert [row["description"] for row in rows if "1+1" in row["description"]] == ["'=1+1"] * 2
    assert "=1+1" in [cell[5] for cell in cells]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


async def test_the_proof_can_be_taken_home(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str], services: Services
) -> None:
    from backend.ledger.verifier import checked

    await fill(books)

    got = await client.get("/v1/ledger/proof/export", headers=headers)
    held = checked(got.text.splitlines(), [], [])

    assert got.headers["content-type"].startswith("application/jsonl")
    assert (held.blocks, held.unsealed) == (2, 1)


@pytest.mark.parametrize(
    "path",
    [
        "accounts/rail_cash/balance?as_of=2026-01-01&at=2026-01-01T00:00:00Z",
        "accounts/rail_cash/statement?currency=NGN&cursor=x",
        "accounts/rail_cash/statement?currency=NGN&cursor=2026-01-01_0190a000-0000-7000-8000-0000000000bb_99999_1",
        "income-statement?since=2026-02-01&until=2026-01-01",
        "export?since=2026-02-01&until=2026-03-01&format=pdf",
        "balance-sheet",
    ],
)
async def test_a_question_that_makes_no_sense_is_told_so(
    client: httpx.AsyncClient, books: Books, headers: dict[str, str], path: str
) -> None:
    await pay_in(books, 1)

    refused = await client.get(f"/v1/ledger/{path}", headers=headers)

    assert refused.status_code == 400, refused.text


async def test_strangers_read_nothing(client: httpx.AsyncClient, services: Services, books: Books) -> None:
    at = await pay_in(books, 1)
    other = platform.caller(services, await platform.new_tenant(services), Role.OPERATIONS).headers
    own = platform.caller(services, books.tenant, Role.SUPPORT_AGENT).headers

    assert (await client.get("/v1/ledger/accounts/rail_cash/balance", headers=other)).status_code == 404
    export = await client.get("/v1/ledger/export", headers=other, params=PERIOD)
    assert len(export.text.splitlines()) == 1
    for path in ("chart", "loan-control", "proof/export", "balance-sheet?as_of=2026-01-01", "export?since=2026-01-01"):
        assert (await client.get(f"/v1/ledger/{path}", headers=own)).status_code == 403
    assert at.tzinfo == UTC
