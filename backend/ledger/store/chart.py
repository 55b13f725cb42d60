"""The tenant's chart of accounts in the database."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import ARRAY, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.tables import Instant
from backend.ledger.domain.chart import ChartEntry
from backend.ledger.store.refusals import told
from backend.ledger.tables import ledger_account
from shared.ids import new_id

_FIELDS = msgspec.structs.fields(ChartEntry)
_CHART = select(*(ledger_account.c[field.name] for field in _FIELDS)).order_by(
    ledger_account.c.number, ledger_account.c.code
)
_OPEN = text("SELECT ledger_open(:codes, :at)").bindparams(
    bindparam("codes", type_=ARRAY(Text)), bindparam("at", type_=Instant)
)

_LOCK_POSITION = text("SELECT pg_advisory_xact_lock(hashtext(:name), hashtext(CAST(:tenant AS text)))")


async def accounts(tx: ReadTx, *, headings: bool = False) -> list[ChartEntry]:
    """Every account that was opened, in the order of their numbers; with `headings` those that others roll up into."""
    chosen = _CHART if headings else _CHART.where(ledger_account.c.postable)
    return [into(row, ChartEntry) for row in await tx.all(chosen)]


async def account(tx: ReadTx, code: str) -> ChartEntry | None:
    """One account."""
    row = await tx.first(_CHART.where(ledger_account.c.code == code))
    return None if row is None else into(row, ChartEntry)


async def open_accounts(tx: Tx, codes: Sequence[str]) -> None:
    """Opens those of the catalogue's accounts that the tenant lacks, with what they roll up into."""
    await tx.execute(_OPEN, {"codes": list(codes), "at": tx.now})


async def lock_position(tx: Tx, currency: str) -> None:
    """Keeps everybody else from changing a currency's position until the transaction ends."""
    await tx.execute(_LOCK_POSITION, {"name": f"ledger.fx {currency}", "tenant": str(tx.tenant_id)})


async def open_account(tx: Tx, entry: ChartEntry) -> bool:
    """Opens an account of the tenant's own; False when its code is taken. Raises AccountUnfit."""
    row = {**msgspec.structs.asdict(entry), "kind": entry.kind.value, "normal_side": entry.normal_side.value}
    row |= {"id": new_id(), "opened_at": tx.now}
    async with told():
        return await tx.execute(insert(ledger_account).values(row).on_conflict_do_nothing()) == 1
