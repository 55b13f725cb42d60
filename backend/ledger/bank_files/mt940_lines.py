"""MT940, the SWIFT customer statement, through `mt940`."""

import mt940

from backend.ledger.bank_files.amounts import minor
from backend.ledger.domain.matching import BankLine

_NO_REFERENCE = {"", "NONREF"}


def read_mt940(text: str) -> list[BankLine]:
    """Every statement line (:61:) with its details (:86:). Raises ValueError."""
    try:
        found = mt940.parse(text)
    except (RuntimeError, AssertionError, TypeError, AttributeError) as failure:
        raise ValueError(f"it is not MT940: {failure}") from failure
    return [_line(transaction.data) for transaction in found]


def _line(data: dict[str, object]) -> BankLine:
    amount = data["amount"]
    currency = str(amount.currency)  # type: ignore[attr-defined]
    day = data["date"]
    names = (str(data.get(name) or "") for name in ("customer_reference", "bank_reference"))
    references = [name for name in names if name not in _NO_REFERENCE]
    details = (str(data.get(name) or "") for name in ("purpose", "transaction_details", "extra_details"))
    return BankLine(
        booked_on=day.replace() if isinstance(day, mt940.models.Date) else day,  # type: ignore[arg-type]
        amount_minor=minor(amount.amount, currency),  # type: ignore[attr-defined]
        currency=currency,
        reference=" ".join(references)[:200],
        description=" ".join(part for part in details if part)[:500],
    )
