"""Collects what is wrong with single rows, so that all of them are reported at once."""

from msgspec import Struct

from backend.underwriting.errors import StatementRowsUnreadable

MAX_REPORTED = 100


class RowProblem(Struct, frozen=True, kw_only=True):
    """What is wrong with one row: `place` is `line 12` in a CSV file and `transaction 12` in OFX."""

    place: str
    problem: str


def require_none(problems: list[RowProblem]) -> None:
    """Refuses a statement with any unreadable row: leaving one out could hide what matters.

    Raises StatementRowsUnreadable with the first MAX_REPORTED places, in the file's order.
    """
    if not problems:
        return
    fields: dict[str, str] = {}
    for problem in problems[:MAX_REPORTED]:
        known = fields.get(problem.place)
        fields[problem.place] = problem.problem if known is None else f"{known}; {problem.problem}"
    if len(problems) > MAX_REPORTED:
        fields["more"] = f"{len(problems) - MAX_REPORTED} more problems are not listed"
    raise StatementRowsUnreadable(fields=fields, count=len({problem.place for problem in problems}))
