"""The verification provider's webhook: verified over its raw bytes, stored once, answered; the work is a job's."""

from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.kernel import webhooks_in
from backend.kernel.db import Database
from backend.kernel.scope import Scope
from backend.kernel.tenants import TenantDirectory
from backend.kernel.vault import Vault
from backend.onboarding.ports import VerificationProvider
from backend.onboarding.usecases.receive_notice import PROVIDER, WORK_NOTICE


@post(
    "/v1/webhooks/kyc/{tenant_id:uuid}",
    operation_id="receiveVerificationWebhook",
    summary="Receive the verification provider's webhook",
    tags=("Webhooks",),
    opt={"public": True},
    status_code=200,
    request_max_body_size=webhooks_in.MAX_BODY,
)
async def verification_webhook(
    *,
    tenant_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    verification_provider: NamedDependency[VerificationProvider],
    database: NamedDependency[Database],
    vault: NamedDependency[Vault],
    tenants: NamedDependency[TenantDirectory],
    public_url: NamedDependency[str],
) -> None:
    """Takes a notice in; one that came before changes nothing."""
    body = await request.body()
    callback = webhooks_in.callback_url(public_url, PROVIDER, tenant_id)
    event_id = verification_provider.verify_notice(callback, request.headers, body)
    tenant = await tenants.by_id(tenant_id)
    async with database.write(Scope.system(tenant.id, "webhook")) as tx:
        await webhooks_in.accept(
            tx, vault, provider=PROVIDER, event_id=event_id, kind="verification", body=body, job=WORK_NOTICE
        )
