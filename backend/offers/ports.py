"""What offers need from outside: lenders that can be asked."""

from typing import Protocol, runtime_checkable

from backend.offers.domain.asking import Answer, LenderProfile, Question


@runtime_checkable
class Lender(Protocol):
    """One lender's quoting service."""

    @property
    def profile(self) -> LenderProfile:
        """Who it is."""
        ...

    async def quote(self, question: Question) -> Answer:
        """Its answer, within a few seconds: what goes wrong is a Silent, never an exception.

        Asking twice with the same reference is asking once.
        """
        ...
