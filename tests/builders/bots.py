"""A tenant's bot, and chats that are linked to people, made as they are made from outside."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from backend.identity.keys import SessionKeys
from backend.identity.usecases.service_accounts import create_service_account
from backend.kernel.module import Services
from backend.kernel.scope import Scope
from backend.kernel.tenants import Tenant
from shared.api.channels import ServiceAccountIn
from shared.ids import new_id
from tests.builders.identity import Browser


@dataclass
class BotCaller:
    """A bot that is signed in by its secret."""

    http: httpx.AsyncClient
    tenant: Tenant
    account_id: UUID
    secret: str
    tokens: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def signed_in(cls, http: httpx.AsyncClient, services: Services, tenant: Tenant) -> "BotCaller":
        """A new service account of the tenant's, with a session."""
        keys = SessionKeys.of(services.tokens, services.masters)
        async with services.database.write(Scope.system(tenant.id, "test")) as tx:
            made = await create_service_account(tx, services.vault, keys, ServiceAccountIn(name="Bot"))
        bot = cls(http, tenant, made.account.id, made.secret)
        assert (await bot.sign_in()).status_code == 200
        return bot

    async def sign_in(self) -> httpx.Response:
        """Begins a session by the secret."""
        answer = await self.http.post(
            "/v1/auth/service-sessions",
            json={"secret": self.secret},
            headers={"X-Tenant": self.tenant.slug, "Idempotency-Key": new_id().hex},
        )
        if answer.status_code == 200:
            self.tokens = answer.json()["tokens"]
        return answer

    async def post(self, path: str, body: object = None) -> httpx.Response:
        """A POST with its own Idempotency-Key."""
        return await self.http.post(f"/v1/bot{path}", json=body, headers=self._headers())

    async def get(self, path: str) -> httpx.Response:
        """A GET."""
        return await self.http.get(f"/v1/bot{path}", headers=self._headers())

    async def link(self, browser: Browser, subject: str, channel: str = "whatsapp", **more: Any) -> dict[str, Any]:
        """Links a chat by a code that its owner asked for in the app."""
        asked = await browser.post("/me/channel-links/codes", {"channel": channel})
        assert asked.status_code == 201, asked.text
        body = {"channel": channel, "subject": subject, "code": asked.json()["code"], **more}
        answer = await self.post("/links", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def acting(self, link_id: str) -> dict[str, str]:
        """The headers of a call in the name of a link's person."""
        answer = await self.post(f"/links/{link_id}/delegations")
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}", "X-Tenant": self.tenant.slug}

    async def stepped_up(self, browser: Browser, link_id: str) -> None:
        """Has the link's owner confirm by one tap."""
        asked = (await self.post(f"/links/{link_id}/step-ups", {"method": "app"})).json()
        answer = await browser.post(f"/me/channel-step-ups/{asked['id']}/confirm")
        assert answer.status_code == 200, answer.text

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.tokens['access_token']}",
            "X-Tenant": self.tenant.slug,
            "Idempotency-Key": new_id().hex,
        }
