"""The outside world of a test platform, from a tester's side: phone, bank app, payment page."""

import time
from datetime import datetime

from shared.api.sandbox import Credit, CreditIn, InboxMessage, Link, LinkPaymentIn
from shared.client._async.resource import Resource
from shared.client.errors import TimedOut
from shared.client.paths import part
from shared.client.primitives import async_sleep

_LOOK_AGAIN_S, _LOOK_AGAIN_MAX_S = 0.1, 1.0


class Sandbox(Resource):
    """Works against the sandbox at `ClientConfig.sandbox_url`; there is none in production."""

    async def inbox(self, to: str | None = None, *, limit: int = 50) -> list[InboxMessage]:
        """What arrived at an address, or at all, the newest first."""
        return await self._get("/inbox", list[InboxMessage], params={"to": to, "limit": limit}, public=True)

    async def wait_for_message(
        self, to: str, *, since: datetime | None = None, containing: str = "", timeout_s: float = 10
    ) -> InboxMessage:
        """The newest message to an address that came after `since` and has `containing` in it.

        Raises TimedOut when none came in time.
        """
        ends_at, pause_s = time.monotonic() + timeout_s, _LOOK_AGAIN_S
        while True:
            for message in await self.inbox(to):
                if containing in message.text and (since is None or message.sent_at > since):
                    return message
            if time.monotonic() >= ends_at:
                raise TimedOut(f"No such message within {timeout_s} seconds.")
            await async_sleep(pause_s)
            pause_s = min(pause_s * 1.5, _LOOK_AGAIN_MAX_S)

    async def pay_in(self, account_number: str, body: CreditIn, *, idempotency_key: str | None = None) -> Credit:
        """Sends money to a virtual account. Raises NotFound, Unprocessable for another currency."""
        path = f"/rail/virtual-accounts/{part(account_number)}/credits"
        return await self._post(path, body, Credit, idempotency_key=idempotency_key, public=True)

    async def reverse(self, credit_id: str) -> Credit:
        """Takes a payment back, as a bank does after a recall. Raises NotFound."""
        return await self._post(f"/rail/credits/{part(credit_id)}/reverse", None, Credit, public=True)

    async def link(self, link: str) -> Link:
        """A payment link, by its id or its address. Raises NotFound."""
        return await self._get(f"/rail/links/{_link_id(link)}", Link, public=True)

    async def pay_link(self, link: str, body: LinkPaymentIn | None = None) -> Link:
        """Pays a link, by its id or its address; once. Raises NotFound, Conflict when it was cancelled."""
        return await self._post(f"/rail/links/{_link_id(link)}/pay", body or LinkPaymentIn(), Link, public=True)


def _link_id(link: str) -> str:
    return part(link.rstrip("/").rsplit("/", 1)[-1])
