"""Bank statements, as borrowers export them, read into the domain's `Statement`: whole and exact, or refused."""

from backend.underwriting.domain.statement import Statement
from backend.underwriting.errors import StatementTooLarge
from backend.underwriting.statements.amounts import DecimalMark
from backend.underwriting.statements.csv_file import read_csv
from backend.underwriting.statements.dates import DateOrder
from backend.underwriting.statements.recognise import looks_like_ofx

MAX_BYTES = 5_000_000

__all__ = ["MAX_BYTES", "DateOrder", "DecimalMark", "Statement", "read_statement"]


def read_statement(
    content: bytes,
    currency: str,
    *,
    date_order: DateOrder | None = None,
    decimal_mark: DecimalMark | None = None,
) -> Statement:
    """The statement in a CSV or OFX file, told apart by how it starts, with its transactions classified.

    `date_order` and `decimal_mark` answer what a CSV file leaves open. Raises StatementTooLarge,
    StatementNotRecognised, StatementAmbiguous, StatementCurrencyDiffers, StatementRowsUnreadable.
    """
    if len(content) > MAX_BYTES:
        raise StatementTooLarge(limit=f"{MAX_BYTES // 1_000_000} MB")
    if looks_like_ofx(content):
        from backend.underwriting.statements.ofx_file import read_ofx  # noqa: PLC0415 -- half a second for ofxtools

        return read_ofx(content, currency)
    return read_csv(content, currency, date_order=date_order, decimal_mark=decimal_mark)
