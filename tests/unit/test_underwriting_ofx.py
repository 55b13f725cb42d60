"""OFX statements, both dialects, and the files that would hurt."""

import time
from datetime import date

import pytest

from backend.underwriting.domain.statement import Category
from backend.underwriting.errors import (
    StatementCurrencyDiffers,
    StatementNotRecognised,
    StatementRowsUnreadable,
    StatementTooLarge,
)
from backend.underwriting.statements import read_statement
from backend.underwriting.statements.classify import category_of
from backend.underwriting.statements.keywords import Direction
from tests.builders.statements import as_csv, as_ofx, entry, salaried


@pytest.mark.parametrize("xml", [False, True])
def test_both_dialects_give_what_the_csv_export_gives(*, xml: bool) -> None:
    entries = salaried()

    statement = read_statement(as_ofx(entries, xml=xml), "NGN")

    like = read_statement(as_csv(entries), "NGN")
    assert [(t.booked_on, t.amount_minor, t.description, t.category) for t in statement.transactions] == [
        (t.booked_on, t.amount_minor, t.description, t.category) for t in like.transactions
    ]
    assert statement.transactions[-1].balance_minor == like.transactions[-1].balance_minor
    assert statement.starts_on == date(2026, 1, 1)
    assert statement.ends_on == date(2026, 3, 29)
    assert statement.account_last4 == "6789"


def test_the_banks_own_day_stays_whatever_its_time_zone() -> None:
    statement = read_statement(as_ofx([entry(date(2026, 3, 1), -5, "x")]), "NGN")

    assert statement.transactions[0].booked_on == date(2026, 3, 1)


@pytest.mark.parametrize(("currency", "text", "minor"), [("JPY", "-1234", -1_234), ("KWD", "-1,234", -1_234)])
def test_amounts_follow_the_currency(currency: str, text: str, minor: int) -> None:
    content = as_ofx([entry(date(2026, 3, 1), -7, "x")], currency=currency)
    shown = b"-7" if currency == "JPY" else b"-0.007"

    statement = read_statement(content.replace(b"<TRNAMT>" + shown, b"<TRNAMT>" + text.encode()), currency)

    assert statement.transactions[0].amount_minor == minor


def test_escaped_characters_and_cdata_are_read_as_text() -> None:
    plain = as_ofx([entry(date(2026, 3, 1), -5, "A & B <one>".replace("<one>", "one"))], xml=True)
    content = plain.replace(b"A &amp; B one", b"<![CDATA[SALARY & <more>]]>")

    assert read_statement(plain, "NGN").transactions[0].description == "A & B one"
    assert read_statement(content, "NGN").transactions[0].description == "SALARY & <more>"


def test_every_bad_transaction_is_named_by_its_number() -> None:
    content = as_ofx([entry(date(2026, 3, day), -500, f"t{day}") for day in (1, 2, 3)])
    broken = content.replace(b"20260301000000[+1:WAT]", b"20261301").replace(b"<FITID>2", b"<FITID>1")

    with pytest.raises(StatementRowsUnreadable) as refusal:
        read_statement(broken.replace(b"-5.00", b"-5.001", 1), "NGN")

    assert set(refusal.value.fields) == {"transaction 1", "transaction 3"}


def test_another_currency_and_other_than_one_account_are_refused() -> None:
    content = as_ofx(salaried())

    with pytest.raises(StatementCurrencyDiffers):
        read_statement(content, "KES")
    with pytest.raises(StatementNotRecognised, match="no bank account"):
        read_statement(content.replace(b"STMTRS>", b"INVSTMTRS>"), "NGN")


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.replace(b"<OFX>", BOMB + b"<OFX>"),
        lambda c: c.replace(b"</STMTRS>", b""),
        lambda c: c.replace(b"</STMTTRN>", b"</WRONG>", 1),
        lambda c: c.replace(b"<STMTTRN>", b'<STMTTRN a="1">', 1),
        lambda c: c.replace(b"<STMTTRN>", b"<stmttrn>", 1),
        lambda c: c.replace(b"<OFX>", b"<OFX>" + b"<A>" * 100),
        lambda c: c + b"</OFX>",
        lambda c: c + b"<![CDATA[",
        lambda c: b"OFXHEADER:100\n<OFX></OFX>",
        lambda c: b"<OFX></OFX>",
        lambda c: b"OFXHEADER:100",
    ],
)
@pytest.mark.parametrize("xml", [False, True])
def test_broken_or_hostile_files_are_refused(*, change: object, xml: bool) -> None:
    assert callable(change)

    with pytest.raises(StatementNotRecognised):
        read_statement(change(as_ofx(salaried(), xml=xml)), "NGN")


@pytest.mark.parametrize(
    "content",
    [
        b"OFXHEADER:100\n" + b" " * 4_900_000 + b"<OFX>",
        as_ofx(salaried()).replace(b"<OFX>", b"<OFX>" + b"<A><![CDATA[x" * 300_000),
        as_ofx(salaried()).replace(b"<OFX>", b"<OFX>" + b"<A></A>" * 600_000),
        b"<?xml" + b" " * 4_900_000,
    ],
)
def test_files_made_to_take_for_ever_are_refused_soon(content: bytes) -> None:
    began = time.process_time()  # what else the machine does is not this reader's fault

    with pytest.raises((StatementNotRecognised, StatementTooLarge)):
        read_statement(content, "NGN")

    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("text", "direction", "category"),
    [
        ("NIP/ACME LTD/JAN SALARY", Direction.IN, Category.SALARY),
        ("Salary advance repayment", Direction.OUT, Category.OTHER),
        ("FAIRMONEY MFB LOAN DISB", Direction.IN, Category.LOAN_INFLOW),
        ("FAIRMONEY MFB", Direction.OUT, Category.LOAN_REPAYMENT),
        ("RVSL: SALARY", Direction.IN, Category.REVERSAL),
        ("Unpaid Direct-Debit: Lender", Direction.IN, Category.BOUNCE),
        ("Dishonour fee", Direction.OUT, Category.BOUNCE),
        ("BET9JA DEPOSIT", Direction.OUT, Category.GAMBLING),
        ("VAT ON NIP CHARGE", Direction.OUT, Category.BANK_FEE),
        ("House RENT April", Direction.OUT, Category.HOUSING),
        ("CURRENT ACCOUNT", Direction.OUT, Category.OTHER),
        ("TRF TO PIGGYVEST", Direction.OUT, Category.OWN_TRANSFER),
        ("ATM WDL LAGOS", Direction.OUT, Category.CASH),
        ("PRÉLÈVEMENT IMPAYÉ", Direction.OUT, Category.BOUNCE),
        ("راتب شهر مارس", Direction.IN, Category.SALARY),
    ],
)
def test_transactions_are_sorted_by_whole_words_and_direction(
    text: str, direction: Direction, category: Category
) -> None:
    assert category_of(text, direction) is category


def test_the_banks_own_type_helps_where_words_say_nothing() -> None:
    assert category_of("x", Direction.IN, "DIRECTDEP") is Category.OTHER_INCOME
    assert category_of("x", Direction.OUT, "SRVCHG") is Category.BANK_FEE
    assert category_of("x", Direction.OUT, "CHECK") is Category.OTHER


def test_what_the_same_payer_sends_every_month_is_income() -> None:
    def categories(*entries: tuple[int, int, str]) -> set[Category]:
        plan = [entry(date(2026, month, 25), amount, text) for month, amount, text in entries]
        plan.append(entry(date(2026, 4, 1), -100, "POS"))
        return {t.category for t in read_statement(as_csv(plan), "NGN").transactions if t.amount_minor > 0}

    steady = [(1, 900, "TRF FROM ACME LTD 0001"), (2, 950, "TRF FROM ACME LTD 0002"), (3, 900, "TRF FROM ACME LTD 3")]
    assert categories(*steady) == {Category.OTHER_INCOME}
    assert categories(*steady[:2]) == {Category.TRANSFER}
    assert categories(*steady[:2], (3, 100, "TRF FROM ACME LTD 9")) == {Category.TRANSFER}
    assert categories(*steady, (3, -900, "TRF TO ACME LTD")) == {Category.TRANSFER}
