"""What the database's refusals mean, in our words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from backend.kernel.db import constraint, sqlstate
from backend.ledger.errors import (
    AccountNotFound,
    AccountUnfit,
    AlreadyReversed,
    BalanceTooLow,
    BooksRefused,
    HoldEnded,
    HoldTooSmall,
    JournalKeyReused,
    PeriodClosed,
)
from shared.errors import CaasError

_UNIQUE = "23505"


def refusal_of(state: str | None, detail: str | None, constraint_name: str | None) -> CaasError | None:
    """The error that a refusal by SQLSTATE stands for; None when it is none of the ledger's own.

    `detail` is what the ledger's functions put there: a key, or an account and a currency.
    """
    first, _, second = (detail or "").partition(" ")
    if state == _UNIQUE:
        return AlreadyReversed() if constraint_name == "uq_ledger_journal_reverses" else None
    if state == "CL008":
        return HoldTooSmall() if first == "more" else HoldEnded(outcome="expired")
    known: dict[str, CaasError] = {
        "CL001": JournalKeyReused(key=detail or ""),
        "CL002": BooksRefused(),
        "CL003": BooksRefused(),
        "CL004": AccountNotFound(account=first),
        "CL005": BalanceTooLow(account=first, currency=second),
        "CL006": PeriodClosed(on=first, closed_through=second),
        "CL007": AccountUnfit(account=first),
        "23514": BooksRefused(),
    }
    return known.get(state or "")


@asynccontextmanager
async def told() -> AsyncIterator[None]:
    """Raises what the database refuses inside the block in our words; what it does not know goes on as it is."""
    try:
        yield
    except DBAPIError as failure:
        cause = failure.orig.__cause__ if failure.orig else None
        known = refusal_of(sqlstate(failure), getattr(cause, "detail", None), constraint(failure))
        raise failure if known is None else known from failure
