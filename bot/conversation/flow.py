"""What flows are made of: steps that prompt and take, the moves they make, and the questions they ask on the way.

A step never waits and never speaks to anyone: it is a generator that yields a `Query` for whatever it must know and is
sent the answer. So it is pure, and a test drives it without a network.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from bot.conversation.inbound import Inbound
from bot.conversation.state import Owner, State
from bot.conversation.views import View
from shared.i18n import Language, Localizer

T = TypeVar("T")


class Level(IntEnum):
    """How sure the bot must be of who writes before a flow may begin."""

    ANYONE = 0
    LINKED = 1  # this WhatsApp identity was linked to a borrower, in the app
    STEPPED_UP = 2  # and they proved themselves minutes ago


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """Something that a step must know or have done; the answer is a `T`. Asking twice for one message does it once."""


Asking = Generator[Query[Any], Any, T]


def ask(query: Query[T]) -> Asking[T]:
    """Has `query` answered: a step says `yield from` to it. Raises what the platform refuses it with."""
    answer: T = yield query
    return answer


@dataclass(frozen=True, slots=True)
class Context:
    """What a step sees besides the message."""

    state: State
    now: datetime
    speak: Callable[[Language], Localizer]
    brand: str
    app_url: str
    time_zone: str
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def tr(self) -> Localizer:
        """The conversation's language."""
        return self.speak(self.state.language)

    def moment(self, at: datetime) -> str:
        """`at` on the person's own clock."""
        return self.tr.moment(at, self.time_zone, now=self.now)


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a move changes about the conversation itself; what is left out stays."""

    language: Language | UnsetType = UNSET
    owner: Owner | UnsetType = UNSET
    link_id: UUID | UnsetType = UNSET
    is_proven: bool | UnsetType = UNSET
    has_stopped: bool | UnsetType = UNSET


NOTHING = Change()


@dataclass(frozen=True, slots=True)
class Go:
    """On to a step of the same flow, with more that was learnt."""

    step: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """The flow ends with these words."""

    views: tuple[View, ...]
    change: Change = NOTHING


@dataclass(frozen=True, slots=True)
class Begin:
    """Another flow begins, at its first step or at another."""

    flow: str
    data: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    change: Change = NOTHING
    words: tuple[View, ...] = ()  # said before it begins


@dataclass(frozen=True, slots=True)
class Stay:
    """Understood, but it can't be: these words, then the same question again."""

    views: tuple[View, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not an answer to what was asked."""


Move = Go | Done | Begin | Stay | Unclear
Prompt = Callable[[Context], Asking["tuple[View, ...] | Move"]]
Take = Callable[[Context, Inbound], Asking[Move]]


def nothing_expected(ctx: Context, inbound: Inbound) -> Asking[Move]:
    """How a step takes an answer when it asked for none."""
    del ctx, inbound
    yield from ()
    return Unclear()


@dataclass(frozen=True, slots=True)
class Step:
    """One question and how its answer is taken. A prompt may also move on at once."""

    prompt: Prompt
    take: Take = nothing_expected


@dataclass(frozen=True, slots=True)
class Flow:
    """One errand. A change to its steps or to what they keep needs a higher `version`."""

    name: str
    version: int
    level: Level
    steps: Mapping[str, Step]

    @property
    def first(self) -> str:
        """The step that it begins with."""
        return next(iter(self.steps))
