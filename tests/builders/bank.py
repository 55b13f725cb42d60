"""The other side of the rail: what the bank knows of a payout, and notices as it sends them, or as a forger would."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
from sqlalchemy import func, select

from backend.kernel import webhooks_in
from backend.kernel.scope import Scope
from backend.kernel.tables import webhook_event
from shared.api.disbursement import DisbursementOut
from shared.client.webhooks import Webhook
from shared.ids import new_id
from tests.builders.houses import House, Street
from tests.builders.platform import SANDBOX_SECRET


class Bank:
    """The bank that a house's money goes over."""

    def __init__(self, street: Street, house: House) -> None:
        self.street = street
        self.house = house

    async def payouts_for(self, disbursement: DisbursementOut) -> list[str]:
        """What the bank says of each payout that was ordered for a disbursement, the oldest first."""
        ids = list(dict.fromkeys(step.payout_id for step in disbursement.timeline))
        references = [(await self.house.operations.payments.payout(each)).reference for each in ids]
        headers = {"Authorization": f"Bearer {SANDBOX_SECRET}"}
        async with httpx.AsyncClient(base_url=self.street.platform.sandbox_url, headers=headers) as bank:
            answers = [await bank.get(f"/rail/payouts/{reference}") for reference in references]
        return ["never had it" if answer.status_code == 404 else answer.json()["status"] for answer in answers]

    async def tell(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        event_id: str | None = None,
        secret: str = SANDBOX_SECRET,
        ago: timedelta = timedelta(0),
        changed: bool = False,
        signed_for: str | None = None,
    ) -> httpx.Response:
        """Sends a notice, signed with `secret` so long `ago`, for another path perhaps, or `changed` on its way."""
        now = datetime.now(UTC)
        body = msgspec.json.encode({"type": kind, "timestamp": now, "data": data})
        path = f"/v1/webhooks/rail/{self.house.tenant_id}"
        webhook = Webhook(webhooks_in.endpoint_secret(secret, signed_for or path))
        headers = webhook.sign(event_id or new_id().hex, body, at=now - ago)
        sent = body + b" " if changed else body
        async with httpx.AsyncClient(base_url=self.house.url, timeout=60) as world:
            return await world.post(path, content=sent, headers=headers)

    def credit(self, reference: str, amount_minor: int, *, status: str = "received", **more: Any) -> dict[str, Any]:
        """What the bank says of money that came in."""
        said = {
            "credit_id": f"cr-{new_id().hex}",
            "reference": reference,
            "account_number": "9990000000",
            "amount_minor": amount_minor,
            "currency": self.house.demo.currency,
            "sender_name": "Somebody",
            "narration": "",
            "status": status,
            "at": datetime.now(UTC).isoformat(),
        }
        return said | more

    async def notices_kept(self, event_id: str | None = None) -> int:
        """How many notices the platform has stored; of one event, where it is named."""
        wanted = select(func.count()).select_from(webhook_event)
        if event_id is not None:
            wanted = wanted.where(webhook_event.c.event_id == event_id)
        async with self.street.services.database.read(Scope.system(self.house.tenant_id, "test")) as tx:
            return int(await tx.scalar(wanted))
