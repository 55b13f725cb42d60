"""Somebody's phone: the codes that arrive on it, and signing in with them."""

import re
from datetime import datetime

from backend.cli.waiting import PATIENCE_S, until
from shared.api.consents import ConsentIn
from shared.api.identity import CodeRequest, SignInRequest, SignInStatus, SignUpRequest
from shared.client import AsyncClient

_CODE = re.compile(r"\b\d{6}\b")


async def sign_in(client: AsyncClient, phone: str, name: str, *, patience_s: float = PATIENCE_S) -> None:
    """Signs in by a one-time code, and up where the number is new."""
    before = await newest_at(client, phone)
    sent = await client.identity.request_code(CodeRequest(phone=phone))
    code = await read_code(client, phone, since=before, patience_s=patience_s)
    answer = await client.identity.sign_in(SignInRequest(challenge_id=sent.challenge_id, code=code))
    if answer.status is SignInStatus.SIGN_UP:
        assert answer.ticket is not None, "whoever has to sign up holds a ticket"
        texts = await client.identity.consent_texts()
        consents = [ConsentIn(kind=text.kind, version=text.version) for text in texts if text.required]
        answer = await client.identity.sign_up(SignUpRequest(ticket=answer.ticket, name=name, consents=consents))
    assert answer.status is SignInStatus.SIGNED_IN, "a code is enough to sign in"


async def newest_at(client: AsyncClient, to: str) -> datetime | None:
    """When the newest message on a phone or in a mailbox arrived."""
    newest = await client.sandbox.inbox(to, limit=1)
    return newest[0].sent_at if newest else None


async def read_code(client: AsyncClient, to: str, *, since: datetime | None, patience_s: float = PATIENCE_S) -> str:
    """The one-time code that arrives after `since`. Raises TookTooLong."""

    async def read() -> str | None:
        fresh = [each for each in await client.sandbox.inbox(to) if since is None or each.sent_at > since]
        return next((code.group() for each in fresh if (code := _CODE.search(each.text))), None)

    code = await until(read, lambda found: found is not None, f"code to {to}", patience_s=patience_s)
    assert code is not None, "it was waited for"
    return code
