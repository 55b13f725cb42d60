"""The sandbox's bank rail over HTTP."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from msgspec import Struct

from backend.kernel import webhooks_in
from backend.payments.ports import (
    REFERENCE_REUSED,
    MandateNews,
    MandateReport,
    Notice,
    NoticeKind,
    OpenedAccount,
    OrderReport,
    RailAccount,
    RailRefused,
    RailSilent,
    ReceiptReport,
)
from shared.money import Money

S = TypeVar("S", bound=Struct)
_TIMEOUT: Final = httpx.Timeout(5, connect=2)
# Not now: too slow, in conflict with what is under way, too early, too often. Whether the order stands is not said.
_UNDECIDED: Final = frozenset({408, 409, 425, 429})
# Conflicts that no later moment resolves.
_UNKNOWN: Final = "unknown"  # what a refusal says of a reference that the rail does not have
_FINAL_CONFLICTS: Final = frozenset({REFERENCE_REUSED, "mandate_not_active"})


class _Order(Struct, frozen=True, kw_only=True):
    reference: str
    amount_minor: int
    currency: str
    status: str
    at: datetime
    reason: str | None = None


class _Credit(Struct, frozen=True, kw_only=True):
    credit_id: str
    reference: str
    amount_minor: int
    currency: str
    at: datetime
    status: str
    sender_name: str = ""
    narration: str = ""


class _Link(Struct, frozen=True, kw_only=True):
    id: str
    reference: str
    url: str
    amount_minor: int
    currency: str
    at: datetime
    payment_id: str | None = None
    payer_name: str | None = None


class _Mandate(Struct, frozen=True, kw_only=True):
    reference: str
    status: str


class _Refusal(Struct, frozen=True, kw_only=True):
    code: str = "refused"


class _Envelope(Struct, frozen=True, kw_only=True):
    type: str
    data: msgspec.Raw


class SandboxRail:
    """Fulfils `Rail`. One for each process; `close` lets go of its connections."""

    def __init__(self, base_url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._secret = secret
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=_TIMEOUT,
            transport=transport,
        )

    @property
    def gives_up_after(self) -> timedelta:
        """The sandbox takes an order up within eight seconds of a call, or never."""
        return timedelta(seconds=20)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def send_payout(self, reference: str, amount: Money, account: RailAccount, callback: str) -> OrderReport:
        """Orders a payout."""
        body = _ordered(reference, amount, callback) | {"account": msgspec.to_builtins(account)}
        return _order(await self._post("/rail/payouts", body, _Order))

    async def find_payout(self, reference: str) -> OrderReport | None:
        """What became of a payout."""
        found = await self._find(f"/rail/payouts/{reference}", _Order)
        return _order(found) if found else None

    async def send_debit(self, reference: str, amount: Money, mandate_reference: str, callback: str) -> OrderReport:
        """Orders a debit."""
        body = _ordered(reference, amount, callback) | {"mandate_reference": mandate_reference}
        return _order(await self._post("/rail/debits", body, _Order))

    async def find_debit(self, reference: str) -> OrderReport | None:
        """What became of a debit."""
        found = await self._find(f"/rail/debits/{reference}", _Order)
        return _order(found) if found else None

    async def open_account(self, reference: str, holder_name: str, currency: str, callback: str) -> OpenedAccount:
        """Opens a virtual account."""
        body = {"reference": reference, "holder_name": holder_name, "currency": currency, "callback_url": callback}
        return await self._post("/rail/virtual-accounts", body, OpenedAccount)

    async def make_link(self, reference: str, amount: Money, callback: str) -> str:
        """Makes a payment link."""
        return (await self._post("/rail/links", _ordered(reference, amount, callback), _Link)).url

    async def ask_mandate(self, reference: str, account: RailAccount, callback: str) -> MandateReport:
        """Asks for a mandate."""
        body = {"reference": reference, "account": msgspec.to_builtins(account), "callback_url": callback}
        return _mandate(await self._post("/rail/mandates", body, _Mandate))

    async def cancel_mandate(self, reference: str) -> bool:
        """Ends a mandate."""
        try:
            await self._post(f"/rail/mandates/{reference}/cancel", {}, _Mandate)
        except RailRefused as refusal:
            if refusal.reason == _UNKNOWN:
                return False
            raise
        return True

    def verify_notice(self, callback: str, headers: Mapping[str, str], body: bytes) -> str:
        """Checks a Standard Webhooks signature made for `callback`. Raises BadSignature."""
        secret = webhooks_in.endpoint_secret(self._secret, urlsplit(callback).path)
        return webhooks_in.verify(secret, dict(headers), body)

    def read_notice(self, body: bytes) -> Notice:
        """A verified webhook. Raises ValueError when it can't be read."""
        envelope = msgspec.json.decode(body, type=_Envelope)
        kind = NoticeKind(envelope.type.partition(".")[0])
        if kind in {NoticeKind.PAYOUT, NoticeKind.DEBIT}:
            return Notice(kind=kind, order=_order(msgspec.json.decode(envelope.data, type=_Order)))
        if kind is NoticeKind.CREDIT:
            return Notice(kind=kind, receipt=_credit(msgspec.json.decode(envelope.data, type=_Credit)))
        if kind is NoticeKind.LINK:
            return Notice(kind=kind, receipt=_link(msgspec.json.decode(envelope.data, type=_Link)))
        return Notice(kind=kind, mandate=_mandate(msgspec.json.decode(envelope.data, type=_Mandate)))

    async def _post(self, path: str, body: dict[str, Any], answer: type[S]) -> S:
        headers = {"Content-Type": "application/json"}
        try:
            response = await self._http.post(path, content=msgspec.json.encode(body), headers=headers)
        except httpx.HTTPError as failure:
            raise RailSilent from failure
        _refuse(response)
        return _read(response, answer)

    async def _find(self, path: str, answer: type[S]) -> S | None:
        try:
            response = await self._http.get(path)
        except httpx.HTTPError as failure:
            raise RailSilent from failure
        return None if response.status_code == httpx.codes.NOT_FOUND else _read(response, answer)


def _refuse(response: httpx.Response) -> None:
    """Raises RailRefused for a 4xx that is final, and says why in the rail's own words; otherwise does nothing."""
    if not response.is_client_error:
        return
    try:
        code = msgspec.json.decode(response.content, type=_Refusal).code
    except msgspec.DecodeError:
        return  # not the rail's own words: somebody on the way answered
    if response.status_code not in _UNDECIDED or code in _FINAL_CONFLICTS:
        raise RailRefused(code)


def _read(response: httpx.Response, answer: type[S]) -> S:
    """The answer. Anything but a success tells nothing."""
    try:
        response.raise_for_status()
        return msgspec.json.decode(response.content, type=answer)
    except (httpx.HTTPError, msgspec.DecodeError) as failure:
        raise RailSilent from failure


def _ordered(reference: str, amount: Money, callback: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "amount_minor": amount.amount_minor,
        "currency": amount.currency,
        "callback_url": callback,
    }


def _order(found: _Order) -> OrderReport:
    return OrderReport(
        reference=found.reference,
        amount=Money.of(found.amount_minor, found.currency),
        settled=found.status == "settled",
        failed=found.status == "failed",
        reason=found.reason,
        at=found.at,
    )


def _credit(found: _Credit) -> ReceiptReport:
    return ReceiptReport(
        source=f"credit:{found.credit_id}",
        reference=found.reference,
        amount=Money.of(found.amount_minor, found.currency),
        at=found.at,
        sender_name=found.sender_name,
        narration=found.narration,
        reversed=found.status == "reversed",
    )


def _link(found: _Link) -> ReceiptReport:
    return ReceiptReport(
        source=f"link:{found.payment_id or found.id}",
        reference=found.reference,
        amount=Money.of(found.amount_minor, found.currency),
        at=found.at,
        sender_name=found.payer_name or "",
    )


def _mandate(found: _Mandate) -> MandateReport:
    known = {news.value: news for news in MandateNews}
    return MandateReport(reference=found.reference, news=known.get(found.status))
