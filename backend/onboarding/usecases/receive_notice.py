"""Works on a stored notice of the verification provider."""

from typing import Final

from backend.kernel import webhooks_in
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.kernel.webhooks_in import InboundEvent
from backend.onboarding.ports import VerificationProvider
from backend.onboarding.usecases.apply_result import apply_result

PROVIDER: Final = "kyc"
WORK_NOTICE: Final = "onboarding.work_notice"


async def work_notice(context: JobContext, vault: Vault, provider: VerificationProvider, event: InboundEvent) -> None:
    """Lets the notice take effect, once. Raises ValueError when it can't be read, so that a person looks at it."""
    async with context.write() as tx:
        body = await webhooks_in.open_event(tx, vault, event)
        if body is None:
            return
        await apply_result(tx, vault, provider.read_notice(body))
        await webhooks_in.mark_worked(tx, event)
