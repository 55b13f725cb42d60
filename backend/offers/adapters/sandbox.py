"""The sandbox's three lenders, asked over HTTP as a real one would be."""

import asyncio
import ssl
from functools import cache

import httpx
import msgspec

from backend.offers.adapters.breaker import Guarded
from backend.offers.domain.asking import Answer, Declined, LenderProfile, Question, Quoted, Silent, SilentReason
from backend.offers.ports import Lender

PROFILES = (
    LenderProfile(code="harbor", name="Harbor Bank", licence="Sandbox licence 001", address="1 Harbor Road"),
    LenderProfile(code="meridian", name="Meridian Credit", licence="Sandbox licence 002", address="12 Meridian Way"),
    LenderProfile(code="quickline", name="Quickline Finance", licence="Sandbox licence 003", address="7 Quick Lane"),
)
TIMEOUT = httpx.Timeout(5, connect=2)
WHOLE_TIMEOUT_S = 6  # httpx limits each wait, this limits their sum
MAX_BYTES = 64 * 1024


class _Refusal(msgspec.Struct):
    reason: str


class SandboxLender:
    """One lender."""

    def __init__(
        self, profile: LenderProfile, url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._profile = profile
        self._url = f"{url.rstrip('/')}/lenders/{profile.code}/quotes"
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._transport = transport

    @property
    def profile(self) -> LenderProfile:
        """Who it is."""
        return self._profile

    async def quote(self, question: Question) -> Answer:
        """Its answer."""
        try:
            async with asyncio.timeout(WHOLE_TIMEOUT_S), self._client() as client:
                response = await client.post(self._url, content=msgspec.json.encode(question), headers=self._headers)
        except (TimeoutError, httpx.TimeoutException):
            return Silent(reason=SilentReason.TIMED_OUT)
        except httpx.HTTPError:
            return Silent(reason=SilentReason.UNREACHABLE)
        return _read(response)

    def _client(self) -> httpx.AsyncClient:
        if self._transport is not None:
            return httpx.AsyncClient(transport=self._transport, timeout=TIMEOUT)
        return httpx.AsyncClient(verify=_trust(), timeout=TIMEOUT)


def _read(response: httpx.Response) -> Answer:
    if response.status_code not in {200, 422}:
        return Silent(reason=SilentReason.FAILED)
    if len(response.content) > MAX_BYTES:
        return Silent(reason=SilentReason.UNREADABLE)
    try:
        if response.status_code == 422:
            return Declined(reason=msgspec.json.decode(response.content, type=_Refusal).reason[:60])
        return msgspec.json.decode(response.content, type=Quoted)
    except msgspec.DecodeError:
        return Silent(reason=SilentReason.UNREADABLE)


@cache
def _trust() -> ssl.SSLContext:
    """Made once: reading the certificates takes longer than asking."""
    return ssl.create_default_context()


def sandbox_lenders(url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> tuple[Lender, ...]:
    """The sandbox's lenders, each behind a breaker of its own."""
    return tuple(Guarded(SandboxLender(each, url, secret, transport=transport)) for each in PROFILES)
