"""The authenticator app as a second step: set up, confirmed, its recovery codes renewed, removed."""

import flet as ft

from app.stores.root import Store
from shared.api.identity import AuthenticatorOut


class AuthenticatorFlow(ft.Observable):
    """Observable; one for each visit. Secret and recovery codes are shown once and are nowhere but here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.secret: AuthenticatorOut | None = None
        self.recovery_codes: tuple[str, ...] = ()

    async def begin(self) -> None:
        """Asks for a secret to put into the app."""
        self.secret = await self.action.run(self._store.client.identity.begin_authenticator) or self.secret

    async def confirm(self, code: str) -> None:
        """Turns it on by its first code."""
        found = await self.action.run(lambda: self._store.client.identity.confirm_authenticator(code))
        if found is not None:
            self.recovery_codes, self.secret = tuple(found.recovery_codes), None
            await self._store.session.settle(self._store.client)

    async def renew(self, code: str) -> None:
        """Replaces the recovery codes."""
        found = await self.action.run(lambda: self._store.client.identity.renew_recovery_codes(code))
        if found is not None:
            self.recovery_codes = tuple(found.recovery_codes)

    async def remove(self, code: str) -> None:
        """Turns it off."""

        async def removal() -> bool:
            await self._store.client.identity.remove_authenticator(code)
            return True

        if await self.action.run(removal):
            await self._store.session.settle(self._store.client)

    def kept(self) -> None:
        """The recovery codes were written down."""
        self.recovery_codes = ()
