"""Background work of agreements: setting documents, and ending what has run out of time."""

from collections.abc import Sequence
from datetime import timedelta

from backend.agreements.ports import Typesetter
from backend.agreements.usecases.draft_agreement import SET, SetDocuments
from backend.agreements.usecases.end_agreements import expire_agreements, lapse_cancellations, resume_setting
from backend.agreements.usecases.set_documents import set_documents
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.vault import Vault
from backend.offers import LenderProfile


def setting(vault: Vault, typesetter: Typesetter, lenders: Sequence[LenderProfile]) -> Job[SetDocuments]:
    """The job that sets an agreement's documents."""

    async def handle(context: JobContext, wanted: SetDocuments) -> None:
        await set_documents(context, wanted, vault=vault, typesetter=typesetter, lenders=lenders)

    return Job(SET, SetDocuments, handle)


async def _expire(context: JobContext) -> None:
    async with context.write() as tx:
        await expire_agreements(tx)


async def _lapse(context: JobContext) -> None:
    async with context.write() as tx:
        await lapse_cancellations(tx)


async def _resume(context: JobContext) -> None:
    async with context.write() as tx:
        await resume_setting(tx)


TICKS = (
    Tick("agreements.expire", timedelta(minutes=1), _expire),
    Tick("agreements.lapse", timedelta(minutes=5), _lapse),
    Tick("agreements.resume", timedelta(minutes=1), _resume),
)
