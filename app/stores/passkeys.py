"""Passkeys: begun here, made or used on a page of the web, ended here with what this device has kept meanwhile."""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import flet as ft
import msgspec

from app.stores import reads
from app.stores.root import PENDING, VOUCHED, Store
from shared.api.identity import CodeChannel, CodeSent, DeviceIn, StepUpRequest
from shared.api.passkeys import (
    CeremonyBack,
    CeremonyOut,
    CeremonyPurpose,
    PasskeyAddBegin,
    PasskeyIn,
    PasskeySignIn,
    PasskeySignInBegin,
    PasskeyStepUp,
    PasskeyStepUpBegin,
)

ADD = "passkey.add"  # what the code confirms, its subject oneself
_HERE = "passkeys"
_NAME_MAX = 60


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the page to come back: why it was opened, the verifier, and the place to go on from."""

    purpose: CeremonyPurpose
    verifier: str
    next: str
    action: str = ""  # what is to be confirmed, and about what
    subject: str = ""


class Vouched(msgspec.Struct, frozen=True, kw_only=True):
    """What a passkey has just confirmed, and the code that says so; kept on the device, as a window may be lost."""

    action: str
    subject: str
    code: str
    expires_at: datetime


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """The passkeys that were added on this device."""

    ids: list[UUID] = []


class Ended(StrEnum):
    """How a visit to the page ended."""

    DONE = "done"
    CANCELLED = "cancelled"  # nothing came back, and nothing was changed
    REFUSED = "refused"  # the action has the reason


def can_use_passkeys(store: Store) -> bool:
    """Whether a passkey could be used from here: in a browser at the app's own address, or on a phone."""
    tenant = store.session.tenant
    app_url = tenant.app_url if tenant is not None else None
    if app_url is None:
        return False
    return store.platform.host is None or store.platform.host == urlsplit(app_url).netloc


async def begin(
    store: Store,
    purpose: CeremonyPurpose,
    place: str,
    ask: Callable[[str, CeremonyBack], Awaitable[CeremonyOut]],
    *,
    action: str = "",
    subject: str = "",
) -> None:
    """Opens the page; `place` is where to go on afterwards, and `ask` begins it with a verifier's hash.

    Raises ClientError.
    """
    verifier = _text(secrets.token_bytes(32))
    back = CeremonyBack.WEB if store.platform.host is not None else CeremonyBack.PHONE
    begun = await ask(_text(hashlib.sha256(verifier.encode()).digest()), back)
    pending = Pending(purpose=purpose, verifier=verifier, next=place, action=action, subject=subject)
    await store.platform.keep_secret(PENDING, msgspec.json.encode(pending).decode())
    await store.platform.open_here(begun.url)


async def begin_sign_in(store: Store, place: str) -> None:
    """Opens the page to sign in. Raises ClientError."""
    passkeys, locale = store.client.passkeys, store.look.language.value

    def ask(digest: str, back: CeremonyBack) -> Awaitable[CeremonyOut]:
        return passkeys.begin_sign_in(PasskeySignInBegin(verifier_hash=digest, back=back, locale=locale))

    await begin(store, CeremonyPurpose.SIGN_IN, place, ask)


async def begin_step_up(store: Store, place: str, *, action: str, subject: str) -> None:
    """Opens the page to confirm one action on one subject. Raises ClientError."""
    mine, locale = store.client.passkeys, store.look.language.value

    def ask(digest: str, back: CeremonyBack) -> Awaitable[CeremonyOut]:
        body = PasskeyStepUpBegin(verifier_hash=digest, action=action, subject=subject, back=back, locale=locale)
        return mine.begin_step_up(body)

    await begin(store, CeremonyPurpose.STEP_UP, place, ask, action=action, subject=subject)


async def take_vouched(store: Store, action: str, subject: str) -> str | None:
    """The code for this action on this subject, once, where a passkey has just confirmed it."""
    text = await store.platform.secret(VOUCHED)
    try:
        vouched = msgspec.json.decode(text, type=Vouched) if text else None
    except msgspec.MsgspecError:
        vouched = None
    if vouched is None or (vouched.action, vouched.subject) != (action, subject):
        return None
    await store.platform.drop_secret(VOUCHED)
    return vouched.code if store.clock.now() < vouched.expires_at else None


async def here(store: Store) -> list[UUID]:
    """The passkeys of this borrower that were added on this device."""
    kept = await store.kept(_HERE, Here)
    return [] if kept is None else kept.ids


class AddingFlow(ft.Observable):
    """Observable; one for each visit of the list. `sent` is there while a code is awaited."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.sent: CodeSent | None = None
        self.code = ""
        self.here: list[UUID] = []

    async def recall(self) -> None:
        """Finds out which of them were added on this device."""
        self.here = await here(self._store)

    async def send_code(self, channel: CodeChannel | None = None) -> None:
        """Has a code sent, or read out by a call, that confirms that a passkey is added."""
        me = self._store.session.me
        if me is None:
            return
        body = StepUpRequest(action=ADD, subject=str(me.id), channel=channel)
        sent = await self.action.run(lambda: self._store.client.identity.request_step_up(body))
        if sent is not None:
            self.sent, self.code = sent, ""

    def leave_code(self) -> None:
        """Back from the code."""
        self.sent, self.code = None, ""
        self.action.clear()

    async def enter_code(self, code: str, place: str) -> None:
        """Takes the digits; opens the page once all are there."""
        self.action.clear()
        self.code = code
        if self.sent is not None and len(code) == self.sent.digits:
            await self.action.run(lambda: self._begin(code, place))
            self.code = ""

    async def rename(self, passkey_id: UUID, name: str) -> None:
        """Calls one something else."""
        mine = self._store.client.passkeys
        if await self.action.run(lambda: mine.rename(passkey_id, name.strip()[:_NAME_MAX])) is not None:
            await self._store.refresh(reads.PASSKEYS)

    async def remove(self, passkey_id: UUID) -> None:
        """Takes one away."""
        await self.action.run(lambda: self._store.client.passkeys.remove(passkey_id))
        await self._store.refresh(reads.PASSKEYS)

    async def _begin(self, code: str, place: str) -> bool:
        mine, locale = self._store.client.passkeys, self._store.look.language.value

        def ask(digest: str, back: CeremonyBack) -> Awaitable[CeremonyOut]:
            body = PasskeyAddBegin(verifier_hash=digest, step_up_code=code, back=back, locale=locale)
            return mine.begin_adding(body)

        await begin(self._store, CeremonyPurpose.ADD, place, ask)
        return True


class ReturnFlow(ft.Observable):
    """Observable: the way back from the page. `ended` once it is known how, `next` where to go on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.ended: Ended | None = None
        self.purpose: CeremonyPurpose | None = None
        self.next = "/"

    async def finish(self, code: str) -> None:
        """Redeems the code with the verifier that was kept here, which is dropped once it is known how that ended.

        A window that is lost meanwhile comes back to the same place and redeems again: it adds and signs in once.
        """
        pending = await self._pending()
        if pending is None or not code:
            await self._store.platform.drop_secret(PENDING)
            self.ended = Ended.CANCELLED
            return
        redeem: dict[CeremonyPurpose, Callable[[str, Pending], Awaitable[None]]] = {
            CeremonyPurpose.SIGN_IN: self._sign_in,
            CeremonyPurpose.ADD: self._add,
            CeremonyPurpose.STEP_UP: self._step_up,
        }

        async def redeemed() -> bool:
            await redeem[pending.purpose](code, pending)
            return True

        done = await self.action.run(redeemed)
        problem = self.action.problem
        if problem is None or problem.is_settled:
            await self._store.platform.drop_secret(PENDING)
        self.ended = Ended.REFUSED if done is None else Ended.DONE

    async def _pending(self) -> Pending | None:
        text = await self._store.platform.secret(PENDING)
        if not text:
            return None
        try:
            pending = msgspec.json.decode(text, type=Pending)
        except msgspec.MsgspecError:
            return None
        self.purpose, self.next = pending.purpose, pending.next
        return pending

    async def _sign_in(self, code: str, pending: Pending) -> None:
        device = DeviceIn(client="app", name=self._store.platform.description[:80])
        await self._store.client.passkeys.sign_in(PasskeySignIn(code=code, verifier=pending.verifier, device=device))
        await self._store.session.settle(self._store.client)

    async def _add(self, code: str, pending: Pending) -> None:
        name = self._store.platform.description[:_NAME_MAX]
        added = await self._store.client.passkeys.add(PasskeyIn(code=code, verifier=pending.verifier, name=name))
        await self._store.keep(_HERE, Here(ids=[*await here(self._store), added.id]))
        await self._store.refresh(reads.PASSKEYS)

    async def _step_up(self, code: str, pending: Pending) -> None:
        given = await self._store.client.passkeys.step_up(PasskeyStepUp(code=code, verifier=pending.verifier))
        vouched = Vouched(action=pending.action, subject=pending.subject, code=given.code, expires_at=given.expires_at)
        await self._store.platform.keep_secret(VOUCHED, msgspec.json.encode(vouched).decode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
