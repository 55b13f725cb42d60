"""Tells a failure that a loan brings with it from one that passes: only the first sets a loan aside."""

from sqlalchemy.exc import SQLAlchemyError

from backend.kernel.db import Contention, constraint, sqlstate
from shared.errors import CaasError, Unavailable

# SQLSTATE classes by which a database refuses values: data, constraints, our own triggers and functions.
_REFUSED = ("22", "23", "P0", "CL")


def is_of_the_loan(failure: Exception) -> bool:
    """Whether it would come again for the same loan, rather than go away with the network or the other transaction."""
    if isinstance(failure, Contention | Unavailable | OSError | MemoryError):
        return False
    state = sqlstate(failure)
    return state.startswith(_REFUSED) if state is not None else not isinstance(failure, SQLAlchemyError)


def reason_of(failure: Exception) -> str:
    """What went wrong, as a code. A driver's message quotes rows, so of a refusal only the constraint is named."""
    if isinstance(failure, CaasError):
        return failure.code
    if (state := sqlstate(failure)) is not None:
        return constraint(failure) or f"sqlstate {state}"
    return f"AssertionError: {failure}" if isinstance(failure, AssertionError) else type(failure).__name__
