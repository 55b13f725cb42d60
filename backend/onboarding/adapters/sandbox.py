"""The sandbox verification provider over HTTP. A time-out tells nothing: whoever calls asks again by reference."""

from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec
from msgspec import Struct

from backend.kernel import webhooks_in
from backend.onboarding.domain.verdicts import Outcome
from backend.onboarding.errors import ProviderSilent
from backend.onboarding.ports import (
    AccountQuestion,
    BusinessToVerify,
    PersonToVerify,
    ProviderResult,
    ProviderState,
    VerificationRequest,
)
from shared.events.onboarding import PartyKind

S = TypeVar("S", bound=Struct)
_TIMEOUT: Final = httpx.Timeout(5, connect=2)


class _Verification(Struct, frozen=True, kw_only=True):
    reference: UUID
    status: ProviderState
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()


class _Notice(Struct, frozen=True, kw_only=True):
    type: str
    data: _Verification


class _AccountHolder(Struct, frozen=True, kw_only=True):
    holder_name: str


class SandboxVerification:
    """Fulfils `VerificationProvider`. One for each process; `close` lets go of its connections."""

    def __init__(self, base_url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._secret = secret
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=_TIMEOUT,
            transport=transport,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def start(self, request: VerificationRequest) -> None:
        """Hands a round over. Raises ProviderSilent."""
        await self._call("POST", "/kyc/verifications", _Verification, _body(request))

    async def find(self, reference: UUID) -> ProviderResult | None:
        """What the sandbox knows of a reference. Raises ProviderSilent."""
        found = await self._call("GET", f"/kyc/verifications/{reference}", _Verification)
        return _result(found) if found else None

    async def account_holder(self, question: AccountQuestion) -> str | None:
        """The name the bank has. Raises ProviderSilent."""
        body = {
            "reference": str(question.reference),
            "scheme": question.scheme,
            "country": question.country,
            "bank_code": question.bank_code,
            "account_number": question.number,
            "claimed_holder": question.claimed_holder,
        }
        holder = await self._call("POST", "/kyc/account-holders", _AccountHolder, body)
        return holder.holder_name if holder else None

    def verify_notice(self, callback: str, headers: Mapping[str, str], body: bytes) -> str:
        """Checks a Standard Webhooks signature made for `callback`. Raises BadSignature."""
        secret = webhooks_in.endpoint_secret(self._secret, urlsplit(callback).path)
        return webhooks_in.verify(secret, dict(headers), body)

    def read_notice(self, body: bytes) -> ProviderResult:
        """What a verified webhook says. Raises ValueError when it can't be read."""
        return _result(msgspec.json.decode(body, type=_Notice).data)

    async def _call(self, method: str, path: str, answer: type[S], body: object = None) -> S | None:
        content = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"} if content else {}
        try:
            response = await self._http.request(method, path, content=content, headers=headers)
            if response.status_code == httpx.codes.NOT_FOUND:
                return None
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=answer)
        except (httpx.HTTPError, msgspec.DecodeError) as failure:
            raise ProviderSilent from failure


def _result(found: _Verification) -> ProviderResult:
    return ProviderResult(reference=found.reference, state=found.status, outcome=found.outcome, reasons=found.reasons)


def _body(request: VerificationRequest) -> dict[str, object]:
    party = _person(request.person) if request.kind is PartyKind.PERSON else _business(request.business)
    return {
        "reference": str(request.reference),
        "subject": str(request.subject),
        "kind": request.kind,
        "callback_url": request.callback_url,
        "address": request.address,
        "evidence_sha256": [file.sha256.hex() for file in request.evidence],
        **party,
    }


def _person(person: PersonToVerify | None) -> dict[str, object]:
    assert person is not None, "a person's case names the person"
    fields: dict[str, object] = msgspec.to_builtins(person)
    return {name: value for name, value in fields.items() if value is not None}


def _business(business: BusinessToVerify | None) -> dict[str, object]:
    assert business is not None, "a business's case names the business"
    return {
        "legal_name": business.legal_name,
        "registration_number": business.registration_number,
        "country": business.country,
        "registered_on": business.registered_on,
        "directors": [_person(person) for person in business.directors],
        "owners": [_person(person) for person in business.owners],
    }
