"""Reads OFX, 1.x (SGML) and 2.x (XML), through ofxtools, with limits on everything that a file could inflate.

ofxtools builds its tree by a scan of the tags alone: there is no DTD, no entity is expanded and nothing is fetched. A
file that declares any is refused nevertheless. Dates are the bank's own calendar days: turning them to UTC could move a
transaction into another day.
"""

import logging
import re
from datetime import date
from io import BytesIO
from xml.etree.ElementTree import Element  # the type only: no XML parser runs here
from xml.sax.saxutils import unescape  # replaces five named characters, parses nothing

from ofxtools.header import OFXHeaderError, OFXHeaderV2, parse_header
from ofxtools.Parser import ParseError, TreeBuilder

from backend.underwriting.domain.statement import MAX_TRANSACTIONS, Statement, Transaction
from backend.underwriting.errors import StatementCurrencyDiffers, StatementNotRecognised, StatementTooLarge
from backend.underwriting.statements.amounts import Figure, UnreadableFigure, minor_units
from backend.underwriting.statements.assemble import assemble, oldest_first
from backend.underwriting.statements.problems import RowProblem, require_none
from backend.underwriting.statements.text import tidy

MAX_ELEMENTS = 400_000
MAX_DEPTH = 24
MAX_HEADER = 4_000  # bytes

logging.getLogger("ofxtools").setLevel(logging.WARNING)  # below that it logs what is in the file

_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{2,6}(?:\.[0-9]{1,3})?)?(?:\[[^\]]{1,20}\])?")
_NO_TAG = re.compile(r"<(?![A-Z0-9./_ ]{1,64}>)")
_AMOUNT = re.compile(r"([+-]?)([0-9]{0,18}(?:[.,][0-9]{0,6})?)")


class _Broken(ValueError):
    """The tags don't nest as they must."""


class _BoundedTree(TreeBuilder):
    """The library's builder, which also counts, and refuses tags that close out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._elements = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        """Opens an element. Raises StatementTooLarge and _Broken."""
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise StatementTooLarge(limit=f"{MAX_ELEMENTS} elements")
        self._open.append(tag)
        if len(self._open) > MAX_DEPTH:
            raise _Broken("elements are nested too deep")
        element: Element = super().start(tag, attrs)
        return element

    def end(self, tag: str) -> Element:
        """Closes an element. Raises _Broken."""
        if not self._open or self._open.pop() != tag:
            raise _Broken("a tag closes what was not open")
        element: Element = super().end(tag)
        return element

    def root(self) -> Element:
        """The whole tree. Raises _Broken when tags are still open or there are none."""
        if self._open or not self._elements:
            raise _Broken("a tag is not closed")
        element: Element = self.close()
        return element


def read_ofx(content: bytes, currency: str) -> Statement:
    """The one bank account's statement in `content`, whose amounts are in `currency`.

    Raises StatementNotRecognised, StatementCurrencyDiffers, StatementTooLarge and StatementRowsUnreadable.
    """
    root = _tree(content)
    statements = root.findall(".//STMTRS")
    if len(statements) != 1:
        found = "no bank account" if not statements else f"{len(statements)} accounts"
        raise StatementNotRecognised(problem=f"it holds {found}, and one is needed")
    statement = statements[0]
    found = _text(statement, "CURDEF").upper()
    if found and found != currency:
        raise StatementCurrencyDiffers(found=found[:10], wanted=currency)
    listed = statement.findall("./BANKTRANLIST/STMTTRN")
    if len(listed) > MAX_TRANSACTIONS:
        raise StatementTooLarge(limit=f"{MAX_TRANSACTIONS} transactions")
    lines = _lines(listed, currency)
    return assemble(
        _with_balances(lines, statement, currency),
        currency,
        starts_on=_day(_text(statement, "BANKTRANLIST/DTSTART")),
        ends_on=_day(_text(statement, "BANKTRANLIST/DTEND")),
        account_last4=_text(statement, "BANKACCTFROM/ACCTID")[-4:] or None,
    )


def _tree(content: bytes) -> Element:
    upper = content.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise StatementNotRecognised(problem="it declares entities or a document type, which no bank's export does")
    try:
        message = _without_cdata(_message(content))
        if _NO_TAG.search(message):
            raise _Broken("the library would skip this without a word")
        builder = _BoundedTree()
        builder.feed(message)
        return builder.root()
    except (OFXHeaderError, ParseError, ValueError) as error:
        # The library's own messages quote the file, so they are not passed on.
        raise StatementNotRecognised(problem="its OFX header or its tags are broken") from error


def _message(content: bytes) -> str:
    """What follows the header, decoded as the header says.

    The library sees the header alone: its patterns for it take quadratic time over long blanks.
    """
    content = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    start = content.find(b"<OFX>", 0, MAX_HEADER)
    if start < 0:
        raise _Broken("no <OFX> near the beginning")
    header, _ = parse_header(BytesIO(content[:start]))
    try:
        return content[start:].decode(header.codec)
    except UnicodeDecodeError:
        if isinstance(header, OFXHeaderV2):
            raise
        return content[start:].decode("cp1252")  # what banks mean that state no character set


def _without_cdata(message: str) -> str:
    """CDATA sections as escaped text: the library's pattern for them takes quadratic time and runs past their end."""
    parts: list[str] = []
    at = 0
    while (start := message.find("<![CDATA[", at)) >= 0:
        end = message.find("]]>", start)
        if end < 0:
            raise _Broken("a CDATA section does not end")
        inner = message[start + 9 : end]
        parts += (message[at:start], inner.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        at = end + 3
    return "".join([*parts, message[at:]])


def _text(element: Element, path: str) -> str:
    return unescape(element.findtext(path) or "", {"&quot;": '"', "&apos;": "'", "&nbsp;": " "}).strip()


def _lines(listed: list[Element], currency: str) -> list[Transaction]:
    lines: list[Transaction] = []
    problems: list[RowProblem] = []
    seen: set[str] = set()
    for number, element in enumerate(listed, 1):
        place = f"transaction {number}"
        fit_id = _text(element, "FITID")
        if fit_id and fit_id in seen:
            problems.append(RowProblem(place=place, problem="its FITID stands twice in the file"))
        seen.add(fit_id)
        booked_on = _day(_text(element, "DTPOSTED"))
        if booked_on is None:
            problems.append(RowProblem(place=place, problem="DTPOSTED is no date"))
        try:
            amount = _amount(_text(element, "TRNAMT"), currency)
        except UnreadableFigure as error:
            problems.append(RowProblem(place=place, problem=f"TRNAMT: {error}"))
            continue
        if booked_on is not None:
            lines.append(_line(element, booked_on, amount))
    require_none(problems)
    return lines


def _line(element: Element, booked_on: date, amount: int) -> Transaction:
    parts = (_text(element, path) for path in ("NAME", "PAYEE/NAME", "MEMO"))
    return Transaction(
        booked_on=booked_on,
        amount_minor=amount,
        description=tidy(" ".join(dict.fromkeys(part for part in parts if part))),
        bank_type=tidy(_text(element, "TRNTYPE")).upper()[:32] or None,
    )


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _amount(text: str, currency: str) -> int:
    """An OFX amount: a sign, digits, and a point or a comma before the decimals (OFX 2.2 section 3.2.9.1)."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not match[2].strip(".,"):
        raise UnreadableFigure(f"{text[:40]!r} is no amount")
    body = match[2].replace(",", ".").rstrip(".")
    return minor_units(Figure(body=body, negative=match[1] == "-"), "." if "." in body else None, currency)


def _with_balances(lines: list[Transaction], statement: Element, currency: str) -> list[Transaction]:
    """The balance after the last line, where the file states it for a day that its transactions reach."""
    as_of = _day(_text(statement, "LEDGERBAL/DTASOF"))
    if not lines or as_of is None:
        return lines
    try:
        closing = _amount(_text(statement, "LEDGERBAL/BALAMT"), currency)
    except UnreadableFigure:
        return lines
    ordered = list(oldest_first(lines))
    last = ordered[-1]
    end = _day(_text(statement, "BANKTRANLIST/DTEND"))
    if as_of < last.booked_on or (end is not None and as_of > end):
        return lines
    return [*ordered[:-1], _stating(last, closing)]


def _stating(line: Transaction, balance: int) -> Transaction:
    return Transaction(
        booked_on=line.booked_on,
        amount_minor=line.amount_minor,
        description=line.description,
        balance_minor=balance,
        bank_type=line.bank_type,
    )
