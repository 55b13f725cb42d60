"""What comes of a message, and who finds out what a free text asks for."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from bot.conversation.flow import Query
from bot.conversation.state import State
from bot.conversation.views import View
from shared.i18n import Language


@dataclass(frozen=True, slots=True)
class Guess:
    """The flow that a text seems to ask for, and how surely, in thousandths."""

    flow: str
    per_mille: int


@dataclass(frozen=True, slots=True)
class Meaning(Query[Guess | None]):
    """Which flow a free text asks for; `name` is what its writer is called, so that it need go no further."""

    text: str
    language: Language
    name: str = ""


class Understanding(Protocol):
    """Finds what a free text asks for: a flow, and never an amount or a date."""

    async def __call__(self, said: Meaning) -> Guess | None:
        """The likeliest flow, or none where nothing is likely enough to act on. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes of one message: the state to keep, and what to say. `about` is set where somebody else says it.

    `refusal` says why what somebody else had to say is not said.
    """

    state: State
    views: tuple[View, ...] = ()
    about: UUID | None = None
    refusal: str = ""
