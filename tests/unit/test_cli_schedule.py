"""`caas schedule` as a credit officer types it."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main

PLAIN = ("1000", "12", "4", "--on", "2026-01-01", "--day-count", "30E/360")


def schedule(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["schedule", *arguments], input=stdin)


def test_a_table_shows_the_cost_and_every_row() -> None:
    shown = schedule(*PLAIN)

    assert shown.exit_code == 0
    assert "APR                 12.00 % (nominal, Regulation Z Appendix J)" in shown.output
    assert "Instalment          NGN 256.28" in shown.output
    rows = shown.output.splitlines()
    assert rows[-3].split() == ["4", "2026-05-01", "253.75", "2.54", "0.00", "256.29", "0.00"]
    assert rows[-1].split() == ["total", "1000.00", "25.13", "0.00", "1025.13"]


def test_csv_is_one_table_with_the_rates_in_its_last_row() -> None:
    shown = schedule(*PLAIN, "--format", "csv")

    table = list(csv.DictReader(StringIO(shown.output)))
    assert [row["total"] for row in table] == ["256.28", "256.28", "256.28", "256.29", "1025.13"]
    assert (table[-1]["number"], table[-1]["apr_pct"], table[-1]["effective_apr_pct"]) == ("total", "12.00", "12.87")


def test_json_is_what_the_api_answers() -> None:
    shown = json.loads(schedule(*PLAIN, "--format", "json").output)

    assert shown["total_cost"] == {"amount_minor": 25_13, "currency": "NGN"}
    assert shown["recast"] is None
    assert len(shown["rows"]) == 4


def test_amounts_have_the_decimals_of_their_currency() -> None:
    yen = schedule("100000", "10", "2", "--currency", "JPY", "--on", "2026-01-01")
    dinar = schedule("100.125", "10", "2", "--currency", "KWD", "--on", "2026-01-01")

    assert "Paid out            JPY 100000 on" in yen.output
    assert "Paid out            KWD 100.125 on" in dinar.output


def test_any_term_can_be_set() -> None:
    shown = schedule(
        *PLAIN,
        "--method",
        "equal_principal",
        "--fee",
        "setup:disbursement:1.5%",
        "--fee",
        "service:instalment:2.50",
        "--set",
        "principal_grace=2",
        "--set",
        "due_dates=2026-02-01,2026-03-01,2026-04-01,2026-05-15",
        "--set",
        'cost_cap={"total_bps": 10000}',
        "--format",
        "json",
    )

    found = json.loads(shown.output)
    assert found["paid_out"]["amount_minor"] == 985_00
    assert [row["principal"]["amount_minor"] for row in found["rows"]] == [0, 0, 500_00, 500_00]
    assert found["rows"][-1]["due_on"] == "2026-05-15"
    assert found["rows"][0]["fee"]["amount_minor"] == 2_50


def test_extra_payments_show_what_they_save() -> None:
    shown = schedule(*PLAIN, "--pay", "2026-02-10=300", "--early", "reduce_term")

    assert "Interest saved      NGN 5.54" in shown.output
    assert "the last is due on 2026-04-01" in shown.output


def test_terms_come_from_a_file_and_options_go_over_it(tmp_path: Path) -> None:
    product = {
        "currency": "KES",
        "principal_minor": 50_000,
        "annual_rate_pct": 18,
        "instalments": 6,
        "frequency": "weekly",
    }
    file = tmp_path / "product.json"
    file.write_text(json.dumps(product))

    from_file = json.loads(schedule("--terms", str(file), "--format", "json").output)
    changed = json.loads(
        schedule("--terms", "-", "--format", "json", "--frequency", "daily", stdin=file.read_text()).output
    )

    assert (from_file["currency"], len(from_file["rows"])) == ("KES", 6)
    assert changed["last_due_on"] < from_file["last_due_on"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "PRINCIPAL and RATE and INSTALMENTS must be given"),
        (("1000", "12"), "INSTALMENTS must be given"),
        (("many", "12", "4"), "'many' is not an amount"),
        (("1e999999", "12", "4"), "is not an amount"),
        (("nan", "12", "4"), "is not an amount"),
        (("10.001", "12", "4"), "at most 2 decimals"),
        (("-5", "12", "4"), "No such option"),
        (("0", "12", "4"), "principal_minor"),
        (("1000", "a lot", "4"), "annual_rate_pct"),
        (("1000", "12000", "4"), "a rate is 0 to 1000"),
        (("1000", "12", "0"), "instalments"),
        (("1000", "12", "four"), "instalments"),
        (("1000", "12", "4", "--currency", "XXX"), "XXX is not an active ISO 4217 currency"),
        (("1000", "12", "4", "--frequency", "hourly"), "'hourly' is not one of"),
        (("1000", "12", "4", "--on", "31.1.2026"), "31.1.2026"),
        (("1000", "12", "4", "--fee", "setup"), "not CODE:WHEN:AMOUNT"),
        (("1000", "12", "4", "--fee", "setup:someday:5"), "someday"),
        (("1000", "12", "4", "--fee", "setup:maturity:x%"), "not an amount"),
        (("1000", "12", "4", "--set", "colour=red"), "not TERM=VALUE"),
        (("1000", "12", "4", "--set", "grace_days"), "not TERM=VALUE"),
        (("1000", "12", "4", "--set", "grace_days=-1"), "grace_days"),
        (("1000", "12", "4", "--set", "holidays=ZZ"), "no calendar of holidays"),
        (("1000", "12", "4", "--set", "principal_grace=4"), "after those in grace"),
        (("1000", "12", "4", "--pay", "tomorrow=5"), "extra_payments[0].on"),
        (("1000", "12", "4", "--pay", "2026-01-01"), "not DATE=AMOUNT"),
        (("1000", "0", "4", "--method", "pay_in_n", "--pay", "2026-01-01=5"), "recast"),
        (("1000", "12", "4", "--method", "pay_in_n"), "carries no interest"),
        (("--terms", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_can_not_be_computed_is_refused_in_words(arguments: tuple[str, ...], says: str) -> None:
    refused = schedule(*arguments)

    assert refused.exit_code in {1, 2}
    assert says in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[1]", "one object of terms"),
        ("{", "is not JSON"),
        ('{"colour": 1}', "no such term: colour"),
        ("\xff", "not JSON"),
    ],
)
def test_a_file_without_terms_is_refused(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "terms.json"
    file.write_bytes(content.encode("latin-1"))

    refused = schedule("--terms", str(file))

    assert refused.exit_code == 2
    assert says in refused.output
