"""What can be done with a whole case, a person's or a business's: hand it in, take it back, open it again."""

from collections.abc import Awaitable
from typing import Protocol

from app.stores import businesses
from app.stores.root import Store
from shared.api.onboarding import CaseOut
from shared.events.onboarding import PartyKind

SUBMIT, WITHDRAW, RENEW = "submit", "withdraw", "renew"  # as `CaseOut.steps` names them


class _Send(Protocol):
    def __call__(self, case_id: object, *, idempotency_key: str) -> Awaitable[CaseOut]: ...


class CaseFlow:
    """One for each screen; `action` says how it goes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()

    async def step(self, case: CaseOut, name: str) -> bool:
        """Takes a step that the platform offers. True once it has."""
        key = self.action.key((case.id, case.attempt, name))
        send = self._verb(case, name)
        answer = await self.action.run(lambda: send(case.id, idempotency_key=key))
        if answer is None:
            return False
        await businesses.take_case(self._store, answer)
        return True

    def _verb(self, case: CaseOut, name: str) -> _Send:
        onboarding = self._store.client.onboarding
        verbs = {
            (PartyKind.PERSON, SUBMIT): onboarding.submit_kyc,
            (PartyKind.PERSON, WITHDRAW): onboarding.withdraw_kyc,
            (PartyKind.PERSON, RENEW): onboarding.renew_kyc,
            (PartyKind.BUSINESS, SUBMIT): onboarding.submit_kyb,
            (PartyKind.BUSINESS, WITHDRAW): onboarding.withdraw_kyb,
            (PartyKind.BUSINESS, RENEW): onboarding.renew_kyb,
        }
        return verbs[case.kind, name]  # type: ignore[return-value]  # they differ in the name of their first argument
