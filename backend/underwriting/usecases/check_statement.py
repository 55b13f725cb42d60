"""Tells an applicant at once whether a bank statement can be read."""

from backend import applications
from backend.underwriting.statements import DateOrder, DecimalMark, Statement, read_statement
from backend.underwriting.statements.recognise import looks_like_ofx


def check_statement(
    content: bytes, currency: str, *, date_order: str | None, decimal_mark: str | None
) -> applications.StatementSummary:
    """What the statement holds. Raises the refusals of `read_statement`."""
    statement = parse_statement(content, currency, date_order=date_order, decimal_mark=decimal_mark)
    return applications.StatementSummary(
        starts_on=statement.starts_on,
        ends_on=statement.ends_on,
        transactions=len(statement.transactions),
        media_type="application/x-ofx" if looks_like_ofx(content) else "text/csv",
    )


def parse_statement(content: bytes, currency: str, *, date_order: str | None, decimal_mark: str | None) -> Statement:
    """The statement, with the sender's answers as they were stored."""
    mark: DecimalMark | None = "." if decimal_mark == "." else "," if decimal_mark == "," else None
    order = DateOrder(date_order) if date_order else None
    return read_statement(content, currency, date_order=order, decimal_mark=mark)
