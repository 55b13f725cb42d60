"""Background work of offers: asking the lenders, and ending what has run out of time."""

from collections.abc import Sequence
from datetime import timedelta

from backend import applications, identity
from backend.kernel.jobs import Job, JobContext, Tick
from backend.offers import store
from backend.offers.ports import Lender
from backend.offers.usecases.ask_lenders import ask_lenders, question_of
from backend.offers.usecases.end_offers import expire_offers, resume_asking
from backend.offers.usecases.finish_round import finish_round
from backend.offers.usecases.start_round import ASK, AskLenders
from shared.api.offers import RoundStatus


def asking(lenders: Sequence[Lender]) -> Job[AskLenders]:
    """The job that asks `lenders`, with no transaction open while it waits for them."""

    async def handle(context: JobContext, wanted: AskLenders) -> None:
        async with context.read() as tx:
            asked = await store.latest_round(tx, wanted.application_id)
            if asked is None or asked.round_no != wanted.round_no or asked.status is not RoundStatus.ASKING:
                return
            product = await applications.product(tx, asked.product_id)
            country = (await identity.tenant_profile(tx)).country
        answers = await ask_lenders(lenders, question_of(asked, product, country))
        async with context.write() as tx:
            await finish_round(tx, wanted.application_id, wanted.round_no, product, answers)

    return Job(ASK, AskLenders, handle)


async def _expire(context: JobContext) -> None:
    async with context.write() as tx:
        await expire_offers(tx)


async def _resume(context: JobContext) -> None:
    async with context.write() as tx:
        await resume_asking(tx)


EXPIRING = Tick("offers.expire", timedelta(seconds=30), _expire)
RESUMING = Tick("offers.resume", timedelta(minutes=1), _resume)
