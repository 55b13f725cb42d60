"""What onboarding plugs into the platform."""

from datetime import timedelta

from backend.kernel import webhooks_in
from backend.kernel.jobs import Job, JobContext, Tick
from backend.kernel.module import Invariant, Module, Services
from backend.kernel.webhooks_in import InboundEvent
from backend.onboarding.invariants import cases_match_their_history, waiting_cases_have_a_round
from backend.onboarding.personal import PERSONAL
from backend.onboarding.ports import VerificationProvider
from backend.onboarding.routes import ROUTES
from backend.onboarding.usecases.expire_cases import expire_cases
from backend.onboarding.usecases.follow_check import FOLLOW_CHECK, FollowCheck, follow_check
from backend.onboarding.usecases.receive_notice import PROVIDER, WORK_NOTICE, work_notice
from backend.onboarding.usecases.register_account import CHECK_ACCOUNT, CheckAccount, check_account


def module(services: Services, provider: VerificationProvider) -> Module:
    """Onboarding, with the provider that verifies people, businesses and accounts."""
    vault = services.vault

    async def follow(context: JobContext, order: FollowCheck) -> None:
        callback = webhooks_in.callback_url(services.public_url, PROVIDER, context.scope.tenant_id)
        await follow_check(context, vault, provider, callback, order)

    async def work(context: JobContext, event: InboundEvent) -> None:
        await work_notice(context, vault, provider, event)

    async def check(context: JobContext, order: CheckAccount) -> None:
        await check_account(context, vault, provider, order)

    async def expire(context: JobContext) -> None:
        await expire_cases(context, vault)

    return Module(
        name="onboarding",
        routes=ROUTES,
        jobs=(
            Job(FOLLOW_CHECK, FollowCheck, follow),
            Job(WORK_NOTICE, InboundEvent, work),
            Job(CHECK_ACCOUNT, CheckAccount, check),
        ),
        ticks=(Tick("onboarding.expire_cases", timedelta(minutes=10), expire),),
        invariants=(
            Invariant("cases match their history", cases_match_their_history),
            Invariant("waiting cases have a round", waiting_cases_have_a_round),
        ),
        dependencies={"verification_provider": provider},
        personal=PERSONAL,
    )
