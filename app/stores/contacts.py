"""A new phone number or e-mail address: proved by a code sent there, and by one sent to where one is reached now."""

from enum import StrEnum

import flet as ft

from app.stores.root import Store
from shared.api.identity import CodeChannel, CodeRequest, CodeSent, ContactConfirm, StepUpRequest

ACTION = "person.change_contact"  # what the second code confirms, its subject the first one's challenge


class Step(StrEnum):
    """The pages of the flow."""

    SHOWN = "shown"
    TYPING = "typing"
    CODE_THERE = "code_there"
    CODE_HERE = "code_here"


class ContactFlow(ft.Observable):
    """Observable; one for each visit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.step = Step.SHOWN
        self.by_email = False
        self.contact = ""
        self.code = ""
        self.sent: CodeSent | None = None
        self._there: CodeSent | None = None
        self._proof = ""

    def begin(self, *, by_email: bool) -> None:
        """Asks for the new phone number or e-mail address."""
        self.action.clear()
        self.by_email, self.contact, self.step = by_email, "", Step.TYPING

    def write(self, contact: str) -> None:
        """Takes what was typed."""
        self.action.clear()
        self.contact = contact

    def back(self) -> bool:
        """One page back; False on the first. Behind a code there is only the way back to the address."""
        self.action.clear()
        if self.step is Step.SHOWN:
            return False
        self.step = Step.SHOWN if self.step is Step.TYPING else Step.TYPING
        self.code, self.sent = "", None
        return True

    async def send_code(self, channel: CodeChannel | None = None) -> None:
        """Has a code sent to the new contact, or read out by a call."""
        contact = self.contact.strip()
        body = CodeRequest(
            phone=None if self.by_email else contact,
            email=contact if self.by_email else None,
            channel=channel,
            locale=self._store.look.language.value,
        )
        key = self.action.key(body)
        sent = await self.action.run(lambda: self._store.client.identity.request_contact(body, idempotency_key=key))
        if sent is not None:
            self._there = self.sent = sent
            self.code, self.step = "", Step.CODE_THERE

    async def send_again(self, channel: CodeChannel | None) -> None:
        """Has another code sent to where the last one went."""
        if self.step is Step.CODE_HERE:
            await self._ask_here(self._proof, channel)
        else:
            await self.send_code(channel)

    async def enter_code(self, code: str) -> None:
        """Takes the digits; goes on once all are there."""
        self.action.clear()
        self.code = code
        if self.sent is None or len(code) != self.sent.digits:
            return
        if self.step is Step.CODE_THERE:
            await self._ask_here(code)
        else:
            await self._confirm(code)

    async def _ask_here(self, code: str, channel: CodeChannel | None = None) -> None:
        """The first code is judged with the second, so that neither alone says anything."""
        assert self._there is not None, "a code was sent before"
        body = StepUpRequest(action=ACTION, subject=str(self._there.challenge_id), channel=channel)
        sent = await self.action.run(lambda: self._store.client.identity.request_step_up(body))
        if sent is not None:
            self._proof, self.sent, self.code, self.step = code, sent, "", Step.CODE_HERE

    async def _confirm(self, code: str) -> None:
        assert self._there is not None, "a code was sent before"
        body = ContactConfirm(challenge_id=self._there.challenge_id, code=self._proof, step_up_code=code)
        me = await self.action.run(lambda: self._store.client.identity.confirm_contact(body))
        self.code = ""
        if me is not None:
            self._store.session.me = me
            self.step, self.sent, self._there, self._proof = Step.SHOWN, None, None, ""
