"""Whose case, file and account it is. What is not yours does not exist for you; staff see all of their tenant's."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Role
from backend.onboarding import store
from backend.onboarding.errors import CaseNotFound, FileMissing
from backend.onboarding.records import CaseRecord, DocumentRecord
from shared.events.onboarding import PartyKind

# Who may speak for a business in its case, and who may look at it.
SPEAKS: Final = (Role.BUSINESS_OWNER,)
LOOKS: Final = (Role.BUSINESS_OWNER, Role.FINANCE_APPROVER, Role.FINANCE_VIEWER)


async def visible_case(tx: ReadTx, case_id: UUID) -> CaseRecord:
    """A case that the caller may look at. Raises CaseNotFound."""
    record = await store.case(tx, case_id)
    if record is None:
        raise CaseNotFound
    if not identity.caller(tx).is_staff:
        await _require_party(tx, record, LOOKS)
    return record


async def own_case(tx: Tx, case_id: UUID) -> CaseRecord:
    """A case that the caller may change as its applicant, locked. Raises CaseNotFound."""
    record = await store.lock_case(tx, case_id)
    if record is None:
        raise CaseNotFound
    await _require_party(tx, record, SPEAKS)
    return record


async def own_files(tx: ReadTx, ids: list[UUID], *, or_of: Collection[UUID] = ()) -> list[DocumentRecord]:
    """Files that the caller uploaded, or that are among `or_of`, in the order asked for. Raises FileMissing."""
    found = {record.id: record for record in await store.documents(tx, ids)}
    me = identity.caller(tx).user_id
    if any(each not in found or (found[each].user_id != me and each not in or_of) for each in ids):
        raise FileMissing
    return [found[file_id] for file_id in ids]


async def _require_party(tx: ReadTx, record: CaseRecord, roles: tuple[Role, ...]) -> None:
    if record.kind is PartyKind.PERSON and record.user_id != identity.caller(tx).user_id:
        raise CaseNotFound
    if record.business_id is not None:
        await identity.require_member(tx, record.business_id, roles)


async def visible_business_case(tx: ReadTx, business_id: UUID) -> CaseRecord:
    """The case of a business, for its members and for staff. Raises CaseNotFound."""
    if not identity.caller(tx).is_staff:
        await identity.require_member(tx, business_id, LOOKS)
    record = await store.case_of(tx, PartyKind.BUSINESS, business_id)
    if record is None:
        raise CaseNotFound
    return record
