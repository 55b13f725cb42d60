"""The SQL of onboarding. A case's row is locked before anything that belongs to it is changed."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.kernel.db import ReadTx, Tx, into
from backend.onboarding.records import AccountRecord, CaseRecord, CheckRecord, DocumentRecord, StepRecord
from backend.onboarding.tables import (
    bank_account,
    kyc_case,
    kyc_check,
    kyc_detail,
    kyc_document,
    kyc_identifier,
    kyc_step,
)
from shared.api.bank_accounts import AccountOwnership
from shared.api.onboarding import CaseState
from shared.events.onboarding import PartyKind

# What the driver takes as it is.
_KEPT = (UUID, datetime, date, bytes)


def _values(record: msgspec.Struct) -> dict[str, Any]:
    """A record as column values: enums and nested structs become what JSON columns hold."""
    values: dict[str, Any] = msgspec.to_builtins(record, builtin_types=_KEPT)
    return values


async def open_case(tx: Tx, record: CaseRecord) -> bool:
    """Stores a fresh case; False when its person or business has one already."""
    return bool(await tx.execute(insert(kyc_case).values(_values(record)).on_conflict_do_nothing()))


async def case(tx: ReadTx, case_id: UUID) -> CaseRecord | None:
    """A case by its id."""
    return await _case(tx, select(kyc_case).where(kyc_case.c.id == case_id))


async def lock_case(tx: Tx, case_id: UUID) -> CaseRecord | None:
    """A case, held until the transaction ends."""
    return await _case(tx, select(kyc_case).where(kyc_case.c.id == case_id).with_for_update())


async def case_of(tx: ReadTx, kind: PartyKind, party_id: UUID) -> CaseRecord | None:
    """The case of a person or a business that was not withdrawn."""
    party = kyc_case.c.user_id if kind is PartyKind.PERSON else kyc_case.c.business_id
    current = (kyc_case.c.kind == kind) & (party == party_id) & (kyc_case.c.state != CaseState.WITHDRAWN)
    return await _case(tx, select(kyc_case).where(current))


async def cases(
    tx: ReadTx, *, state: CaseState | None, kind: PartyKind | None, after: UUID | None, limit: int
) -> list[CaseRecord]:
    """Cases in the order they were opened."""
    wanted = select(kyc_case).order_by(kyc_case.c.id).limit(limit)
    if state is not None:
        wanted = wanted.where(kyc_case.c.state == state)
    if kind is not None:
        wanted = wanted.where(kyc_case.c.kind == kind)
    if after is not None:
        wanted = wanted.where(kyc_case.c.id > after)
    return [into(row, CaseRecord) for row in await tx.all(wanted)]


async def run_out_cases(tx: ReadTx, on: date, limit: int) -> list[UUID]:
    """Passed cases whose last good day lies before `on`."""
    run_out = (kyc_case.c.state == CaseState.PASSED) & (kyc_case.c.expires_on < on)
    rows = await tx.all(select(kyc_case.c.id).where(run_out).order_by(kyc_case.c.id).limit(limit))
    return [row.id for row in rows]


async def save_case(tx: Tx, record: CaseRecord) -> None:
    """Writes a locked case back."""
    await tx.execute(update(kyc_case).where(kyc_case.c.id == record.id).values(_values(record)))


async def _case(tx: ReadTx, wanted: Select[Any]) -> CaseRecord | None:
    row = await tx.first(wanted)
    return into(row, CaseRecord) if row else None


async def put_detail(tx: Tx, case_id: UUID, task: str, sealed: bytes) -> None:
    """Keeps what was given for a task, in place of what was given before."""
    given = insert(kyc_detail).values(case_id=case_id, task=task, sealed=sealed, given_at=tx.now)
    renewed = {"sealed": given.excluded.sealed, "given_at": given.excluded.given_at}
    key = ["tenant_id", "case_id", "task"]
    await tx.execute(given.on_conflict_do_update(index_elements=key, set_=renewed))


async def details(tx: ReadTx, case_id: UUID) -> dict[str, bytes]:
    """What was given, sealed, by task."""
    rows = await tx.all(select(kyc_detail.c.task, kyc_detail.c.sealed).where(kyc_detail.c.case_id == case_id))
    return {row.task: row.sealed for row in rows}


async def replace_identifiers(tx: Tx, case_id: UUID, task: str, indexes: Collection[tuple[str, bytes]]) -> None:
    """Keeps the blind indexes of the identifiers given for a task, in place of those before."""
    mine = (kyc_identifier.c.case_id == case_id) & (kyc_identifier.c.task == task)
    await tx.execute(delete(kyc_identifier).where(mine))
    rows = [{"case_id": case_id, "task": task, "kind": kind, "blind_index": index} for kind, index in set(indexes)]
    if rows:
        await tx.execute(insert(kyc_identifier).values(rows))


async def identifiers_elsewhere(tx: ReadTx, record: CaseRecord, task: str) -> set[str]:
    """The kinds of identifier of a task that another person's (or business's) case gave for the same task."""
    mine, other = kyc_identifier.alias(), kyc_identifier.alias()
    party = kyc_case.c.user_id if record.kind is PartyKind.PERSON else kyc_case.c.business_id
    own = record.user_id if record.kind is PartyKind.PERSON else record.business_id
    shared = (
        select(mine.c.kind)
        .distinct()
        .join(other, and_(other.c.kind == mine.c.kind, other.c.blind_index == mine.c.blind_index))
        .join(kyc_case, kyc_case.c.id == other.c.case_id)
        .where(mine.c.case_id == record.id, mine.c.task == task, other.c.task == task)
        .where(party != own, kyc_case.c.kind == record.kind)
    )
    return {row.kind for row in await tx.all(shared)}


async def add_document(tx: Tx, record: DocumentRecord) -> None:
    """Notes an uploaded file."""
    await tx.execute(kyc_document.insert(), _values(record))


async def documents(tx: ReadTx, ids: Collection[UUID]) -> list[DocumentRecord]:
    """The files with these ids, those that there are."""
    rows = await tx.all(select(kyc_document).where(kyc_document.c.id.in_(ids)).order_by(kyc_document.c.id))
    return [into(row, DocumentRecord) for row in rows]


async def documents_of(tx: ReadTx, user_id: UUID, *, after: UUID | None, limit: int) -> list[DocumentRecord]:
    """A person's files in the order they came."""
    wanted = select(kyc_document).where(kyc_document.c.user_id == user_id).order_by(kyc_document.c.id).limit(limit)
    if after is not None:
        wanted = wanted.where(kyc_document.c.id > after)
    return [into(row, DocumentRecord) for row in await tx.all(wanted)]


async def is_file_of_another(tx: ReadTx, ids: Collection[UUID], user_id: UUID) -> bool:
    """Whether somebody else has uploaded the very same file as one of these."""
    mine, other = kyc_document.alias(), kyc_document.alias()
    same = select(other.c.id).where(mine.c.id.in_(ids), other.c.sha256 == mine.c.sha256, other.c.user_id != user_id)
    return bool(await tx.scalar(select(exists(same))))


async def add_check(tx: Tx, record: CheckRecord) -> None:
    """Begins a round with the provider."""
    await tx.execute(kyc_check.insert(), _values(record))


async def check(tx: ReadTx, check_id: UUID) -> CheckRecord | None:
    """A round by its reference."""
    row = await tx.first(select(kyc_check).where(kyc_check.c.id == check_id))
    return into(row, CheckRecord) if row else None


async def checks(tx: ReadTx, case_id: UUID) -> list[CheckRecord]:
    """A case's rounds, oldest first."""
    rows = await tx.all(select(kyc_check).where(kyc_check.c.case_id == case_id).order_by(kyc_check.c.attempt))
    return [into(row, CheckRecord) for row in rows]


async def save_check(tx: Tx, record: CheckRecord) -> None:
    """Writes a round back; its case is locked."""
    await tx.execute(update(kyc_check).where(kyc_check.c.id == record.id).values(_values(record)))


async def add_step(tx: Tx, record: StepRecord) -> None:
    """Notes a step; its case is locked."""
    await tx.execute(kyc_step.insert(), _values(record))


async def next_step_number(tx: ReadTx, case_id: UUID) -> int:
    """The number of the step that comes next; its case is locked."""
    last = await tx.scalar(select(func.max(kyc_step.c.number)).where(kyc_step.c.case_id == case_id))
    return (last or 0) + 1


async def steps(tx: ReadTx, case_id: UUID) -> list[StepRecord]:
    """A case's history, oldest first."""
    rows = await tx.all(select(kyc_step).where(kyc_step.c.case_id == case_id).order_by(kyc_step.c.number))
    return [into(row, StepRecord) for row in rows]


async def add_account(tx: Tx, record: AccountRecord) -> bool:
    """Registers an account; False when the person has it already."""
    return bool(await tx.execute(insert(bank_account).values(_values(record)).on_conflict_do_nothing()))


async def account(tx: ReadTx, account_id: UUID) -> AccountRecord | None:
    """An account by its id, removed ones included."""
    row = await tx.first(select(bank_account).where(bank_account.c.id == account_id))
    return into(row, AccountRecord) if row else None


async def account_by_number(tx: ReadTx, user_id: UUID, number_index: bytes) -> AccountRecord | None:
    """A person's account by its number."""
    mine = (bank_account.c.user_id == user_id) & (bank_account.c.number_index == number_index)
    row = await tx.first(select(bank_account).where(mine, bank_account.c.removed_at.is_(None)))
    return into(row, AccountRecord) if row else None


async def has_account(tx: ReadTx, user_id: UUID) -> bool:
    """Whether a person ever registered an account."""
    mine = select(bank_account.c.id).where(bank_account.c.user_id == user_id)
    return await tx.scalar(mine.limit(1)) is not None


async def accounts_of(tx: ReadTx, user_id: UUID) -> Sequence[AccountRecord]:
    """A person's accounts in the order they were registered."""
    mine = (bank_account.c.user_id == user_id) & bank_account.c.removed_at.is_(None)
    rows = await tx.all(select(bank_account).where(mine).order_by(bank_account.c.id).limit(100))
    return [into(row, AccountRecord) for row in rows]


async def set_ownership(tx: Tx, account_id: UUID, ownership: AccountOwnership) -> None:
    """Notes what the bank said."""
    answered = update(bank_account).where(bank_account.c.id == account_id)
    await tx.execute(answered.values(ownership=ownership.value, checked_at=tx.now))


async def remove_account(tx: Tx, account_id: UUID) -> None:
    """Takes an account off the list; what was paid to it keeps pointing at it."""
    removed = update(bank_account).where(bank_account.c.id == account_id, bank_account.c.removed_at.is_(None))
    await tx.execute(removed.values(removed_at=tx.now))


async def strayed_cases(tx: ReadTx) -> list[UUID]:
    """Cases that are not in the state which their last step led to."""
    latest = (
        select(kyc_step.c.case_id, kyc_step.c.to_state)
        .distinct(kyc_step.c.case_id)
        .order_by(kyc_step.c.case_id, kyc_step.c.number.desc())
        .subquery()
    )
    found = (
        select(kyc_case.c.id)
        .outerjoin(latest, latest.c.case_id == kyc_case.c.id)
        .where(func.coalesce(latest.c.to_state, CaseState.DRAFT.value) != kyc_case.c.state)
        .limit(100)
    )
    return [row.id for row in await tx.all(found)]


async def abandoned_cases(tx: ReadTx) -> list[UUID]:
    """Cases that wait for a provider without a round of their present attempt that is still open."""
    waiting = kyc_case.c.state.in_([CaseState.SUBMITTED, CaseState.IN_REVIEW])
    own = (kyc_check.c.case_id == kyc_case.c.id) & (kyc_check.c.attempt == kyc_case.c.attempt)
    open_round = exists(select(kyc_check.c.id).where(own, kyc_check.c.state != "decided"))
    rows = await tx.all(select(kyc_case.c.id).where(waiting, ~open_round).limit(100))
    return [row.id for row in rows]
