"""camt.053, the ISO 20022 bank-to-customer statement. Parsed by defusedxml: no DTD, no entities, nothing fetched."""

from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element  # the type only: no XML parser runs here

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from backend.ledger.bank_files.amounts import minor
from backend.ledger.domain.matching import BankLine

_REFERENCES = ("EndToEndId", "AcctSvcrRef", "InstrId", "TxId", "Ref")
_NO_REFERENCE = {"", "NOTPROVIDED"}


def read_camt053(text: str) -> list[BankLine]:
    """Every booked entry, of any version of the message. Raises ValueError."""
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException) as failure:
        raise ValueError(f"it is not XML that can be trusted: {failure}") from failure
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]  # the version is in the namespace
    if root.find("./BkToCstmrStmt/Stmt") is None:
        raise ValueError("it has no statement (BkToCstmrStmt/Stmt)")
    booked = [entry for entry in root.iterfind("./BkToCstmrStmt/Stmt/Ntry") if _status(entry) == "BOOK"]
    return [_line(entry) for entry in booked]


def _status(entry: Element) -> str:
    return (entry.findtext("./Sts/Cd") or entry.findtext("./Sts") or "").strip()


def _line(entry: Element) -> BankLine:
    amount = entry.find("./Amt")
    if amount is None or not amount.text:
        raise ValueError("an entry has no amount")
    currency = amount.get("Ccy", "")
    sign = {"CRDT": 1, "DBIT": -1}[(entry.findtext("./CdtDbtInd") or "").strip()]
    reversal = (entry.findtext("./RvslInd") or "").strip() == "true"
    day = entry.findtext("./BookgDt/Dt") or (entry.findtext("./BookgDt/DtTm") or "")[:10]
    names = [each.text.strip() for name in _REFERENCES for each in entry.iter(name) if each.text]
    told = [each.text.strip() for name in ("Ustrd", "AddtlNtryInf") for each in entry.iter(name) if each.text]
    return BankLine(
        booked_on=date.fromisoformat(day.strip()),
        amount_minor=(-sign if reversal else sign) * minor(Decimal(amount.text.strip()), currency),
        currency=currency,
        reference=" ".join(dict.fromkeys(name for name in names if name not in _NO_REFERENCE))[:200],
        description=" ".join(told)[:500],
    )
