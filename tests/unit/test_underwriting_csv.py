"""CSV statements: what is read, what is asked for, what is refused."""

from datetime import date

import pytest

from backend.underwriting.domain.statement import Category, Statement
from backend.underwriting.errors import (
    StatementAmbiguous,
    StatementCurrencyDiffers,
    StatementNotRecognised,
    StatementRowsUnreadable,
    StatementTooLarge,
)
from backend.underwriting.statements import MAX_BYTES, DateOrder, read_statement
from tests.builders.statements import as_csv, entry, salaried


def read(text: str, currency: str = "NGN", **hints: object) -> Statement:
    return read_statement(text.encode(), currency, **hints)  # type: ignore[arg-type]


def amounts(statement: Statement) -> list[int]:
    return [line.amount_minor for line in statement.transactions]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_a_plain_export_is_read_whole_whatever_its_delimiter_and_direction(
    *, delimiter: str, newest_first: bool
) -> None:
    entries = salaried()

    statement = read_statement(as_csv(entries, delimiter=delimiter, newest_first=newest_first), "NGN")

    assert amounts(statement) == [each.amount_minor for each in entries]
    assert statement.transactions[-1].balance_minor == 10_000_000 + sum(each.amount_minor for each in entries)
    assert (statement.starts_on, statement.ends_on) == (entries[0].on, entries[-1].on)


def test_bank_lines_above_the_header_and_sums_below_it_are_passed_over() -> None:
    statement = read(
        "GREAT BANK PLC\nAccount:,0123456789,\nPeriod:,01-Jan-2026 to 31-Jan-2026\n\n"
        "S/N,Trans. Date,Value Date,Narration,Debit (NGN),Credit (NGN),Balance\n"
        ',,,Opening Balance,,,"1,000.00"\n'
        '1,05-Jan-2026,05-Jan-2026,"SALARY, JANUARY",,"450,000.00","451,000.00"\n'
        '2,06-Jan-2026,06-Jan-2026,ATM WDL,"20,000.50",,"430,999.50"\n\n'
        "S/N,Trans. Date,Value Date,Narration,Debit (NGN),Credit (NGN),Balance\n"
        '3,07-Jan-2026,07-Jan-2026,POS,0.00,10.00,"431,009.50"\n'
        ',,,Total,"20,000.50","450,010.00",\n'
    )

    assert amounts(statement) == [45_000_000, -2_000_050, 1_000]
    assert [line.category for line in statement.transactions] == [Category.SALARY, Category.CASH, Category.OTHER]
    assert statement.transactions[1].balance_minor == 43_099_950


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234.56", 123_456),
        ("-1,234.56", -123_456),
        ("1.234,56-", -123_456),
        ("(1 234,56)", -123_456),
        ("₦1,234.56 DR", -123_456),
        ("NGN 1,234.56 CR", 123_456),
        ("N1,234", 123_400),
        ("1,23,456.70", 12_345_670),
        ("\u22121\u202f234.5", -123_450),
        ("1'234.50", 123_450),
        ("+.5", 50),
        ("12.500", 1_250_000),
        ("1,234,567", 123_456_700),
    ],
)
def test_amounts_become_minor_units_exactly(text: str, minor: int) -> None:
    statement = read(f'Date;Details;Amount\n2026-01-05;x;"{text}"\n2026-01-06;fee;"-0"\n2026-01-07;y;"-7"\n')

    assert amounts(statement)[0] == minor


@pytest.mark.parametrize(
    "text",
    [
        "1.234.56",
        "12,34,5",
        "1,2345.00",
        "1e5",
        "12.345",
        "abc",
        "1.5.",
        "",
        "€5",
        "5 USD",
        "9" * 20,
        "9" * 5000,
        "--5",
        "(-5)",
    ],
)
def test_what_is_no_amount_is_named_by_its_line(text: str) -> None:
    with pytest.raises(StatementRowsUnreadable) as refusal:
        read(f'Date;Details;Amount\n2026-01-05;x;-1.50\n2026-01-06;y;"{text}"\n')

    assert list(refusal.value.fields) == ["line 3"]


def test_a_zero_and_a_three_decimal_currency_keep_their_units() -> None:
    assert amounts(read('Date,Details,Amount\n2026-01-05,x,"-1,234"\n', "JPY")) == [-1_234]
    assert amounts(read("Date,Details,Amount\n2026-01-05,x,-1.5\n", "KWD")) == [-1_500]
    with pytest.raises(StatementAmbiguous, match="decimal_mark"):
        read('Date,Details,Amount\n2026-01-05,x,"-1,234"\n', "KWD")
    assert amounts(read('Date,Details,Amount\n2026-01-05,x,"-1,234"\n', "KWD", decimal_mark=",")) == [-1_234]
    assert amounts(read('Date,Details,Amount\n2026-01-05,x,"-1,234"\n', "KWD", decimal_mark=".")) == [-1_234_000]


def test_the_other_figures_tell_what_a_single_mark_is() -> None:
    statement = read('Date;Details;Amount\n2026-01-05;x;"12.500"\n2026-01-06;y;"-7.25"\n')

    assert amounts(statement) == [1_250, -725]


def test_two_kinds_of_decimal_mark_are_refused() -> None:
    with pytest.raises(StatementAmbiguous, match="both the point and the comma"):
        read('Date;Details;Amount\n2026-01-05;x;-1.50\n2026-01-06;y;"-1,50"\n')


@pytest.mark.parametrize(
    ("texts", "dates"),
    [
        (["03/04/2026", "13/04/2026"], [date(2026, 4, 3), date(2026, 4, 13)]),
        (["03/04/2026", "03/14/2026"], [date(2026, 3, 4), date(2026, 3, 14)]),
        (["04/04/2026", "05.05.2026"], [date(2026, 4, 4), date(2026, 5, 5)]),
        (["2026-04-03", "2026/04/13"], [date(2026, 4, 3), date(2026, 4, 13)]),
        (["3 Apr 2026", "13-April-26"], [date(2026, 4, 3), date(2026, 4, 13)]),
        (["Apr 3, 2026", "Apr 13 2026"], [date(2026, 4, 3), date(2026, 4, 13)]),
        (["20260403", "2026-04-13T23:59:59Z"], [date(2026, 4, 3), date(2026, 4, 13)]),
        (["03/04/26 10:30 PM", "13/04/26"], [date(2026, 4, 3), date(2026, 4, 13)]),
    ],
)
def test_dates_are_read_as_the_column_itself_tells(texts: list[str], dates: list[date]) -> None:
    statement = read("Date;Details;Amount\n" + "".join(f'"{text}";x;-1\n' for text in texts))

    assert [line.booked_on for line in statement.transactions] == dates


def test_a_day_that_may_be_a_month_is_asked_for() -> None:
    text = "Date,Details,Amount\n03/04/2026,x,-1\n05/06/2026,y,-2\n"

    with pytest.raises(StatementAmbiguous, match="date_order"):
        read(text)

    assert read(text, date_order=DateOrder.DAY_FIRST).starts_on == date(2026, 4, 3)
    assert read(text, date_order=DateOrder.MONTH_FIRST).starts_on == date(2026, 3, 4)
    assert read(text.replace("Date,", "Date (MM/DD/YYYY),")).starts_on == date(2026, 3, 4)


def test_a_column_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(StatementAmbiguous, match="some dates"):
        read("Date,Details,Amount\n13/04/2026,x,-1\n04/13/2026,y,-2\n")


def test_every_bad_row_is_named_at_once() -> None:
    with pytest.raises(StatementRowsUnreadable) as refusal:
        read(
            "Date,Details,Debit,Credit\n"
            "2026-01-05,ok,1.00,\n"
            "2026-02-30,bad date,1.00,\n"
            "2026-01-06,both,1.00,2.00\n"
            "2026-01-07,neither,,\n"
            "2026-01-08,negative,-5.00,\n"
            "2026-01-09,too,many,cells,1.00,\n"
            "nonsense,twice bad,x,\n"
        )

    assert list(refusal.value.fields) == [f"line {number}" for number in range(3, 9)]
    assert refusal.value.params["count"] == 6
    assert "neither a debit nor a credit" in refusal.value.fields["line 5"]


def test_lines_inside_quotation_marks_count_as_they_stand_in_the_file() -> None:
    with pytest.raises(StatementRowsUnreadable) as refusal:
        read('Date,Details,Amount\n2026-01-05,"two\nlines",-1\n2026-01-06,bad,?\n')

    assert list(refusal.value.fields) == ["line 4"]


def test_debits_that_all_have_a_minus_are_debits() -> None:
    statement = read("Date,Details,Money Out,Money In\n2026-01-05,x,-5.00,\n2026-01-06,y,,3.00\n")

    assert amounts(statement) == [-500, 300]


def test_unsigned_amounts_follow_their_debit_or_credit_column() -> None:
    assert amounts(read("Date,Details,Amount,DR/CR\n2026-01-05,x,5,DR\n2026-01-06,y,3,CR\n")) == [-500, 300]
    assert amounts(read("Date,Details,Amount,Type\n2026-01-05,x,5,Debit\n2026-01-06,y,3,Credit\n")) == [-500, 300]
    with pytest.raises(StatementAmbiguous, match="no amount has a sign"):
        read("Date,Details,Amount\n2026-01-05,x,5\n2026-01-06,y,3\n")


def test_another_currency_is_refused() -> None:
    with pytest.raises(StatementCurrencyDiffers):
        read("Date,Details,Amount (USD)\n2026-01-05,x,-5\n")
    with pytest.raises(StatementRowsUnreadable, match="1 rows"):
        read("Date,Details,Amount,Currency\n2026-01-05,x,-5,NGN\n2026-01-06,y,-5,USD\n")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7 whatever",
        b"a,b,c\n1,2,3\n",
        b"Date,Details,Amount\n",
        b"Date,Details,Amount\n2026-01-05,\x00,-5\n",
        b'Date,Details,Amount\n2026-01-05,"open,-5\n',
        b"Date,Details,Amount\n2026-01-05," + b"x" * 30_000 + b",-5\n",
        b"\x81\x8d\x8f",
    ],
)
def test_what_is_no_statement_is_refused(content: bytes) -> None:
    with pytest.raises(StatementNotRecognised):
        read_statement(content, "NGN")


def test_sizes_are_limited() -> None:
    with pytest.raises(StatementTooLarge, match="5 MB"):
        read_statement(b"x" * (MAX_BYTES + 1), "NGN")
    with pytest.raises(StatementTooLarge, match="20000 transactions"):
        read("Date,Details,Amount\n" + "2026-01-05,x,-5\n" * 20_001)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    statement = read_statement("Date,Details,Amount\n2026-01-05,Café,-5\n".encode(encoding), "NGN")

    assert statement.transactions[0].description == "Café"


def test_one_days_lines_stand_in_the_order_in_which_the_balance_follows() -> None:
    entries = [entry(date(2026, 1, 5), amount, f"x{amount}") for amount in (-500, 700, -900)]

    statement = read_statement(as_csv(entries, newest_first=True), "NGN")

    assert amounts(statement) == [-500, 700, -900]
