"""OFX, 1.x and 2.x, through ofxtools, which scans for tags alone: no DTD, no entities, nothing fetched."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.etree.ElementTree import Element  # the type only: no XML parser runs here

from backend.ledger.bank_files.amounts import minor
from backend.ledger.domain.matching import BankLine


def read_ofx(text: str) -> list[BankLine]:
    """Every transaction of every account in the file. Raises ValueError."""
    from ofxtools.header import OFXHeaderError  # noqa: PLC0415 -- half a second, for those who read OFX
    from ofxtools.Parser import OFXTree, ParseError  # noqa: PLC0415 -- the same

    if "<!" in text:
        raise ValueError("it declares entities")
    tree = OFXTree()
    try:
        tree.parse(BytesIO(text.encode()))
    except (ParseError, OFXHeaderError, ValueError, AttributeError, IndexError) as failure:
        raise ValueError(f"it is not OFX: {failure}") from failure
    root = tree.getroot()
    if root is None:
        raise ValueError("it is empty")
    lines: list[BankLine] = []
    for statement in [*root.iter("STMTRS"), *root.iter("CCSTMTRS")]:
        currency = (statement.findtext("CURDEF") or "").strip()
        lines += [_line(each, currency) for each in statement.iter("STMTTRN")]
    return lines


def _line(found: Element, currency: str) -> BankLine:
    day = (found.findtext("DTPOSTED") or "").strip()
    names = [found.findtext(name) or "" for name in ("FITID", "CHECKNUM", "REFNUM")]
    told = [found.findtext(name) or "" for name in ("NAME", "MEMO")]
    return BankLine(
        booked_on=date(int(day[:4]), int(day[4:6]), int(day[6:8])),
        amount_minor=minor(Decimal((found.findtext("TRNAMT") or "").strip().replace(",", ".")), currency),
        currency=currency,
        reference=" ".join(name for name in names if name)[:200],
        description=" ".join(part for part in told if part)[:500],
    )
