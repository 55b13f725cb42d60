"""A bank's statement against the books: what matches, and what stands on one side alone."""

import base64
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from backend import ledger
from backend.kernel.module import Services
from backend.kernel.scope import Role
from backend.kernel.tenants import Tenant
from backend.ledger.bank_files import read_lines
from backend.ledger.domain.journal import credit, debit
from backend.ledger.domain.matching import StatementFormat
from backend.ledger.domain.templates import Account
from backend.ledger.errors import StatementUnreadable
from backend.ledger.usecases.post import post, reverse
from backend.settings import Settings
from tests.builders import platform
from tests.builders.books import DAY, Books, a_move

CSV = """date,amount,currency,reference,description
2026-01-05,250.00,NGN,invoice-0001,Paid in
2026-01-06,-40.50,NGN,,Charges
2026-01-09,99.99,NGN,,Who was this
"""
MT940 = """:20:STARTUMSE
:25:10020030/1234567
:28C:00001/001
:60F:C260104NGN500,12
:61:2601050105C250,00NTRFinvoice-0001//BANKREF
:86:051?00UEBERWEISUNG?20Paid in
:61:2601060106D40,50NTRFNONREF
:86:Charges
:62F:C260109NGN709,62
-"""
OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>NGN
<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260101<DTEND>20260131
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260105<TRNAMT>250.00<FITID>invoice-0001<NAME>Paid in</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260106<TRNAMT>-40.50<FITID>2<NAME>Charges</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>1<DTASOF>20260109</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt>
<Id>1</Id><Ntry><Amt Ccy="NGN">250.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-01-05</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>invoice-0001</EndToEndId></Refs>
<RmtInf><Ustrd>Paid in</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="NGN">40.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-01-06</Dt></BookgDt>
<AddtlNtryInf>Charges</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="NGN">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"""
FILES = {
    StatementFormat.CSV: CSV,
    StatementFormat.MT940: MT940,
    StatementFormat.OFX: OFX,
    StatementFormat.CAMT053: CAMT,
}


@pytest.fixture
async def client(settings: Settings, services: Services, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    async with platform.serve(settings, services, [ledger.module(services)]) as client:
        client.headers.update(platform.caller(services, tenant, Role.OPERATIONS).headers)
        yield client


@pytest.fixture
def books(services: Services, tenant: Tenant) -> Books:
    return Books(services, tenant)


async def cash(books: Books, amount: int, key: str | None = None, on: date = DAY) -> Any:
    """Moves cash in, or out below zero."""
    side, other = (debit, credit) if amount > 0 else (credit, debit)
    legs = (side(Account.RAIL_CASH, abs(amount), "NGN"), other(Account.CAPITAL, abs(amount), "NGN"))
    return await books.write(lambda tx: post(tx, a_move(*legs, key=key, on=on)))


async def imported(client: httpx.AsyncClient, format_: StatementFormat, **more: Any) -> Any:
    content = base64.b64encode(FILES[format_].encode()).decode()
    body = {"account": "rail_cash", "format": format_.value, "content": content, **more}
    answer = await client.post("/v1/ledger/bank-statements", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def breaks(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found = await client.get("/v1/ledger/breaks", params={"account": "rail_cash", "as_of": "2026-01-31"})
    listed: list[dict[str, Any]] = found.json()
    return listed


@pytest.mark.parametrize("format_", FILES)
def test_each_format_says_the_same(format_: StatementFormat) -> None:
    lines = read_lines(FILES[format_].encode(), format_)

    assert [(line.booked_on, line.amount_minor, line.currency) for line in lines[:2]] == [
        (date(2026, 1, 5), 250_00, "NGN"),
        (date(2026, 1, 6), -40_50, "NGN"),
    ]
    assert "invoice-0001" in lines[0].reference
    assert "Charges" in lines[1].description


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"date,amount\n", b"{}", b"<a>", CSV[:60].encode() + b"x"])
def test_what_is_no_statement_is_refused(format_: StatementFormat, content: bytes) -> None:
    with pytest.raises(StatementUnreadable):
        read_lines(content, format_)


def test_xml_that_would_inflate_or_fetch_is_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]>' + CAMT.partition("?>")[2].replace("Paid in", "&c;")

    with pytest.raises(StatementUnreadable):
        read_lines(bomb.encode(), StatementFormat.CAMT053)
    with pytest.raises(StatementUnreadable):
        read_lines(OFX.replace("<OFX>", '<!DOCTYPE a SYSTEM "x"><OFX>').encode(), StatementFormat.OFX)


@pytest.mark.parametrize("format_", FILES)
async def test_lines_find_their_postings_and_the_rest_are_breaks(
    client: httpx.AsyncClient, books: Books, format_: StatementFormat
) -> None:
    await cash(books, 250_00, "invoice-0001", DAY - timedelta(days=20))  # found by its key, whatever its day
    await cash(books, -40_50, on=DAY)  # found by its amount, a day apart
    lost = await cash(books, 77_77, on=DAY)
    undone = await cash(books, 88_88, on=DAY)
    await books.write(lambda tx: reverse(tx, undone.id, key="undo", effective_on=DAY))

    first = await imported(client, format_)
    again = await imported(client, format_)
    found = await breaks(client)

    assert first["matched"] == 2
    assert (again["id"], again["matched"]) == (first["id"], 0)
    at_bank = [(each["kind"], each["amount_minor"], each["age_days"]) for each in found if each["line_id"]]
    in_books = [(each["kind"], each["journal_id"], each["age_days"]) for each in found if each["journal_id"]]
    assert at_bank == ([("not_in_books", 99_99, 22)] if format_ is StatementFormat.CSV else [])
    assert in_books == [("not_at_bank", str(lost.id), 26)]


async def test_what_could_be_either_is_left_to_a_person(client: httpx.AsyncClient, books: Books) -> None:
    for _ in range(2):
        await cash(books, 99_99, on=date(2026, 1, 9))
    await imported(client, StatementFormat.CSV)
    line = next(each for each in await breaks(client) if each["amount_minor"] == 99_99 and each["line_id"])

    settled = {"note": "The shop's deposit", "journal_id": None}
    done = await client.post(f"/v1/ledger/breaks/{line['line_id']}/resolution", json=settled)
    twice = await client.post(f"/v1/ledger/breaks/{line['line_id']}/resolution", json=settled)

    assert done.status_code == 201
    assert (twice.status_code, twice.json()["code"]) == (404, "break_not_found")
    assert line["line_id"] not in {each["line_id"] for each in await breaks(client)}


async def test_a_tolerance_holds_only_where_a_reference_vouches(client: httpx.AsyncClient, books: Books) -> None:
    await cash(books, 250_03, "invoice-0001")
    await cash(books, 99_98, on=date(2026, 1, 9))

    strict = await imported(client, StatementFormat.CSV)
    loose = await client.post("/v1/ledger/matches", json={"account": "rail_cash", "amount_minor": 5})

    assert strict["matched"] == 0
    assert loose.json() == {"matched": 1}
    assert {each["amount_minor"] for each in await breaks(client)} == {-40_50, 99_98, 99_99}


async def test_nothing_is_imported_for_an_account_that_is_not_there(client: httpx.AsyncClient) -> None:
    content = base64.b64encode(CSV.encode()).decode()

    refused = await client.post(
        "/v1/ledger/bank-statements", json={"account": "nowhere", "format": "csv", "content": content}
    )

    assert (refused.status_code, refused.json()["code"]) == (404, "account_not_found")
    assert (await client.get("/v1/ledger/bank-statements")).json()["items"] == []
