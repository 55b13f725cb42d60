"""Balances: what is summed up behind postings, and what is kept of accounts with a floor."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from backend.kernel.db import ReadTx, into
from backend.ledger.domain.balances import Volume

NOBODY = UUID(int=0)
_VOLUMES = text("SELECT * FROM ledger_volumes(:until, :account)")
_VOLUMES_AT = text("SELECT * FROM ledger_volumes_at(:account, :at)")
_LOAN_VOLUMES = text(
    "SELECT account, currency, sum(greatest(amount_minor, 0))::bigint AS debit_minor,"
    " sum(greatest(-amount_minor, 0))::bigint AS credit_minor"
    " FROM ledger_posting WHERE loan_id = :loan_id GROUP BY account, currency ORDER BY account, currency"
)
_KEPT = text(
    "SELECT currency, balance_minor, held_minor, queued_minor, floor_minor FROM ledger_balance"
    " WHERE account = :account AND loan_id = :loan_id AND party_id = :party_id ORDER BY currency"
)

_RESERVED = text(
    "SELECT currency, sum(held_minor)::bigint AS held, sum(queued_minor)::bigint AS queued FROM ledger_balance"
    " WHERE account = :account AND (held_minor > 0 OR queued_minor > 0) GROUP BY currency"
)


class Kept(Struct, frozen=True, kw_only=True):
    """What is kept of a loan and party on an account with a floor, in minor units on the account's normal side."""

    currency: str
    balance_minor: int
    held_minor: int
    queued_minor: int
    floor_minor: int

    @property
    def available_minor(self) -> int:
        """Balance less holds less queued debits."""
        return self.balance_minor - self.held_minor - self.queued_minor


async def volumes(tx: ReadTx, *, until: date | None, account: str | None = None) -> list[Volume]:
    """Debits and credits in every currency of every account, or of one, of all that is effective `until` that day."""
    return [into(row, Volume) for row in await tx.all(_VOLUMES, {"until": until, "account": account})]


async def volumes_at(tx: ReadTx, account: str, at: datetime) -> list[Volume]:
    """Debits and credits of one account in every currency as the books stood at a moment."""
    return [into(row, Volume) for row in await tx.all(_VOLUMES_AT, {"account": account, "at": at})]


async def loan_volumes(tx: ReadTx, loan_id: UUID) -> list[Volume]:
    """Debits and credits of every account for one loan."""
    return [into(row, Volume) for row in await tx.all(_LOAN_VOLUMES, {"loan_id": loan_id})]


async def kept(tx: ReadTx, account: str, *, loan_id: UUID | None, party_id: UUID | None) -> list[Kept]:
    """What is kept of one loan and party on an account with a floor, in each currency."""
    owner = {"account": account, "loan_id": loan_id or NOBODY, "party_id": party_id or NOBODY}
    return [into(row, Kept) for row in await tx.all(_KEPT, owner)]


async def reserved(tx: ReadTx, account: str) -> dict[str, tuple[int, int]]:
    """Holds and queued debits of all loans and parties on an account with a floor, by currency."""
    return {row.currency: (row.held, row.queued) for row in await tx.all(_RESERVED, {"account": account})}
