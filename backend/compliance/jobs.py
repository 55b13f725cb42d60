"""Background work of compliance: copies of data, and accounts whose end has come."""

from collections.abc import Mapping
from datetime import timedelta

from backend.compliance.usecases.delete_account import carry_out, due_deletions
from backend.compliance.usecases.export_data import EXPORT_JOB, PrepareExport, prepare_export
from backend.compliance.usecases.hand_out_export import expire_exports
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.personal import PersonalData
from backend.kernel.vault import Vault

Parts = Mapping[str, PersonalData]


def exporting(vault: Vault, parts: Parts) -> Job[PrepareExport]:
    """The job that prepares a copy."""

    async def handle(context: JobContext, order: PrepareExport) -> None:
        await prepare_export(context, order, vault=vault, parts_of=parts)

    return Job(EXPORT_JOB, PrepareExport, handle)


def ticks(vault: Vault, parts: Parts) -> tuple[Tick, ...]:
    """What is looked for again and again."""

    async def end_accounts(context: JobContext) -> None:
        async with context.read() as tx:
            due = await due_deletions(tx)
        for deletion_id in due:
            async with context.write() as tx:
                await carry_out(tx, vault, parts, deletion_id)

    async def expire(context: JobContext) -> None:
        async with context.write() as tx:
            await expire_exports(tx)

    return (
        Tick("compliance.end_accounts", timedelta(minutes=5), end_accounts),
        Tick("compliance.expire_exports", timedelta(minutes=10), expire),
    )
