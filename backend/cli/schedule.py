"""`caas schedule`: tries a product before it is sold. The same as the API's simulator, without a server."""

import json
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO

import click
import msgspec

from backend import servicing
from backend.cli import schedule_output
from shared.api.servicing import SimulationIn, SimulationOut
from shared.clock import SystemClock
from shared.currency import exponent_of
from shared.money import MAX_MINOR
from shared.terms import DayCount, EarlyRepayment, Frequency, InterestKind, LoanTerms, RepaymentMethod

_DAY = click.DateTime(["%Y-%m-%d"])
_PRINTERS: dict[str, Callable[[SimulationOut], str]] = {
    "table": schedule_output.table,
    "csv": schedule_output.csv_rows,
    "json": schedule_output.json_text,
}
_DEFAULTS = {"currency": "NGN", "frequency": "monthly"}
# Options that are terms under their own name; the others are put together from what is typed.
_PLAIN = ("currency", "frequency", "every", "method", "interest", "day_count")
_LISTS = ("due_dates", "allocation")
_EXAMPLES = """
\b
caas schedule 250000 24 12
caas schedule 1000 0 4 --method pay_in_n --frequency fortnightly --set down_payment=true
caas schedule 500 291.27 4 --currency GBP --set last_instalment=lower --fee arrangement:disbursement:1.5%
"""


def _one_of(kind: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([member.value for member in kind], case_sensitive=False)


@click.command(epilog=_EXAMPLES)
@click.argument("principal", required=False)
@click.argument("rate", required=False)
@click.argument("instalments", required=False)
@click.option("--terms", "file", type=click.File("rb"), help="Terms as JSON, as the API takes them; - reads stdin.")
@click.option("--currency", help="ISO 4217 code.  [default: NGN]")
@click.option("--frequency", type=_one_of(Frequency), help="How far apart instalments are.  [default: monthly]")
@click.option("--every", help="So many days, weeks, months … apart.  [default: 1]")
@click.option("--method", type=_one_of(RepaymentMethod), help="How principal comes back.")
@click.option("--interest", type=_one_of(InterestKind), help="What interest is charged on.")
@click.option("--day-count", type=_one_of(DayCount), help="How days become a part of a year.")
@click.option("--fee", "fees", multiple=True, metavar="CODE:WHEN:AMOUNT", help="As service:instalment:2.50, or 1.5%.")
@click.option("--set", "others", multiple=True, metavar="TERM=VALUE", help="Any other term, as the API names it.")
@click.option("--on", "disbursed_on", type=_DAY, help="The day of disbursement.  [default: today]")
@click.option("--first-due", type=_DAY, help="The first due date.")
@click.option("--pay", "payments", multiple=True, metavar="DATE=AMOUNT", help="Money paid besides the instalments.")
@click.option("--early", type=_one_of(EarlyRepayment), default="reduce_instalment", help="What --pay makes cheaper.")
@click.option("--format", "shape", type=click.Choice(list(_PRINTERS)), default="table", show_default=True)
def schedule(shape: str, **given: Any) -> None:
    """Prints the instalments, the cost and the annual percentage rates of a loan of any terms.

    PRINCIPAL in major units, RATE in per cent a year, INSTALMENTS; or a file of terms, which options then change.
    """
    terms = _terms(given)
    exponent = exponent_of(terms["currency"]) if isinstance(terms.get("currency"), str) else 2
    asked = {
        "terms": terms,
        "disbursed_on": given["disbursed_on"].date() if given["disbursed_on"] else None,
        "extra_payments": [_payment(text, exponent) for text in given["payments"]],
        "early_repayment": given["early"],
    }
    try:
        simulation = msgspec.convert(asked, SimulationIn, strict=False)
    except msgspec.ValidationError as error:
        raise click.ClickException(_plain(str(error))) from error
    found = servicing.simulate(simulation, SystemClock().now().astimezone(UTC).date())
    click.echo(_PRINTERS[shape](found), nl=False)


def _terms(given: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as the API would take it; the file first, then arguments and options over it."""
    terms = dict(_DEFAULTS) | _from_file(given["file"])
    terms |= {name: given[name] for name in _PLAIN if given[name] is not None}
    exponent = exponent_of(terms["currency"]) if isinstance(terms["currency"], str) else 2
    if given["principal"] is not None:
        terms["principal_minor"] = _minor(given["principal"], exponent, "PRINCIPAL")
    if given["rate"] is not None:
        terms["annual_rate_pct"] = given["rate"]
    if given["instalments"] is not None:
        terms["instalments"] = given["instalments"]
    if given["first_due"]:
        terms["first_due_on"] = given["first_due"].date()
    if given["fees"]:
        terms["fees"] = [_fee(text, exponent) for text in given["fees"]]
    terms |= dict(_other(text) for text in given["others"])
    missing = [
        word
        for word, name in (
            ("PRINCIPAL", "principal_minor"),
            ("RATE", "annual_rate_pct"),
            ("INSTALMENTS", "instalments"),
        )
        if name not in terms
    ]
    if missing:
        raise click.UsageError(f"{' and '.join(missing)} must be given, or a file with --terms")
    return terms


def _from_file(file: BinaryIO | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        found = json.load(file, parse_float=str)
    except ValueError as error:
        raise click.BadParameter(f"is not JSON: {error}", param_hint="--terms") from error
    if not isinstance(found, dict):
        raise click.BadParameter("must hold one object of terms", param_hint="--terms")
    unknown = sorted(set(found) - set(LoanTerms.__struct_fields__))
    if unknown:
        raise click.BadParameter(f"no such term: {', '.join(unknown)}", param_hint="--terms")
    return found


def _other(text: str) -> tuple[str, Any]:
    """`name=value`; the value as JSON, or a list with commas, or as it is."""
    name, equals, value = text.partition("=")
    if not equals or name not in LoanTerms.__struct_fields__:
        known = ", ".join(LoanTerms.__struct_fields__)
        raise click.BadParameter(f"{text!r} is not TERM=VALUE with one of {known}", param_hint="--set")
    try:
        return name, json.loads(value, parse_float=str)
    except ValueError:
        return name, value.split(",") if name in _LISTS else value


def _fee(text: str, exponent: int) -> dict[str, Any]:
    parts = text.split(":")
    if len(parts) != 3:
        raise click.BadParameter(f"{text!r} is not CODE:WHEN:AMOUNT", param_hint="--fee")
    code, when, amount = parts
    if amount.endswith("%"):
        return {"code": code, "when": when, "rate_bps": _minor(amount.removesuffix("%"), 2, "--fee")}
    return {"code": code, "when": when, "fixed_minor": _minor(amount, exponent, "--fee")}


def _payment(text: str, exponent: int) -> dict[str, Any]:
    on, equals, amount = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not DATE=AMOUNT", param_hint="--pay")
    return {"on": on, "amount_minor": _minor(amount, exponent, "--pay")}


def _minor(text: str, exponent: int, hint: str) -> int:
    """An amount in major units, with no more decimals than its currency has."""
    try:
        exact = Decimal(text.replace(",", "").replace("_", "")).scaleb(exponent)
    except ArithmeticError as error:
        raise click.BadParameter(f"{text!r} is not an amount", param_hint=hint) from error
    if not exact.is_finite() or exact != exact.to_integral_value() or abs(exact) > MAX_MINOR:
        raise click.BadParameter(f"{text!r} is not an amount with at most {exponent} decimals", param_hint=hint)
    return int(exact)


def _plain(message: str) -> str:
    """The words of the decoder with our path: `$.terms.instalments` is `instalments`."""
    return message.replace("$.terms.", "").replace("$.", "").replace("`", "")
