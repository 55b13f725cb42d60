"""Lets passed cases run out when what they rest on does."""

from typing import Final

from backend.kernel import business_date
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.onboarding import store
from backend.onboarding.advance import take_step
from backend.onboarding.domain.cases import CaseStep
from shared.api.onboarding import CaseState

_BATCH: Final = 100


async def expire_cases(context: JobContext, vault: Vault) -> None:
    """Expires up to a batch of cases, each in its own transaction. Safe to repeat."""
    async with context.read() as tx:
        on = await business_date.current(tx)
        due = await store.run_out_cases(tx, on, _BATCH)
    for case_id in due:
        async with context.write() as tx:
            record = await store.lock_case(tx, case_id)
            if record and record.state is CaseState.PASSED and record.expires_on and record.expires_on < on:
                await take_step(tx, vault, record, CaseStep.EXPIRE)
