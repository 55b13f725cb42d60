"""Leaves a lender alone for a while once it has failed several times in a row."""

from datetime import timedelta

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from backend.offers.domain.asking import Answer, LenderProfile, Question, Silent, SilentReason
from backend.offers.ports import Lender

FAILURES = 5
PAUSE = timedelta(seconds=30)


class _Failed(Exception):
    def __init__(self, answer: Silent) -> None:
        super().__init__(answer.reason.value)
        self.answer = answer


class Guarded:
    """A lender behind a circuit breaker. A refusal to lend is an answer; only silence counts as failing."""

    def __init__(self, lender: Lender, *, failures: int = FAILURES, pause: timedelta = PAUSE) -> None:
        self._lender = lender
        self._breakers = AsyncCircuitBreakerFactory(default_threshold=failures, default_ttl=pause.total_seconds())

    @property
    def profile(self) -> LenderProfile:
        """Who it is."""
        return self._lender.profile

    async def quote(self, question: Question) -> Answer:
        """Its answer; Silent("paused") without asking while the breaker is open."""
        breaker = await self._breakers.get_breaker(self.profile.code)
        try:
            async with breaker:
                return await self._answer(question)
        except _Failed as failure:
            return failure.answer
        except OpenedState:
            return Silent(reason=SilentReason.PAUSED)

    async def _answer(self, question: Question) -> Answer:
        """The lender's answer; silence as an exception, which is what breakers count."""
        answer = await self._lender.quote(question)
        if isinstance(answer, Silent):
            raise _Failed(answer)
        return answer
