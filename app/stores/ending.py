"""The end of one's account: confirmed by a code of its own, to be taken back for two weeks."""

import flet as ft

from app.stores import reads
from app.stores.passkeys import begin_step_up, take_vouched
from app.stores.root import Store
from shared.api.compliance import DeletionIn
from shared.api.identity import CodeChannel, CodeSent, StepUpRequest

ACTION = "person.delete"  # what the code confirms, its subject oneself


class EndingFlow(ft.Observable):
    """Observable; one for each visit. `sent` is there while a code is awaited."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.understood = False
        self.sent: CodeSent | None = None
        self.code = ""

    def understand(self, yes: bool) -> None:
        """Ticks or unticks that it was understood."""
        self.understood = yes

    async def send_code(self, channel: CodeChannel | None = None) -> None:
        """Has a code sent, or read out by a call, that ends this account and nothing else."""
        me = self._store.session.me
        if me is None:
            return
        body = StepUpRequest(action=ACTION, subject=str(me.id), channel=channel)
        sent = await self.action.run(lambda: self._store.client.identity.request_step_up(body))
        if sent is not None:
            self.sent, self.code = sent, ""

    def leave_code(self) -> None:
        """Back from the code."""
        self.sent, self.code = None, ""
        self.action.clear()

    async def enter_code(self, code: str) -> None:
        """Takes the digits; asks for the end once all are there."""
        self.action.clear()
        self.code = code
        if self.sent is not None and len(code) == self.sent.digits:
            await self._end()

    async def use_passkey(self, place: str) -> None:
        """Opens the page on which a passkey confirms the end of this account."""
        me = self._store.session.me
        if me is not None:
            subject = str(me.id)
            await self.action.run(lambda: begin_step_up(self._store, place, action=ACTION, subject=subject))

    async def go_on(self) -> None:
        """Asks for the end, where a passkey has just confirmed it."""
        me = self._store.session.me
        code = None if me is None else await take_vouched(self._store, ACTION, str(me.id))
        if code is not None:
            self.code = code
            await self._end()

    async def keep(self) -> None:
        """Takes the request back."""
        await self.action.run(self._store.client.my_data.cancel_deletion)
        await self._store.refresh(reads.DELETION)

    async def _end(self) -> None:
        body = DeletionIn(code=self.code)
        key = self.action.key(body)
        asked = await self.action.run(lambda: self._store.client.my_data.request_deletion(body, idempotency_key=key))
        self.code = ""
        if asked is None:
            return
        self.sent, self.understood = None, False
        await self._store.refresh(reads.DELETION)
