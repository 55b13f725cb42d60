"""Bank statements as borrowers would export them: a plan of transactions, written as CSV or OFX."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from msgspec import Struct

from shared.currency import exponent_of


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a plan; money in is positive."""

    on: date
    amount_minor: int
    text: str


def entry(on: date, amount_minor: int, text: str) -> Entry:
    """Shorthand for the three fields."""
    return Entry(on=on, amount_minor=amount_minor, text=text)


def salaried(
    *,
    first_month: date = date(2026, 1, 1),
    months: int = 3,
    salary_minor: int = 45_000_000,
    spend_minor: int = 3_000_000,
    extra: Sequence[Entry] = (),
) -> list[Entry]:
    """Months of an employee's life: salary on the 25th, rent, power, card spending on each third day."""
    entries: list[Entry] = list(extra)
    for number in range(months):
        month = _month(first_month, number)
        entries += [
            entry(month.replace(day=1), -spend_minor, "RENT TRANSFER TO LANDLORD"),
            entry(month.replace(day=5), -spend_minor // 4, "IKEDC PREPAID METER"),
            entry(month.replace(day=25), salary_minor, "ACME LTD SALARY"),
            entry(month.replace(day=28), -spend_minor // 10, "SMS ALERT CHARGES"),
        ]
        entries += [entry(month.replace(day=day), -spend_minor // 8, "POS PURCHASE SHOPRITE") for day in (9, 15, 21)]
    return sorted(entries, key=lambda each: each.on)


def _month(first: date, number: int) -> date:
    index = first.year * 12 + first.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def balances(entries: Iterable[Entry], opening_minor: int) -> list[int]:
    """The balance after each entry."""
    running, found = opening_minor, []
    for each in entries:
        running += each.amount_minor
        found.append(running)
    return found


def decimals(amount_minor: int, currency: str) -> str:
    """An amount in major units with the currency's own decimals."""
    return f"{Decimal(amount_minor).scaleb(-exponent_of(currency)):.{exponent_of(currency)}f}"


def as_csv(
    entries: Sequence[Entry],
    *,
    currency: str = "NGN",
    opening_minor: int = 10_000_000,
    delimiter: str = ",",
    date_format: str = "%Y-%m-%d",
    preamble: Sequence[str] = (),
    newest_first: bool = False,
) -> bytes:
    """A CSV export with one signed amount column and a balance."""
    lines = [
        delimiter.join(
            (
                each.on.strftime(date_format),
                each.text,
                decimals(each.amount_minor, currency),
                decimals(balance, currency),
            )
        )
        for each, balance in zip(entries, balances(entries, opening_minor), strict=True)
    ]
    header = delimiter.join(("Date", "Narration", "Amount", "Balance"))
    return "\n".join([*preamble, header, *(reversed(lines) if newest_first else lines)]).encode()


_SGML_HEADER = (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\n"
    "CHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
)
_XML_HEADER = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)


def as_ofx(
    entries: Sequence[Entry], *, currency: str = "NGN", opening_minor: int = 10_000_000, xml: bool = False
) -> bytes:
    """An OFX export, 1.x (SGML, leaves not closed) or 2.x (XML), with the closing balance."""

    def leaf(tag: str, text: str) -> str:
        return f"<{tag}>{text}</{tag}>" if xml else f"<{tag}>{text}\n"

    first, last = entries[0].on, entries[-1].on + timedelta(days=1)
    lines = "".join(
        "<STMTTRN>"
        + leaf("TRNTYPE", "CREDIT" if each.amount_minor > 0 else "DEBIT")
        + leaf("DTPOSTED", f"{each.on:%Y%m%d}000000[+1:WAT]")
        + leaf("TRNAMT", decimals(each.amount_minor, currency))
        + leaf("FITID", str(number))
        + leaf("NAME", each.text.replace("&", "&amp;"))
        + "</STMTTRN>"
        for number, each in enumerate(entries)
    )
    closing = opening_minor + sum(each.amount_minor for each in entries)
    body = (
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
        + leaf("CURDEF", currency)
        + "<BANKACCTFROM>"
        + leaf("BANKID", "058")
        + leaf("ACCTID", "0123456789")
        + leaf("ACCTTYPE", "CHECKING")
        + "</BANKACCTFROM><BANKTRANLIST>"
        + leaf("DTSTART", f"{first:%Y%m%d}")
        + leaf("DTEND", f"{last:%Y%m%d}")
        + lines
        + "</BANKTRANLIST><LEDGERBAL>"
        + leaf("BALAMT", decimals(closing, currency))
        + leaf("DTASOF", f"{last:%Y%m%d}")
        + "</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    return ((_XML_HEADER if xml else _SGML_HEADER) + body).encode()
