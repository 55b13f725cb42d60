"""Keeps what is given for a task: sealed, its identifiers indexed blindly, the task done."""

from collections.abc import Mapping

from msgspec import Struct

from backend.kernel import audit
from backend.kernel.crypto import Field
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.advance import keep_step
from backend.onboarding.domain.cases import CaseStep, complete
from backend.onboarding.domain.national_ids import NationalId
from backend.onboarding.errors import NotThisKindOfCase
from backend.onboarding.records import CaseRecord
from shared.api.onboarding import CaseState

Identifiers = Mapping[str, str | None] | Mapping[NationalId, str | None]


async def keep_task(
    tx: Tx, vault: Vault, record: CaseRecord, task: str, body: Struct, *, identifiers: Identifiers | None = None
) -> CaseRecord:
    """Marks `task` of a locked case done with `body`; what was given before is replaced.

    `identifiers` are normalised ones by kind. Raises IllegalCaseStep once the case has left the applicant's hands.
    """
    done = complete(record.rules, record.case, task)
    await details.put(tx, vault, record, task, body)
    ring = await vault.keyring(tx)
    indexes = [
        (kind, ring.blind_index(Field("kyc_identifier", kind), value))
        for kind, value in (identifiers or {}).items()
        if value
    ]
    await store.replace_identifiers(tx, record.id, task, indexes)
    await audit.record(tx, "onboarding.task_given", f"kyc_case:{record.id}", task=task)
    if record.state is CaseState.DRAFT:
        return await keep_step(tx, vault, record, done, CaseStep.BEGIN)
    kept = record.with_case(done, tx.now)
    await store.save_case(tx, kept)
    return kept


def require_task(record: CaseRecord, task: str) -> None:
    """Raises NotThisKindOfCase when the case has no such task."""
    if task not in record.rules.tasks:
        raise NotThisKindOfCase(kind=record.kind, task=task)
