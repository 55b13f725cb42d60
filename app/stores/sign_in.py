"""Signing in and signing up: a contact, the code that arrives there, and what else the platform asks for."""

from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

import flet as ft
import msgspec

from app.platform.port import DeviceFailed
from app.stores.root import Store
from shared.api.consents import ConsentIn, ConsentKind, ConsentTextOut
from shared.api.identity import (
    CodeChannel,
    CodeRequest,
    CodeSent,
    DeviceIn,
    LinkRedeem,
    LinkRequest,
    SecondFactorIn,
    SignInOut,
    SignInRequest,
    SignInStatus,
    SignUpRequest,
)

_NAME = "sign-in"
_TICKET_KEPT = timedelta(minutes=25)  # the platform's lives for 30


class Step(StrEnum):
    """The pages of the flow."""

    CONTACT = "contact"
    CODE = "code"
    LINK_SENT = "link_sent"
    SECOND_FACTOR = "second_factor"
    NAME = "name"
    CONSENTS = "consents"


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in or sign-up on its way, kept on the device as long as its code, or its ticket, is good."""

    step: Step
    by_email: bool
    contact: str
    name: str
    sent: CodeSent | None
    ticket: str
    until: datetime


class SignInFlow(ft.Observable):
    """Observable; lives as long as its screen."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.step = Step.CONTACT
        self.by_email = False
        self.contact = ""
        self.code = ""
        self.name = ""
        self.sent: CodeSent | None = None
        self.texts: list[ConsentTextOut] = []
        self.agreed: set[ConsentKind] = set()
        self._ticket = ""

    @property
    def can_agree(self) -> bool:
        """Whether everything that the account needs is agreed to."""
        return all(text.kind in self.agreed for text in self.texts if text.required)

    async def begin(self) -> None:
        """Goes on where a window was lost that waited for a code, or for what comes after it."""
        text = await self._store.platform.secret(_NAME)
        try:
            begun = msgspec.json.decode(text, type=Begun) if text else None
        except msgspec.MsgspecError:
            begun = None
        if text is None or self.step is not Step.CONTACT:
            return
        if begun is None or begun.until <= self._store.clock.now():
            await self._forget()
            return
        self.by_email, self.contact, self.name = begun.by_email, begun.contact, begun.name
        self.sent, self._ticket, self.step = begun.sent, begun.ticket, begun.step

    def write(self, *, contact: str | None = None, code: str | None = None, name: str | None = None) -> None:
        """Takes what was typed; an earlier refusal was about something else."""
        self.action.clear()
        self.contact = self.contact if contact is None else contact
        self.code = self.code if code is None else code
        self.name = self.name if name is None else name

    def switch(self, *, by_email: bool) -> None:
        """Phone or e-mail."""
        self.by_email, self.contact = by_email, ""
        self.action.clear()

    def agree(self, kind: ConsentKind, *, yes: bool) -> None:
        """Ticks or unticks one consent."""
        self.agreed = self.agreed | {kind} if yes else self.agreed - {kind}

    async def back(self) -> bool:
        """One page back; False where that leaves the flow. Behind the consents what was begun is given up."""
        self.action.clear()
        if self.step is Step.CONSENTS:
            self.step = Step.NAME
            return True
        await self._forget()
        if self.step not in {Step.CODE, Step.LINK_SENT}:
            return False
        self.step, self.code = Step.CONTACT, ""
        return True

    def show(self, page: str) -> None:
        """Goes to an earlier page, or forward to one that waits for what was sent; no other page can be shown."""
        behind = self.step in {Step.CODE, Step.LINK_SENT, Step.NAME, Step.SECOND_FACTOR}
        waits = self.sent is not None and self.sent.expires_at > self._store.clock.now() and not self._ticket
        if (
            (page == Step.CONTACT and behind)
            or (page == Step.NAME and self.step is Step.CONSENTS)
            or (page == Step.CODE and self.step is Step.CONTACT and waits)
        ):
            self.action.clear()
            self.step = Step(page)

    async def send_code(self, channel: CodeChannel | None = None) -> None:
        """Has a code sent to the contact, or read out by a call."""
        contact = self.contact.strip()
        body = CodeRequest(
            phone=None if self.by_email else contact,
            email=contact if self.by_email else None,
            channel=channel,
            locale=self._store.look.language.value,
        )
        sent = await self.action.run(lambda: self._store.client.identity.request_code(body))
        if sent is not None:
            self.sent, self.code, self.step, self._ticket = sent, "", Step.CODE, ""
            await self._remember(sent.expires_at)

    async def send_link(self) -> None:
        """Has a link sent to the e-mail address."""
        body = LinkRequest(email=self.contact.strip(), locale=self._store.look.language.value)
        if await self.action.run(lambda: self._store.client.identity.request_link(body)) is not None:
            self.step = Step.LINK_SENT

    async def redeem(self, token: str) -> None:
        """Signs in by the link that arrived."""
        body = LinkRedeem(token=token, device=self._device())
        await self._go_on(await self.action.run(lambda: self._store.client.identity.redeem_link(body)))

    async def enter_code(self, code: str) -> None:
        """Takes the digits typed or pasted, and tries them once all are there."""
        self.write(code=code)
        if self.sent is not None and len(code) == self.sent.digits:
            await self.confirm_code()

    async def confirm_code(self) -> None:
        """Answers the code."""
        if self.sent is None:
            return
        body = SignInRequest(challenge_id=self.sent.challenge_id, code=self.code, device=self._device())
        answer = await self.action.run(lambda: self._store.client.identity.sign_in(body))
        if answer is None:
            self.code = ""
        await self._go_on(answer)

    async def add_second_factor(self) -> None:
        """Ends the sign-in with the authenticator's code."""
        body = SecondFactorIn(ticket=self._ticket, code=self.code.strip(), device=self._device())
        await self._go_on(await self.action.run(lambda: self._store.client.identity.add_second_factor(body)))

    async def read_consents(self) -> None:
        """Goes from the name to the texts to agree to."""
        locale = self._store.look.language.value
        texts = await self.action.run(lambda: self._store.client.identity.consent_texts(locale))
        if texts is not None:
            await self._remember(self._store.clock.now() + _TICKET_KEPT)
            self.texts, self.step = texts, Step.CONSENTS

    async def sign_up(self) -> None:
        """Makes the account."""
        consents = [
            ConsentIn(kind=text.kind, version=text.version, locale=text.locale)
            for text in self.texts
            if text.kind in self.agreed
        ]
        body = SignUpRequest(
            ticket=self._ticket,
            name=self.name.strip(),
            consents=consents,
            locale=self._store.look.language.value,
            device=self._device(),
        )
        await self._go_on(await self.action.run(lambda: self._store.client.identity.sign_up(body)))

    async def _go_on(self, answer: SignInOut | None) -> None:
        if answer is None:
            return
        self._ticket, self.code = answer.ticket or "", ""
        match answer.status:
            case SignInStatus.SIGNED_IN:
                await self._forget()
                await self.action.run(lambda: self._store.session.settle(self._store.client))
            case SignInStatus.SECOND_FACTOR:
                self.step = Step.SECOND_FACTOR
            case _:
                self.step = Step.NAME
        if self._ticket:
            await self._remember(self._store.clock.now() + _TICKET_KEPT)

    async def _remember(self, until: datetime) -> None:
        """Keeps where the flow is in the device's secure storage; a device that keeps nothing still signs in."""
        begun = Begun(
            step=self.step,
            by_email=self.by_email,
            contact=self.contact,
            name=self.name,
            sent=self.sent,
            ticket=self._ticket,
            until=until,
        )
        with suppress(DeviceFailed):
            await self._store.platform.keep_secret(_NAME, msgspec.json.encode(begun).decode())

    async def _forget(self) -> None:
        with suppress(DeviceFailed):
            await self._store.platform.drop_secret(_NAME)

    def _device(self) -> DeviceIn:
        return DeviceIn(client="app", name=self._store.platform.description[:80])
